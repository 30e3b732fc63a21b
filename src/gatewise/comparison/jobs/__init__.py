"""One training as an independent job: what it runs, how long it may, and what is measured of it."""
