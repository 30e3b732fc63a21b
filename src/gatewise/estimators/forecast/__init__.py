"""Forecasts of series: the network, and what it has to beat."""
