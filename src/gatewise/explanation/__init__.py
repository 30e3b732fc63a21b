"""What a cell is, in words and in numbers: its equations, its gates, its size, and what was measured of it."""
