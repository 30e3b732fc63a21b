"""One file per kind of task: how its data are split, its networks trained and its errors measured."""
