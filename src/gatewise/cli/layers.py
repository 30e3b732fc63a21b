"""``gatewise layers``: the recurrent layers of a file that ONNX, Keras or torch wrote."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gatewise.cli.console import err, out, print_json, show_path
from gatewise.cli.options import Json
from gatewise.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatewise.nn import Recurrent

__all__ = ["layers"]


def layers(
    file: Annotated[
        Path,
        typer.Argument(
            help="File of ONNX, Keras, torch or safetensors, or folder of a saved model.", show_default=False
        ),
    ],
    name: Annotated[
        str | None, typer.Option(help="Of one layer, to read no other.", show_default=False)
    ] = None,
    nonlinearity: Annotated[
        str, typer.Option(metavar="tanh|relu", help="Of an RNN where the file does not say it.")
    ] = "tanh",
    reset_after: Annotated[bool, typer.Option(help="Which GRU it is where the file does not say it.")] = True,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Safetensors to write: the weights by the names of torch.nn.",
            show_default=False,
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """List the recurrent layers of a file of ONNX, Keras or torch; with --output, as a state dict."""
    from gatewise.nn import read_layers

    if output is not None and output.suffix != ".safetensors":
        raise ConfigurationError(f"expected a name that ends in .safetensors, got {output}", option="output")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = read_layers(file, name=name, nonlinearity=nonlinearity, reset_after=reset_after)
    for one in told:
        err.print(f"note: {one.message}", markup=False, soft_wrap=True)
    if output is not None:
        _write(found, output)
    if json_:
        print_json([_facts(own, layer) for own, layer in found.items()])
        return
    for own, layer in found.items():
        shown = f"{own or 'the layer itself'}: {layer!r}, {_count(layer):,} parameters"
        out.print(shown, markup=False, soft_wrap=True)
    if output is not None:
        show_path("written", output)


def _facts(name: str, layer: Recurrent) -> dict[str, object]:
    return {
        "name": name,
        "cell": layer.cell.name,
        "input_size": layer.input_size,
        "hidden_size": layer.hidden_size,
        "num_layers": layer.num_layers,
        "bidirectional": layer.bidirectional,
        "bias": layer.bias,
        "batch_first": layer.batch_first,
        "parameters": _count(layer),
        "origin": layer.origin,
    }


def _count(layer: Recurrent) -> int:
    return sum(parameter.numel() for parameter in layer.parameters())


def _write(found: Mapping[str, Recurrent], output: Path) -> None:
    from safetensors.torch import save

    from gatewise.nn.foreign.tensors import as_state_dict
    from gatewise.writing import whole

    try:
        with whole(output) as unfinished:
            unfinished.write_bytes(save(*as_state_dict(found)))
    except OSError as error:
        raise ConfigurationError(
            f"{output}: cannot be written ({error.strerror or error}); name another path", option="output"
        ) from None
