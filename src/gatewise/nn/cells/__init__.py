"""The cells, a file each: equations, what is to be known of the cell, and its layers."""
