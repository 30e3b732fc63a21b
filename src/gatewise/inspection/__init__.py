"""Looking inside a trained network: gradients through time, gates, size, memory, latency."""
