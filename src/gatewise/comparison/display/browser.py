"""The report where a person looks: below the cell of a notebook, in a browser, or by its place."""

from __future__ import annotations

import html
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path

from gatewise.training.watching import in_notebook

__all__ = ["show"]


def show(write: Callable[[Path], Path]) -> Path | None:
    """Write a page and show it.

    Parameters
    ----------
    write : callable
        Writes the page to the path that it gets, and returns it.
    """
    if in_notebook():
        from IPython.display import HTML, display

        with tempfile.TemporaryDirectory() as folder:
            page = write(Path(folder) / "report.html").read_text(encoding="utf-8")
        # The page stands in a frame, so that its style and its links are its own.
        display(
            HTML(
                f'<div><iframe srcdoc="{html.escape(page)}" title="gatewise report" '
                'style="width: 100%; height: 44rem; border: 1px solid #8888; border-radius: 4px"></iframe></div>'
            )
        )
        return None
    # It must outlive this process: the browser reads it later.
    path = write(Path(tempfile.mkdtemp(prefix="gatewise-")) / "report.html")
    try:
        opened = webbrowser.open(path.as_uri())
    except webbrowser.Error:
        opened = False
    if not opened:
        print(f"the report lies in {path}")  # noqa: T201 - what was asked for
    return path
