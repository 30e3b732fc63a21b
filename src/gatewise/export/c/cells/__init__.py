"""The C of the cells, a file each."""
