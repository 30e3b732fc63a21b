"""Tables: files and frames, their columns and the parts they play, rows in order, gaps."""
