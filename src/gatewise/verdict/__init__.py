"""From numbers with their intervals to what to use: evidence, statistics, ranking, reasons, recommendation."""
