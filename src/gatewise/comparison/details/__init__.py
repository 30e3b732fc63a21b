"""Where errors come from, from the answers of one training of each candidate: pure functions of arrays."""
