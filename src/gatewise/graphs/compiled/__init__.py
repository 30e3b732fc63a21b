"""Steps of graphs as programs of compiled kernels, for a number of streams that is fixed."""
