"""What is looked for in the data before errors are believed; one file per kind of data."""
