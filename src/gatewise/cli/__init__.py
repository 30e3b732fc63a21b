"""The ``gatewise`` command: one file per command, each a thin layer over the public functions."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from typing import Any

__all__ = ["main"]

STOPPED = 130


def main() -> None:
    """Run the command line; Ctrl-C at any moment ends it in one line.

    Also while it is being imported: libraries make other errors of an interrupt in the middle of their imports.
    """
    came: list[int] = []

    def interrupt(number: int, frame: Any) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if default:
        with suppress(ValueError):  # not the main thread
            signal.signal(signal.SIGINT, interrupt)
    try:
        from gatewise.cli.app import main as run

        run()
    except KeyboardInterrupt:
        _stopped()
    except Exception:
        if not came:
            raise
        _stopped()
    finally:
        if default:
            with suppress(ValueError):
                signal.signal(signal.SIGINT, signal.default_int_handler)


def _stopped() -> None:
    print("stopped", file=sys.stderr)  # noqa: T201
    sys.exit(STOPPED)
