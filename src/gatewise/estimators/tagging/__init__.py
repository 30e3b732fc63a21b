"""A label for each step: the network, and what it has to beat."""
