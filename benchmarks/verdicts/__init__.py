"""Data sets with a known right answer, the verdicts on them, and how often the rule would be wrong."""
