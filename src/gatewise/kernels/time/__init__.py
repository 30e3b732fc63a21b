"""What runs over time, made from a cell: whole sequences, shared units, single steps."""
