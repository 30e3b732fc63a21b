"""How Sphinx makes the site: ``make docs``. Sources are the pages as they stand in the repository."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(DOCS), str(ROOT / "src")]

from gatewise.version import __version__


def sources_digest() -> str:
    """Return a digest of the package: what a tutorial printed with other sources is not shown again."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src" / "gatewise").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


project = "gatewise"
author = "the gatewise authors"
project_copyright = f"{author}, Apache-2.0"
version = release = __version__
language = "en"

# The root of the sources is that of the repository, so that a link leads to the same page there and in the site.
root_doc = "docs/index"
include_patterns = ["docs/**", "benchmarks/results/*.md", "CONTRIBUTING.md", "CHANGELOG.md", "RELEASING.md"]
exclude_patterns = [
    "docs/_build",
    "docs/extensions",
    "docs/static",
    "docs/templates",
    ".*",
    "gatewise-output",
    "src",
    "tests",
]
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "extensions.accessible",
    "extensions.mathml",
    "extensions.members",
    "extensions.pages",
]
nitpicky = False
suppress_warnings = ["config.cache"]

myst_enable_extensions = ["colon_fence", "dollarmath", "attrs_inline"]
myst_heading_anchors = 3

# The profile of whoever builds does not act on the pages; that they are executed by way of a port is no news.
profile = DOCS / "_build" / "ipython" / "profile_default"
profile.mkdir(parents=True, exist_ok=True)
(profile / "ipython_kernel_config.py").write_text("c.Application.log_level = 40\n", encoding="utf-8")
os.environ["IPYTHONDIR"] = str(profile.parent)
# Tutorials train small networks, which are as fast on one thread, and not stretched where a machine is busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")
nb_execution_mode = "cache"
nb_execution_cache_path = str(DOCS / "_build" / "executed" / sources_digest())
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

autosummary_generate = True
autosummary_generate_overwrite = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
templates_path = [str(DOCS / "templates")]

html_theme = "pydata_sphinx_theme"
html_title = "gatewise"
html_static_path = ["static"]
html_css_files = ["gatewise.css"]
html_copy_source = False
html_show_sourcelink = False
# From file:// and without a network there is nothing else to open first.
html_additional_pages = {"index": "redirect.html"}
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "show_nav_level": 1,
    "navigation_with_keys": False,
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
