"""Whether a fitted model answers alike by every way that leads to it."""
