"""The recurrent layers: RNN, LSTM and GRU as torch modules.

Parameters, shapes and state dicts are those of ``torch.nn``; ``lengths=`` replaces packed sequences.
What computes a layer is its ``backend``, printable with its reason; the equations are in
:mod:`gatewise.nn.reference`.
"""

from gatewise.nn.accelerate import Acceleration, accelerate, restore
from gatewise.nn.backends import Choice, use_backend
from gatewise.nn.gru import GRU
from gatewise.nn.lstm import LSTM
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.rnn import RNN
from gatewise.nn.state import LSTMState, State
from gatewise.nn.stream import Stream
from gatewise.nn.tracing import Trace, trace

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Acceleration",
    "Choice",
    "LSTMState",
    "Recurrent",
    "State",
    "Stream",
    "Trace",
    "accelerate",
    "restore",
    "trace",
    "use_backend",
]
