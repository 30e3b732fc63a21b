"""``gatewise serve``: models behind the Open Inference Protocol, with sessions that are kept."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from gatewise.cli.console import err
from gatewise.cli.groups import fields_of, with_options
from gatewise.cli.signals import interrupts
from gatewise.serving.config import ServingConfig

__all__ = ["serve"]

TOKEN = "GATEWISE_TOKEN"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


@with_options(limits=fields_of(ServingConfig))
def serve(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Folders of saved models, each as it is or as name=FOLDER; a folder of numbered folders is a model "
            "with versions.",
            show_default=False,
        ),
    ],
    limits: dict[str, Any],
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 8080,
) -> None:
    """Serve models over HTTP and WebSocket: whole sequences, and sessions whose state the server keeps.

    It speaks the Open Inference Protocol, with Triton's sequences and binary tensors; /docs lists the addresses, /ui is
    a page to try a model on. Ctrl-C or a termination finishes what was asked for, and writes sessions to
    --state-folder.
    """
    limits.setdefault("token", os.environ.get(TOKEN) or None)
    config = ServingConfig(**limits)
    # What is not there is said before models are loaded, which takes long.
    import gatewise.serving.parts  # noqa: F401
    from gatewise.serving.access import is_loopback
    from gatewise.serving.app import Application
    from gatewise.serving.models import named_folders
    from gatewise.serving.server import listen, run

    local = is_loopback(host)
    with listen(host, port) as own:
        application = Application(named_folders(models), config, local=local)
        if not local and config.token is None:
            err.print(
                f"warning: whoever reaches {host} may use this server; --token asks them for one",
                markup=False,
            )
        address = ANYWHERE.get(host, host)
        address = f"[{address}]" if ":" in address else address
        place = f"http://{address}:{own.getsockname()[1]}/ui"
        with interrupts.patient():
            run(application, own, started=lambda: _say(f"serving on {place}"), again=interrupts.end)


def _say(text: str) -> None:
    err.print(text, markup=False, soft_wrap=True)
