"""Whether every cell is trained at its best: its usual learning rate beside others, with curves of all three."""
