"""What pages become on their way into the site: tutorials notebooks, places for lists the lists themselves.

A tutorial is a page like any other: its Python blocks, which the tests run with short trainings, are the cells that
are executed in full when the site is built, with what they print and show below them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NOTEBOOK = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n  language: python\n---\n\n"
RESULTS = "<!-- every dated file of benchmarks/results -->"


def as_notebook(text: str) -> str:
    """Return a page whose Python blocks are cells."""
    return NOTEBOOK + re.sub(r"^```python$", "```{code-cell} ipython3", text, flags=re.MULTILINE)


def table_of_results(folder: Path) -> str:
    """Return a table of all dated files, the newest first: day, title, and the command that wrote it."""
    rows = ["| date | what | command |", "| --- | --- | --- |"]
    for path in sorted(folder.glob("????-??-??-*.md"), key=lambda path: path.name[:10], reverse=True):
        text = path.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        command = re.search(r"^- command: (`[^`]*`)", text, re.MULTILINE)
        link = f"[{title}](../benchmarks/results/{path.name})"
        rows.append(f"| {path.name[:10]} | {link} | {command[1] if command else ''} |")
    return "\n".join(rows)


def read(app: Sphinx, page: str, source: list[str]) -> None:
    """Change the text of a page before it is parsed."""
    if page.startswith("docs/tutorials/") and "```python" in source[0]:
        source[0] = as_notebook(source[0])
    if RESULTS in source[0]:
        folder = Path(app.srcdir) / "benchmarks" / "results"
        source[0] = source[0].replace(RESULTS, table_of_results(folder))


def in_its_language(_app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Name the language of a page, for who has it read aloud and for hyphens."""
    if page.startswith("docs/zh/"):
        context["language"] = "zh"


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to Sphinx."""
    app.connect("source-read", read)
    app.connect("html-page-context", in_its_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
