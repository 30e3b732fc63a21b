"""Options that every command has: ``--config``, ``--verbose`` and ``--log``; callbacks act on them before it runs."""

from __future__ import annotations

import inspect
import shlex
import sys
from collections.abc import Callable
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from gatewise.cli.console import err
from gatewise.validation import near
from gatewise.version import __version__

__all__ = ["with_shared"]


def _load_config(context: typer.Context, path: Path | None) -> Path | None:
    """Take the defaults of this command's options from a YAML file; flags on the command line win."""
    if path is None:
        return None
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise typer.BadParameter(f"{path}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path}: not a YAML file ({str(error).splitlines()[0]})") from None
    if not isinstance(values, dict):
        raise typer.BadParameter(f"{path}: expected names and values, such as horizon: 24")
    # As a file spells them.
    known = {
        str(param.name).strip("_").replace("_", "-"): param.name
        for param in context.command.params
        if param.name not in (None, *_SHARED)
    }
    defaults: dict[str, Any] = {}
    for key, value in values.items():
        name = known.get(str(key).replace("_", "-"))
        if name is None:
            better = near(str(key), known) or f"expected some of {', '.join(sorted(known))}"
            raise typer.BadParameter(f"{path}: unknown key {key!r}; {better}")
        defaults[name] = ",".join(map(str, value)) if isinstance(value, list) else value
    context.default_map = {**(context.default_map or {}), **defaults}
    return path


def _be_verbose(verbose: bool) -> bool:
    err.verbose = verbose
    return verbose


def _begin_log(path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        err.begin_log(path)
    except OSError as error:
        raise typer.BadParameter(f"{path}: cannot be written to ({error.strerror})") from None
    err.note(f"gatewise {__version__}: {shlex.join(['gatewise', *sys.argv[1:]])}")
    return path


Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        callback=_load_config,
        is_eager=True,
        help="YAML file with options by their long names; gatewise init writes one.",
        show_default=False,
    ),
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        callback=_be_verbose,
        is_eager=True,
        help="A line for each training in the place of a table, and where an error comes from.",
    ),
]
Log = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="FILE",
        callback=_begin_log,
        is_eager=True,
        help="Add all that is said, and each training, to a file, with the time.",
        show_default=False,
    ),
]
_SHARED = {
    name: Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
    for name, default, kind in (("config", None, Config), ("verbose", False, Verbose), ("log", None, Log))
}


def with_shared(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that all have."""

    def wrapped(**arguments: Any) -> None:
        command(**{name: value for name, value in arguments.items() if name not in _SHARED})

    signature = inspect.signature(command, eval_str=True)
    own = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in signature.parameters.values()]
    every = [*own, *_SHARED.values()]
    wrapped.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined]  # what typer reads
    wrapped.__annotations__ = {one.name: one.annotation for one in every}
    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    return wrapped
