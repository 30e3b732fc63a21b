"""What will be trained: plan, sizes that match, and what a budget leaves of it."""
