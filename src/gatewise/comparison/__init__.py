"""The comparison: plan, jobs, evidence, statistics, recommendation."""
