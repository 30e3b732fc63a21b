"""The inspector: one page on what the cells of one or more models did with one sequence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from gatewise.errors import ConfigurationError
from gatewise.estimators.language.network import LanguageModel
from gatewise.estimators.loading import load
from gatewise.inspection.chosen import Chosen, choose
from gatewise.inspection.lags import gradient_by_lag
from gatewise.inspection.networks import network_of
from gatewise.inspection.page.lanes import MOST_STEPS
from gatewise.inspection.page.numbers import numbers_of
from gatewise.inspection.page.payload import Norms, payload
from gatewise.inspection.page.render import render
from gatewise.inspection.page.seen import Seen
from gatewise.writing import write_whole

__all__ = ["Inspection", "inspect"]

FRAME_HEIGHT = 900
# Steps over which the gradient is measured: it takes a second at most.
MOST_LAGS = 400


class Inspection:
    """What :func:`inspect` returns; a notebook shows the page.

    Attributes
    ----------
    payload : dict
        Everything that the page holds, as JSON values; arrays in base64.
    seen : tuple of Seen
        Models, networks and traces.
    """

    def __init__(self, payload: dict[str, Any], seen: Sequence[Seen]) -> None:
        self.payload = payload
        self.seen = tuple(seen)

    def to_html(self) -> str:
        """Return the page: one file that needs no network."""
        return render(self.payload)

    def save(self, path: str | Path) -> Path:
        """Write the page; a file of that name is replaced at once or not at all.

        Raises
        ------
        ConfigurationError
            ``path`` cannot be written.
        """
        return write_whole(path, self.to_html())

    def to_json(self) -> str:
        """Return what the page shows as JSON text: sequence, answers, and gates and states, step by step."""
        return json.dumps(numbers_of(self.payload, self.seen), ensure_ascii=False, allow_nan=False)

    def _repr_html_(self) -> str:
        page = escape(self.to_html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:{FRAME_HEIGHT}px;border:0"></iframe>'

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.seen)
        return f"Inspection({names} on {self.payload['sequence']['name']!r})"


def inspect(
    models: Any,
    data: Any = None,
    *,
    sequence: int | str | None = None,
    member: int = 0,
    path: str | Path | None = None,
    gradients: Mapping[str, Mapping[str, Norms]] | None = None,
    **columns: Any,
) -> Inspection:
    """Make a page on which one sees what the gates of one or more models did with a sequence, and touches them.

    Parameters
    ----------
    models : estimator, path of a saved one, list of these, or dict of names to these
        Fitted networks, such as RNN, LSTM and GRU, of one task and one form of input.
    data : what ``predict`` takes, optional
        A path, frame, set, or sequences; a forecaster without data shows its next forecast.
    sequence : int or str, optional
        Which one, by its number from 1 or its name; the first by default.
    member : int, default 0
        Which of each estimator's networks.
    path : path, optional
        Where to write the page.
    gradients : dict of str to dict, optional
        By model, ``{"before": norms, "after": norms}``: the gradient by lag before and after training. By default that
        of :func:`gatewise.inspection.gradient_by_lag` on this sequence, where it has at most 400 steps, and on the last
        400 symbols of a text; ``{}`` leaves it out.
    **columns
        As readers take them; the columns that were fitted by default.

    Returns
    -------
    Inspection

    Raises
    ------
    ConfigurationError
        A model has no cell (naive, linear), there are none, or two have one name.
    DataError
        There is no such sequence, the data cannot be read, or the models cut them into other steps.

    Examples
    --------
    >>> import gatewise, numpy
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(20, 1)) for _ in range(30)]
    >>> y = [int(x[0, 0] > 0) for x in X]
    >>> config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=5))
    >>> models = [
    ...     gatewise.SequenceClassifier(cell, hidden_size=4, random_state=0, config=config).fit(X, y)
    ...     for cell in ("RNN", "LSTM", "GRU")
    ... ]
    >>> gatewise.inspect(models, X, sequence=3)
    Inspection(RNN, LSTM, GRU on '3')
    """
    named = _named(models)
    networks = {name: network_of(model, member) for name, model in named.items()}
    reader = next(iter(named.values()))
    chosen = choose(reader, data, sequence, most_symbols=MOST_STEPS, **columns)
    seen = []
    for name, model in named.items():
        _check_alike(reader, model, name)
        shown = chosen.shown_to(model)
        seen.append(Seen(name, model, networks[name], shown, model.trace_of(shown, member=member)))
    if gradients is None:
        gradients = {one.name: lags for one in seen if (lags := _lags(one, chosen, member))}
    inspection = Inspection(payload(seen, chosen, gradients), seen)
    if path is not None:
        inspection.save(path)
    return inspection


def _lags(seen: Seen, chosen: Chosen, member: int) -> dict[str, Norms]:
    """Return the gradient by lag before and after training; nothing where a sequence is too long to measure it."""
    if isinstance(seen.model, LanguageModel):
        # Any stretch of a text does.
        chosen = choose(seen.model, chosen.data, most_symbols=MOST_LAGS)
    elif not 1 < len(seen.trace) <= MOST_LAGS:
        return {}
    found = gradient_by_lag(seen.model, chosen.data, member=member)
    return {
        when: [float(f"{norm:.4g}") for norm in flow.norms]
        for when, flow in (("before", found.before), ("after", found.after))
    }


def _named(models: Any) -> dict[str, Any]:
    if isinstance(models, Mapping):
        named = {str(name): _loaded(model) for name, model in models.items()}
    else:
        each = [_loaded(model) for model in (models if isinstance(models, list | tuple) else [models])]
        named = dict(zip(_told_apart(each), each, strict=True))
    if not named:
        raise ConfigurationError("models: expected at least one, got none")
    return named


def _loaded(model: Any) -> Any:
    return load(model) if isinstance(model, str | Path) else model


def _told_apart(models: list[Any]) -> list[str]:
    """Name models by their cells, and those of one cell by numbers too: GRU, GRU 2."""
    names: list[str] = []
    for model in models:
        name = str(getattr(model, "cell", type(model).__name__))
        same = sum(other == name or other.startswith(f"{name} ") for other in names)
        names.append(f"{name} {same + 1}" if same else name)
    return names


def _check_alike(first: Any, model: Any, name: str) -> None:
    if type(first) is not type(model):
        raise ConfigurationError(
            f"models: expected models of one task, got {type(first).__name__} and {type(model).__name__} ({name})"
        )
