"""RNN, LSTM and GRU nodes of ONNX files."""
