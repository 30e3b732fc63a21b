"""The command and its exit codes: 0 done, 1 an error of the data or the library, 2 wrong usage, 130 stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from gatewise.errors import GatewiseError
from gatewise.spelling import shell_spelling
from gatewise.version import __version__

__all__ = ["COMMANDS", "app", "main"]

STOPPED = 130
# Each stands in a file of its name, which is imported when it is called: most need torch, which takes seconds to
# import, and a list of commands, a version or a typo does not. What is said of each is the first line of its own help.
COMMANDS = {
    "compare": "Train RNN, LSTM and GRU on your sequences and say, with evidence, which one to use.",
    "report": "Decide again under other preferences and limits, from stored measurements.",
    "fit": "Train one recurrent network and save it as a folder.",
    "predict": "Forecast, classify, estimate or tag with a saved model.",
    "generate": "Let a saved language model go on writing.",
    "evaluate": "Measure a saved model on other data.",
    "inspect": "See what each gate kept of a sequence of yours, and what would be if it had not.",
    "explain": "Explain a cell: equations, what its gates do, its size, what was measured of it.",
    "datasets": "List the data sets that ship with the package.",
    "doctor": "Show versions, threads, which backend runs each cell that has kernels and why, and a measured speed.",
}
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
            alone.command(name)(getattr(import_module(f"gatewise.cli.{name}"), name))
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
    add_completion=False,
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


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error."""
    try:
        with shell_spelling():
            app()
    except GatewiseError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except SystemExit as end:
        if end.code == STOPPED:  # what typer makes of Ctrl-C
            print("stopped", file=sys.stderr)  # noqa: T201
        raise
