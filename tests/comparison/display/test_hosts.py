"""The cell in the pages of its hosts: text stands out from its ground in each theme, and nothing is cut off."""

from __future__ import annotations

from typing import Any

import pytest
from evidence import forecast_evidence

from gatewise.comparison.results import Comparison

# The hosts' own marks of a theme, their ground, and whether that is dark; the last says nothing.
HOSTS = {
    "JupyterLab, light": ("", 'data-jp-theme-light="true" style="--jp-layout-color0: white"', False),
    "JupyterLab, dark": ("", 'data-jp-theme-light="false" style="--jp-layout-color0: #111"', True),
    "VS Code, light": ("", 'class="vscode-light" style="--vscode-editor-background: #fff"', False),
    "VS Code, dark": ("", 'class="vscode-dark" style="--vscode-editor-background: #1f1f1f"', True),
    "Colab, light": ('theme="light"', "", False),
    "Colab, dark": ('theme="dark"', "", True),
    "another": ("", "", None),
}
LEAST_CONTRAST = 4.5
CONTRASTS = """() => {
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const ground = rgb(getComputedStyle(document.querySelector(".gatewise")).backgroundColor);
  const shades = [...document.querySelectorAll(".gatewise :is(p, th, td, summary, .mark, svg text)")].map(one => {
    const style = getComputedStyle(one);
    const [a, b] = [light(rgb(one.closest("svg") ? style.fill : style.color)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
  return [light(ground) < 0.2, Math.min(...shades), document.documentElement.scrollWidth];
}"""


@pytest.mark.slow
def test_it_can_be_read_in_every_host(browser: Any) -> None:
    cell = Comparison(forecast_evidence())._repr_html_()
    page = browser.new_page()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for host, (html, body, dark) in HOSTS.items():
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 800})
                page.set_content(f"<!doctype html><html {html}><body {body}>{cell}</body></html>")
                is_dark, contrast, across = page.evaluate(CONTRASTS)
                expected = scheme == "dark" if dark is None else dark
                assert is_dark == expected, f"{host}, browser {scheme}"
                assert contrast >= LEAST_CONTRAST, f"{host}, browser {scheme}: {contrast:.2f}"
                assert across <= width, f"{host}, {width} px"
