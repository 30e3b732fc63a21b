"""Values of sequences, or of their steps: the network, and what it has to beat."""
