"""The door to recurrent layers that others wrote down; a format is a reader and a line in ``FORMATS``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gatewise.errors import ConfigurationError, ReadError
from gatewise.nn.foreign.files import brief
from gatewise.nn.foreign.found import Found, Readings, Unsaid, built, shown
from gatewise.nn.foreign.keras.archive import read_keras
from gatewise.nn.foreign.keras.hdf5 import read_hdf5
from gatewise.nn.foreign.onnx.read import read_onnx
from gatewise.nn.foreign.tensors import read_safetensors, read_saved_model, read_torch
from gatewise.nn.recurrent import Recurrent
from gatewise.spelling import spelled

__all__ = ["FORMATS", "read_layers"]

# Characters of a message, besides the path.
LONGEST = 400
# By the end of the file's name.
FORMATS: dict[str, Callable[[Path, Unsaid], Readings]] = {
    ".onnx": read_onnx,
    ".keras": read_keras,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
    ".pt": read_torch,
    ".pth": read_torch,
    ".ckpt": read_torch,
    ".bin": read_torch,
    ".safetensors": read_safetensors,
}


def read_layers(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    nonlinearity: str = "tanh",
    reset_after: bool = True,
    batch_first: bool | None = None,
) -> dict[str, Recurrent]:
    """Read the recurrent layers of a file that ONNX, Keras or torch wrote, with their weights.

    They compute the same function as there. What would make it another one (activations that our cells do not have,
    peepholes, ``proj_size``, …) is refused by its name; what a layer leaves to its surroundings (a sequence that is
    read from its end alone, initial states) is warned of.

    Parameters
    ----------
    path : path
        ``.onnx``: every RNN, LSTM and GRU node whose weights are constants. ``.keras``, ``.weights.h5``, ``.h5``:
        SimpleRNN, LSTM and GRU, also inside of Bidirectional and of other models. ``.pt``, ``.pth``, ``.ckpt``,
        ``.bin``, ``.safetensors``: state dicts with the names of ``torch.nn``, found by ``weight_ih_l0``; nothing of
        them is run. The folder of a model that gatewise saved.
    name : str, optional
        Of one layer, to read no other.
    nonlinearity : {"tanh", "relu"}, default "tanh"
        Of an RNN where the file does not say it: state dicts and ``.weights.h5``.
    reset_after : bool, default True
        Which GRU it is where the file does not say it: state dicts, as torch's is, and ``.weights.h5`` without biases.
    batch_first : bool, optional
        Of the layers; by default as in the file: true of Keras, false of state dicts.

    Returns
    -------
    dict of str to Recurrent
        By the name of the node, layer or module, ``""`` for a file that is one layer and nothing else: ``RNN``,
        ``LSTM`` and ``GRU`` of this module. ``origin`` of each says where it stood. Weights are float32, or float64
        where they were.

    Raises
    ------
    ReadError
        There is no recurrent layer, or one that is not as ours are.
    ConfigurationError
        No layer has that name.
    MissingDependencyError
        ``onnx`` or ``h5py`` is not installed.

    Examples
    --------
    >>> import tempfile, torch
    >>> from gatewise.nn import read_layers
    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LSTM(4, 8, 2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     torch.save(model.state_dict(), f"{folder}/model.pt")
    ...     layers = read_layers(f"{folder}/model.pt")
    >>> layers
    {'1': LSTM(4, 8, num_layers=2)}
    >>> layers["1"].origin
    'model.pt: state dict, 1, 2 layers'
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ConfigurationError(f"expected 'tanh' or 'relu', got {nonlinearity!r}", option="nonlinearity")
    path = Path(path)
    try:
        readings = _chosen(path, _reader(path)(path, Unsaid(nonlinearity, reset_after)), name)
        return {
            own: built(_whole(reading, readings), own, path, batch_first) for own, reading in readings.items()
        }
    except ReadError as error:
        # What a file holds is in some of them: names with lines of their own, or a thousand letters.
        text = str(error).removeprefix(str(path))
        raise ReadError(f"{path}{brief(text, LONGEST)}") from None


def _chosen(path: Path, readings: Readings, name: str | None) -> Readings:
    if not readings:
        raise ReadError(f"{path}: expected recurrent layers, found none")
    if name is None:
        return readings
    if name not in readings:
        known = brief(", ".join(repr(one) for one in readings), LONGEST)
        raise ConfigurationError(f"expected one of {known}, got {name!r}", option="name")
    return {name: readings[name]}


def _reader(path: Path) -> Callable[[Path, Unsaid], Readings]:
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError):
        is_folder = is_file = False
    if is_folder:
        return read_saved_model
    if not is_file:
        raise ReadError(f"{path}: expected a file, found none")
    if path.suffix.lower() not in FORMATS:
        raise ReadError(
            f"{path}: expected a name that ends in {', '.join(FORMATS)}, found {path.suffix or 'no ending'}"
        )
    return FORMATS[path.suffix.lower()]


def _whole(reading: Found | ReadError, readings: Readings) -> Found:
    if isinstance(reading, Found):
        return reading
    others = [own for own, one in readings.items() if isinstance(one, Found)]
    if others:
        raise ReadError(f"{reading}; {spelled('name', others[0])} reads {shown(others[0])} alone")
    raise reading
