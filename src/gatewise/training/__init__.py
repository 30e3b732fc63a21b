"""The training loop, its configuration, what it records and what it measures."""
