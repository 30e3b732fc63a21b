"""The command and its exit codes: 0 done, 1 an error of the data or the library, 2 wrong usage, 130 stopped."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
from typer.core import TyperGroup

from gatewise.cli.help import Command
from gatewise.cli.signals import STOPPED
from gatewise.cli.terminal import OutputError, flush_output, give_up, prepare_output
from gatewise.errors import GatewiseError
from gatewise.spelling import shell_spelling
from gatewise.version import __version__

__all__ = ["COMMANDS", "app", "main"]

WRONG_DATA, WRONG_USAGE = 1, 2
# Of typer's own click, or of the one beside it, by its version.
UsageError: Any = typer.BadParameter.__base__
# Each stands in a file of its name, which is imported when it is called: most need torch, which takes seconds to
# import, and a list of commands, a version or a typo does not. What is said of each is the first line of its own help.
COMMANDS = {
    "compare": "Train RNN, LSTM and GRU on your sequences and say, with evidence, which one to use.",
    "report": "Decide again under other preferences and limits, from stored measurements.",
    "fit": "Train one recurrent network and save it as a folder.",
    "predict": "Forecast, classify, estimate or tag with a saved model.",
    "stream": "Answer every line as it comes: rows of numbers (CSV, JSON lines) or text.",
    "generate": "Let a saved language model go on writing.",
    "evaluate": "Measure a saved model on other data.",
    "backtest": "Forecast the past: several times at the end of each series, each from the rows before it only.",
    "update": "Let a saved forecaster go on from newer rows, without training.",
    "verify": "Hold every file of a saved model against its manifest, and its answers against each other, way by way.",
    "export": "Write a saved model in a form that runs without this package: ONNX, or C.",
    "inspect": "See what each gate kept of a sequence of yours, and what would be if it had not.",
    "serve": "Serve models over HTTP and WebSocket: whole sequences, and sessions whose state the server keeps.",
    "init": "Write what compare would take for your data, with comments, for --config.",
    "explain": "Explain a cell: equations, what its gates do, its size, what was measured of it.",
    "layers": "List the recurrent layers of a file of ONNX, Keras or torch; with --output, as a state dict.",
    "datasets": "List the data sets that ship with the package.",
    "doctor": "Show versions, extras, threads and memory, which backend runs each cell that has kernels and why, its "
    "speed.",
}
_MEMORY = "expected more memory than there is for these data; take fewer rows, or a smaller --hidden-size or --workers"
HELP = {"help_option_names": ["-h", "--help"]}


class OnCall(Mapping[str, Any]):
    """The commands by name, each imported when it is first asked for."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            if name not in COMMANDS:
                raise KeyError(name)
            alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=HELP)
            # It reads files of options, and writes a log: neither is needed for a list of commands.
            from gatewise.cli.shared import with_shared

            command = getattr(import_module(f"gatewise.cli.{name}"), name)
            alone.command(name, cls=Command)(with_shared(command))
            self._known[name] = typer.main.get_command(alone)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class Commands(TyperGroup):
    """A group whose commands are imported when they are called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = OnCall()

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the same in all of them
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    name="gatewise",
    cls=Commands,
    help="Train, compare, explain and ship RNN, LSTM and GRU on your own sequences, on a CPU.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=HELP,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"gatewise {__version__}")  # noqa: T201, the output of --version
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Train, compare, explain and ship RNN, LSTM and GRU on your own sequences, on a CPU."""


def main() -> int:
    """Run the command line; what a user has to know of an end that is none stands in one line, never a traceback.

    Returns the exit code.

    With ``--json`` that line is JSON on standard output: ``{"error": {"kind": …, "message": …, "exit_code": …}}``.
    """
    prepare_output()
    with shell_spelling():
        code = _run()
    try:
        flush_output()
    except OutputError as error:
        print(f"error: standard output: cannot be written ({error})", file=sys.stderr)  # noqa: T201
        code = code or WRONG_DATA
    if console := sys.modules.get("gatewise.cli.console"):
        console.err.end_log()
    return code


def _run() -> int:
    try:
        code: int | None = app(standalone_mode=False)
    except GatewiseError as error:
        _say(WRONG_DATA, type(error).__name__, str(error), error, others=error.others, remedy=error.remedy)
        return WRONG_DATA
    except UsageError as error:
        if "--json" in sys.argv:
            _say(WRONG_USAGE, "UsageError", error.format_message(), error)
        else:
            error.show()
        return WRONG_USAGE
    except MemoryError:
        _say(WRONG_DATA, "MemoryError", _MEMORY)
        return WRONG_DATA
    except RuntimeError as error:
        # Of torch.
        if "allocate memory" not in str(error):
            raise
        _say(WRONG_DATA, "MemoryError", _MEMORY, error)
        return WRONG_DATA
    except BrokenPipeError:
        # Nobody reads any more what is said, as of `gatewise … | head`.
        return WRONG_DATA
    except OSError as error:
        if error.filename is not None:
            raise
        # What is printed has no name: a disk that is full.
        give_up("stdout")
        _say(WRONG_DATA, "OutputError", f"standard output: cannot be written ({error.strerror})")
        return WRONG_DATA
    if code == STOPPED:
        _say(STOPPED, "Stopped", "stopped")
    return code or 0


def _say(
    code: int,
    kind: str,
    message: str,
    error: Exception | None = None,
    *,
    others: Sequence[str] = (),
    remedy: Mapping[str, object] = MappingProxyType({}),
) -> None:
    from gatewise.cli.mistakes import as_json, as_lines

    if "--json" in sys.argv:
        print(as_json(code, kind, message, others, remedy))  # noqa: T201
    else:
        text = message if code == STOPPED else f"error: {message}"
        for line in as_lines(text, others, remedy):
            print(line, file=sys.stderr)  # noqa: T201
    from gatewise.cli.console import err

    err.note(f"{kind}: {message}")
    if error is not None and err.verbose:
        traceback.print_exception(error)
