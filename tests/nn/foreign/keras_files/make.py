"""Writes the files of this folder, with Keras 3.15.1 and its torch backend: small models with known answers.

pip install keras h5py torch; KERAS_BACKEND=torch python make.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
RANDOM = np.random.default_rng(0)
FOLDER = Path(sys.argv[1])


def randomised(model: keras.Model) -> keras.Model:
    for weight in model.weights:
        weight.assign(RANDOM.normal(0, 0.5, weight.shape))
    return model


def answers(*every: layers.Layer) -> dict[str, np.ndarray]:
    """What each layer answers to numbers of its own."""
    found = {}
    for layer in every:
        if isinstance(layer, layers.RNN | layers.Bidirectional):
            given = RANDOM.normal(size=(2, 6, layer.input.shape[-1])).astype("float32")
            found[f"{layer.name}.given"] = given
            found[f"{layer.name}.answer"] = keras.ops.convert_to_numpy(layer(given))
    return found


inner = keras.Sequential(
    [keras.Input((None, 3)), layers.GRU(4, return_sequences=True, name="inside")], name="inner"
)
x = entry = keras.Input((None, 3), name="values")
x = layers.SimpleRNN(4, return_sequences=True, name="elman")(x)
x = layers.SimpleRNN(3, activation="relu", use_bias=False, return_sequences=True, name="rectified")(x)
x = inner(x)
x = layers.Bidirectional(layers.LSTM(3, return_sequences=True), name="both")(x)
x = layers.LSTM(5, return_sequences=True, name="memory")(x)
x = layers.GRU(4, reset_after=False, return_sequences=True, name="paper")(x)
x = layers.Dense(2, name="answer")(x)
model = randomised(keras.Model(entry, x))
model.save(FOLDER / "layers.keras")
small = randomised(
    keras.Sequential(
        [
            keras.Input((None, 3)),
            layers.Bidirectional(layers.GRU(2, return_sequences=True), name="ends"),
            layers.SimpleRNN(3, activation="relu", use_bias=False, return_sequences=True, name="last"),
        ]
    )
)
small.save(FOLDER / "legacy.h5")
small.save_weights(FOLDER / "small.weights.h5")
np.savez_compressed(FOLDER / "answers.npz", **answers(*model.layers, *inner.layers, *small.layers))
