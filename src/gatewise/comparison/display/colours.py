"""The colours and rules of the report's style sheet, so that they stand in one place."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["colours", "light_and_dark", "plot_rules"]


@cache
def _sheet() -> str:
    return files("gatewise.report").joinpath("templates", "report.css").read_text(encoding="utf-8")


def light_and_dark() -> list[str]:
    """Return the variables on a light ground, and those that a dark one changes, each in one line."""
    blocks = re.findall(r":root\s*\{([^}]*)\}", _sheet())[:2]
    return [re.sub(r"\s+", " ", block.strip()) for block in blocks]


def colours() -> dict[str, str]:
    """Return the colours on a light ground by the names of their variables: ``"series-1": "#0072b2"``."""
    return dict(re.findall(r"--([\w-]+):\s*(#\w+);", light_and_dark()[0]))


def plot_rules() -> list[str]:
    """Return the rules for pictures."""
    return re.findall(r"^\.plot\b[^}]*\}", _sheet(), re.MULTILINE)
