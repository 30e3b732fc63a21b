"""Models of text: the network, and what it has to beat."""
