"""Who is measured. Each has a file with ``VERSION`` and ``prepare(job, inputs, threads) -> Task``."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks.layers.grid import Mode

__all__ = ["OURS", "PEAK", "RIVALS", "TORCH", "Contestant"]

_INFERENCE = frozenset({Mode.INFER, Mode.STEP})


@dataclass(frozen=True)
class Contestant:
    """A library, or something else that takes its turn.

    Attributes
    ----------
    title : str
    module : str
        The file that knows it.
    packages : tuple of str
        What it needs installed.
    modes : frozenset of Mode
        What it can do.
    """

    title: str
    module: str
    packages: tuple[str, ...]
    modes: frozenset[Mode] = frozenset(Mode)

    @property
    def installed(self) -> bool:
        """Whether its packages can be imported."""
        return all(find_spec(package) for package in self.packages)


_HERE = "benchmarks.layers.rivals"
OURS = Contestant("gatewise", f"{_HERE}.ours", ("gatewise",))
TORCH = Contestant("torch.nn", f"{_HERE}.torch_nn", ("torch",))
RIVALS = (
    TORCH,
    Contestant("JAX", f"{_HERE}.jax_scan", ("jax",), _INFERENCE | {Mode.TRAIN}),
    Contestant("ONNX Runtime", f"{_HERE}.onnx_runtime", ("onnx", "onnxruntime"), _INFERENCE),
    Contestant("OpenVINO", f"{_HERE}.openvino_core", ("onnx", "openvino"), _INFERENCE),
)
PEAK = Contestant("peak", "benchmarks.layers.peak", ("numba",))
