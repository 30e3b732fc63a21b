"""SimpleRNN, LSTM and GRU of Keras, in its three kinds of files."""
