"""The page: template, style, script and words in one file."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

from markupsafe import Markup

from gatewise.pages import templates_of

__all__ = ["LANGUAGES", "SCRIPTS", "render", "script", "words"]

# In the order in which they stand on each other.
SCRIPTS = (
    "payload", "cells", "layers", "readers", "heads", "network", "measures", "colours", "words", "canvas", "state",
    "sentences", "equations", "tokens", "series", "bands", "input", "lane", "lanes", "answers", "charts", "holding",
    "changing", "what_if", "keys", "toolbar", "legend", "notes", "here", "main",
)  # fmt: skip
LANGUAGES = ("en", "zh")


def render(payload: dict[str, Any]) -> str:
    """Return the page of a payload: one HTML file that needs no network.

    Parameters
    ----------
    payload : dict
        As :func:`~gatewise.inspection.page.payload.payload` makes it.
    """
    tables = {language: words(language) for language in LANGUAGES}
    return (
        templates_of("gatewise.inspection.page")
        .get_template("inspector.html.j2")
        .render(
            payload=payload,
            names=", ".join(dict.fromkeys(model["name"] for model in payload["models"])),
            data=_embedded(payload),
            words=_embedded(tables),
            text=tables["en"],
            script=Markup(script()),
        )
    )


def words(language: str) -> dict[str, str]:
    """Return the words of the page in one language, by their keys."""
    text = resources.files(__package__).joinpath("words", f"{language}.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table


def script() -> str:
    """Return the modules of the page one after the other, as one: what one exports, those below see."""
    return "\n".join(_inlined(name) for name in SCRIPTS)


def _inlined(name: str) -> str:
    source = resources.files(__package__).joinpath("script", f"{name}.js").read_text(encoding="utf-8")
    source = re.sub(r"^import [^;]*;\n", "", source, flags=re.MULTILINE)
    return re.sub(r"^export ", "", source, flags=re.MULTILINE)


def _embedded(values: Any) -> Markup:
    """Write JSON for inside a script element, which no text in it can end."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))
