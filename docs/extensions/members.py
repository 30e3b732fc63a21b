"""What a page of the reference leaves out: what a class has from scikit-learn and torch, which they document."""

from __future__ import annotations

from sphinx.application import Sphinx

FOREIGN = ("sklearn", "torch", "pydantic")


def skip(
    _app: Sphinx, _kind: str, _name: str, member: object, skipped: bool, _options: object
) -> bool | None:
    """Leave out what was defined elsewhere; ``None`` leaves it to autodoc."""
    foreign = str(getattr(member, "__module__", "")).split(".")[0] in FOREIGN
    return True if foreign or skipped else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc."""
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
