"""The command and its exit codes: 0 done, 1 an error of the data or the library, 2 wrong usage, 130 stopped."""

from __future__ import annotations

import sys

import typer

from gatewise.cli.compare import compare
from gatewise.cli.datasets import datasets
from gatewise.cli.doctor import doctor
from gatewise.cli.evaluate import evaluate
from gatewise.cli.explain import explain
from gatewise.cli.fit import fit
from gatewise.cli.generate import generate
from gatewise.cli.inspect import inspect
from gatewise.cli.options import as_said_here
from gatewise.cli.predict import predict
from gatewise.cli.report import report
from gatewise.errors import GatewiseError
from gatewise.version import __version__

__all__ = ["app", "main"]

STOPPED = 130

app = typer.Typer(
    name="gatewise",
    help="Train, compare, explain and ship RNN, LSTM and GRU on your own sequences, on a CPU.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
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


for command in (compare, report, fit, predict, generate, evaluate, inspect, explain, datasets, doctor):
    app.command()(command)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error."""
    try:
        app()
    except GatewiseError as error:
        print(f"error: {as_said_here(error)}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except SystemExit as end:
        if end.code == STOPPED:  # what typer makes of Ctrl-C
            print("stopped", file=sys.stderr)  # noqa: T201
        raise
