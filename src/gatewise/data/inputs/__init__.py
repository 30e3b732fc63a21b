"""Inputs: they turn sequences of one kind (numbers, text, recordings) into the arrays that a network reads."""
