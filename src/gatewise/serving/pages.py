"""The pages of a server: its addresses, and one to try a model on."""

from __future__ import annotations

from gatewise.pages import templates_of
from gatewise.serving.config import ServingConfig
from gatewise.serving.gateway import Gateway
from gatewise.serving.openapi import REFUSALS, VERSION, operations

__all__ = ["docs_page", "ui_page"]


def docs_page(config: ServingConfig) -> str:
    """Return the addresses as a page."""
    template = templates_of("gatewise.serving").get_template("docs.html.j2")
    latest = [one for one in operations() if not one[1].startswith(VERSION)]
    return template.render(
        operations=latest, version=VERSION, refusals=REFUSALS, token=config.token is not None
    )


def ui_page(gateway: Gateway) -> str:
    """Return the page on which models are tried."""
    template = templates_of("gatewise.serving").get_template("ui.html.j2")
    return template.render(models=[(one.name, one.version, one.kind) for one in gateway.models])
