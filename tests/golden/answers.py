"""How a saved model is asked, and what of its answers is kept: plain values that JSON can hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["answers"]


def answers(model: Any, question: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return what a model answers to a stored question.

    Parameters
    ----------
    model : estimator
    question : dict
        One of ``arrays`` (lists of rows), ``texts`` (strings, or lists of words), ``recordings`` (names of files
        in ``folder``), ``text`` or ``rolls`` (of a language model) and ``future`` (columns of covariates; empty
        where a forecaster has none).
    folder : Path
        Where recordings are.
    """
    if "future" in question:
        columns = question["future"]
        future = pd.DataFrame(columns).astype({"ds": "datetime64[ns]"}) if columns else None
        forecast = model.predict(future=future).astype({"ds": str})
        return {name: column.tolist() for name, column in forecast.items()}
    if "text" in question:
        found = {"generated": model.generate(question["text"][:5], 20, temperature=0)}
        return {"scores": model.evaluate(question["text"]), **found}
    if "rolls" in question:
        return {"scores": model.evaluate([np.array(roll, np.uint8) for roll in question["rolls"]])}
    X = _sequences(question, folder)
    found = {"predicted": [_plain(one) for one in model.predict(X)]}
    if hasattr(model, "predict_proba"):
        found["probabilities"] = [_plain(one) for one in model.predict_proba(X)]
    return found


def _sequences(question: dict[str, Any], folder: Path) -> list[Any]:
    if "arrays" in question:
        return [np.array(rows, np.float32) for rows in question["arrays"]]
    if "recordings" in question:
        return [folder / name for name in question["recordings"]]
    texts: list[Any] = question["texts"]
    return texts


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value
