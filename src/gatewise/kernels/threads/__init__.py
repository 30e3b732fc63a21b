"""Threads that work on one job, and how they meet."""
