"""Equations as MathML, which browsers draw by themselves: no script, no fonts and no network.

Those of the cells stand in pages as code, ``h' = z⊙h + (1−z)⊙n``, so that they can be read anywhere and are held to be
those of the package by a test; here they become equations, too.
"""

from __future__ import annotations

import re

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

# What tells an equation from other code: signs that no program here has.
SIGN = re.compile(r"[σ⊙∏]|tanh\(x")
TEX = {
    "σ": r"\sigma ",
    "⊙": r"\odot ",
    "−": "-",
    "tanh": r"\tanh ",
    "max": r"\max ",
    "∏": r"\prod ",
    "·": r"\cdot ",
}


def as_tex(equation: str) -> str:
    """Return the plain writing of an equation as TeX."""
    for sign, command in TEX.items():
        equation = equation.replace(sign, command)
    return re.sub(r"_(\w{2,})", r"_{\1}", equation)


class Equations(SphinxTransform):
    """Code that is an equation becomes one."""

    default_priority = 500

    def apply(self, **_: object) -> None:
        """Replace the nodes of a page."""
        for node in list(self.document.findall(nodes.literal)):
            text = node.astext()
            if SIGN.search(text) and not isinstance(node.parent, nodes.title):
                node.replace_self(nodes.math(text, as_tex(text)))


def inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write an equation within a line."""
    translator.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write an equation on lines of its own, with a place to link to where it has a label."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})</span>')
    text = node.astext()
    if r"\\" in text:
        text = rf"\begin{{aligned}}{text}\end{{aligned}}"
    translator.body.append(tex2mathml(text, as_block=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer, and choose it."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.add_transform(Equations)
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
