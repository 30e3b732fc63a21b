"""``gatewise generate``: text from a saved language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gatewise.cli.console import out, print_json
from gatewise.cli.options import Json
from gatewise.errors import ConfigurationError

__all__ = ["generate"]


def generate(
    model: Annotated[Path, typer.Argument(help="Folder of a saved language model.", show_default=False)],
    prompt: Annotated[str, typer.Argument(help="How the text begins.")] = "",
    length: Annotated[int, typer.Option(min=1, help="Characters, bytes or words to write.")] = 400,
    temperature: Annotated[
        float, typer.Option(min=0.0, help="Below 1: more predictable; 0: always the most probable.")
    ] = 1.0,
    top_k: Annotated[
        int | None, typer.Option(min=1, help="Choose among the k most probable.", show_default=False)
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="The same seed writes the same text.", show_default=False)
    ] = None,
    json_: Json = False,
) -> None:
    """Let a saved language model go on writing."""
    from gatewise.estimators.language.base import LanguageEstimator
    from gatewise.estimators.loading import load

    estimator = load(model)
    if not isinstance(estimator, LanguageEstimator):
        raise ConfigurationError(
            f"{model}: expected a language model, found a {type(estimator).__name__}; use gatewise predict"
        )
    if estimator.level == "frame":
        raise ConfigurationError(
            f"{model}: writes frames, which are no text; use gatewise.load(path).generate() from Python"
        )
    text = estimator.generate(prompt, length=length, temperature=temperature, top_k=top_k, random_state=seed)
    if json_:
        print_json({"prompt": prompt, "text": text})
        return
    out.print(prompt + text, markup=False, highlight=False, soft_wrap=True)
