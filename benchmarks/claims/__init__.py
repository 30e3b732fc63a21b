"""What tutorials say about the three cells, measured."""
