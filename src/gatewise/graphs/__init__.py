"""A fitted model written down as named operators, from which streams, ONNX, C and servers are made."""
