"""The ``gatewise`` command: one file per command, each a thin layer over the public functions."""

from __future__ import annotations

import sys

from gatewise.cli.signals import STOPPED, interrupts

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C at any moment ends it in one line.

    Also while it is being imported: libraries make other errors of an interrupt in the middle of their imports.
    """
    interrupts.take_over()
    code = STOPPED
    try:
        from gatewise.cli.app import main as run

        code = run()
    except KeyboardInterrupt:
        _say_stopped()
    except Exception:
        if not interrupts.came:
            raise
        _say_stopped()
    interrupts.over(code)
    sys.exit(code)


def _say_stopped() -> None:
    print("stopped", file=sys.stderr)  # noqa: T201
