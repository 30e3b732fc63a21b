"""Writing a comparison as one self-contained HTML page."""

from __future__ import annotations

from gatewise.report.render import render, write_report

__all__ = ["render", "write_report"]
