"""Classes of whole sequences: the network, and what it has to beat."""
