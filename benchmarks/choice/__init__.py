"""What a rule that picks a candidate costs, on real errors."""
