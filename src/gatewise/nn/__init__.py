"""The recurrent layers as torch modules: RNN, LSTM and GRU, CIFG and MGU, and layers of any other cell.

Parameters, shapes and state dicts are those of ``torch.nn``; ``lengths=`` replaces packed sequences.
What computes a layer is its ``backend``, printable with its reason; the equations are in
:mod:`gatewise.nn.cells`.
"""

from gatewise.nn.accelerate import Acceleration, accelerate, restore
from gatewise.nn.backends import Choice, use_backend
from gatewise.nn.cells.base import Cell
from gatewise.nn.cells.cifg import CIFG
from gatewise.nn.cells.gru import GRU
from gatewise.nn.cells.lstm import LSTM
from gatewise.nn.cells.mgu import MGU
from gatewise.nn.cells.registry import cell_named, register_cell
from gatewise.nn.cells.rnn import RNN
from gatewise.nn.foreign.read import read_layers
from gatewise.nn.inside import Inside, inside
from gatewise.nn.recurrent import Recurrent
from gatewise.nn.state import LSTMState, State
from gatewise.nn.stream import Stream
from gatewise.nn.tracing import Trace, trace

__all__ = [
    "CIFG",
    "GRU",
    "LSTM",
    "MGU",
    "RNN",
    "Acceleration",
    "Cell",
    "Choice",
    "Inside",
    "LSTMState",
    "Recurrent",
    "State",
    "Stream",
    "Trace",
    "accelerate",
    "cell_named",
    "inside",
    "read_layers",
    "register_cell",
    "restore",
    "trace",
    "use_backend",
]
