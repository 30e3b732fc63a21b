"""What axe-core finds in pages of Sphinx, docutils and the theme, mended in what they have written."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

MENDED = (
    # The button says "Search" and its keys itself, which a label with less hides from who speaks to the page; where
    # it is a sign alone, its title is its name, which the tooltip would take away.
    (
        re.compile(
            r'(<button[^>]*search-button-field[^>]*?) aria-label="[^"]*"([^>]*?)'
            r' data-bs-placement="bottom" data-bs-toggle="tooltip">'
        ),
        r"\1\2>",
    ),
    # The arrow that opens a section of the contents has no name.
    (
        re.compile(r'<summary><span class="toctree-toggle"'),
        '<summary aria-label="Pages below"><span class="toctree-toggle"',
    ),
    # The corner of a table is no heading: of one in a page, and of a data frame.
    (re.compile(r'<th class="head"><p></p></th>'), '<td class="head"></td>'),
    (re.compile(r"<th></th>"), "<td></td>"),
    # Roles of references that ARIA has given up, in a list that may not hold them.
    (re.compile(r'<div role="list" class="([^"]*citation-list)">'), r'<div class="\1">'),
    (re.compile(r' role="doc-biblioentry"'), ""),
)


def mend(app: Sphinx, failure: Exception | None) -> None:
    """Change every page that was written."""
    if failure is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        if "_static" in path.parts:
            continue
        before = path.read_text(encoding="utf-8")
        after = before
        for found, better in MENDED:
            after = found.sub(better, after)
        if after != before:
            path.write_text(after, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to Sphinx."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
