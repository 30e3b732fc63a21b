"""Vector code: loads, stores, tiles of multiply-adds, products of panels, activations."""
