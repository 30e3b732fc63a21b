"""The inspector: one page that shows what cells did with one sequence, and computes what they would have done."""
