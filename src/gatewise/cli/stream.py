"""``gatewise stream``: an answer to every line, as lines come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from gatewise.cli.console import err
from gatewise.cli.options import Json
from gatewise.cli.output import check_path
from gatewise.cli.signals import interrupts
from gatewise.errors import DataError

if TYPE_CHECKING:
    from gatewise.cli.lines import Lines
    from gatewise.cli.steps import Answers
    from gatewise.estimators.streams import ModelStream

__all__ = ["stream"]


def stream(
    model: Annotated[Path, typer.Argument(help="Folder of a saved model.", show_default=False)],
    data: Annotated[
        Path | None,
        typer.Argument(help="File or named pipe of lines; standard input by default.", show_default=False),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Go on from the states in it, if it is there, and write them to it at the end, also when stopped.",
            show_default=False,
        ),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Say which lines cannot be read, and go on.")
    ] = False,
    json_: Json = False,
) -> None:
    """Answer every line as it comes: rows of numbers (CSV, JSON lines) or text."""
    if state is not None:
        check_path(state)
    with _opened(data) as source, interrupts.terminations(), interrupts.patient():
        from gatewise.cli.lines import lines_for
        from gatewise.cli.steps import Answers
        from gatewise.estimators.loading import load

        estimator = load(model)
        opened = estimator.open_stream()
        if state is not None and state.exists():
            opened.restore(state)
        run = _Run(opened, lines_for(estimator, opened), Answers(estimator, opened, as_json=json_), state)
        run.go(source, skip_bad=skip_bad)


class _Run:
    def __init__(self, opened: ModelStream, lines: Lines, answers: Answers, state: Path | None) -> None:
        self._stream, self._lines, self._answers, self._state = opened, lines, answers, state
        self._line = 0
        self._skipped = 0

    def go(self, source: BinaryIO, *, skip_bad: bool) -> None:
        """Answer all lines; what states there are is kept, however it ends.

        A line is answered whole or not at all: only waiting for the next one can be interrupted.
        """
        with interrupts.held_back():
            try:
                while raw := self._next(source):
                    self._line += 1
                    self._answer(raw, skip_bad=skip_bad)
            finally:
                if self._state is not None:
                    self._stream.save(self._state)
                if interrupts.came:
                    err.print(f"stopped after line {self._line}", markup=False, soft_wrap=True)
        if self._skipped:
            err.print(f"{self._skipped} of {self._line} lines were skipped")

    def _next(self, source: BinaryIO) -> bytes:
        with interrupts.let_through():
            return source.readline()

    def _answer(self, raw: bytes, *, skip_bad: bool) -> None:
        try:
            for observation, text in self._lines.observations(_decoded(raw)):
                self._answers.write(self._line, text, self._stream.step(observation))
        except DataError as error:
            message = f"line {self._line}: {str(error).removeprefix('step: ')}"
            if not skip_bad:
                raise DataError(f"{message}; correct it, or leave such lines out with --skip-bad") from None
            self._skipped += 1
            err.print(f"skipped: {message}", markup=False, soft_wrap=True)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("expected UTF-8, found other bytes") from None


@contextmanager
def _opened(data: Path | None) -> Iterator[Any]:
    if data is None:
        if sys.stdin is None:
            raise DataError("standard input: closed; name a file after the model")
        yield sys.stdin.buffer
        return
    try:
        source = data.open("rb")
    except OSError as error:
        raise DataError(f"{data}: cannot be read ({error.strerror})") from None
    with source:
        yield source
