"""How sequences of one kind (numbers, text, recordings) become what a network reads."""
