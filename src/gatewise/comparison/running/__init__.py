"""Carrying out a plan: stages of jobs, tuning, time, and what is stored."""
