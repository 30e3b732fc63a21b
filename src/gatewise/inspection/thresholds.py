"""From where on a gate counts as open, and as shut."""

from __future__ import annotations

__all__ = ["OPEN", "SHUT"]

# Karpathy et al. 2015, "Visualizing and understanding recurrent networks".
OPEN, SHUT = 0.9, 0.1
