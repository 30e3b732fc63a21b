"""The models of a server by name and version: folders that are loaded once, and nothing else is ever looked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gatewise.errors import ConfigurationError, GatewiseError
from gatewise.estimators.loading import load
from gatewise.estimators.saving.directory import CONFIG
from gatewise.graphs.graph import Graph
from gatewise.serving.answering import forecasts, language, sequences  # noqa: F401 - each adds what it answers
from gatewise.serving.answering.base import Answering, answering
from gatewise.serving.config import ServingConfig
from gatewise.serving.refusal import Refusal
from gatewise.serving.stepping import Stepping
from gatewise.validation import near

__all__ = ["Models", "Served", "named_folders"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
VERSION = re.compile(r"[1-9][0-9]{0,8}")
# What a model is given with: a fitted estimator, its folder, a folder of numbered versions, or versions by number.
Given = Any


@dataclass
class Served:
    """One version of a model.

    Attributes
    ----------
    name, version : str
    kind : str
        The class of the estimator.
    whole : Answering or None
        How it answers whole sequences.
    stepping : Stepping or None
        How it goes step by step, where it can.
    why_not : str
        Why it cannot go step by step.
    """

    name: str
    version: str
    kind: str
    whole: Answering | None
    stepping: Stepping | None
    why_not: str = ""


class Models:
    """All models of a server.

    Parameters
    ----------
    given : dict of str to estimator, path, step graph, or dict of version to any of these
    config : ServingConfig
    metrics : optional
        Has ``stepped(name, version)``, which gives what is called after each call of a kernel.

    Raises
    ------
    ConfigurationError
        A name cannot stand in an address.
    SavedModelError
        A folder holds no model.
    """

    def __init__(self, given: Mapping[str, Given], config: ServingConfig, metrics: Any = None) -> None:
        if not given:
            raise ConfigurationError("models: expected at least one model, got none")
        self._models: dict[str, dict[str, Served]] = {}
        for name, one in given.items():
            if not NAME.fullmatch(name):
                raise ConfigurationError(
                    f"models: expected a name of letters, digits, dots, dashes and underscores, got {name!r}; name "
                    "it with name=FOLDER"
                )
            self._models[name] = {
                version: _served(name, version, each, config, metrics)
                for version, each in _versions(one).items()
            }

    def __iter__(self) -> Any:
        return (one for versions in self._models.values() for one in versions.values())

    def versions(self, name: str) -> list[str]:
        """Return the versions of a model, in order."""
        return sorted(self._models[name], key=int)

    def find(self, name: str, version: str | None = None) -> Served:
        """Return a model, its latest version by default.

        Raises
        ------
        Refusal
            There is none of this name, or version.
        """
        if name not in self._models:
            better = near(name[:64], self._models) or f"there are {', '.join(self._models)}"
            raise Refusal(404, f"model: {_brief(name)} is not served; {better}")
        version = self.versions(name)[-1] if version is None else version
        if version not in self._models[name]:
            known = ", ".join(self.versions(name))
            raise Refusal(404, f"model {name}: version {_brief(version)} is not served; there are {known}")
        return self._models[name][version]


def named_folders(arguments: Sequence[str]) -> dict[str, Path]:
    """Return folders by name: ``name=FOLDER``, or by the name of the folder.

    Raises
    ------
    ConfigurationError
        Two have the same name.
    """
    found: dict[str, Path] = {}
    for one in arguments:
        name, equals, rest = one.partition("=")
        path = Path(rest if equals else one)
        name = name if equals else path.resolve().name
        if name in found:
            raise ConfigurationError(
                f"models: {found[name]} and {path} are both called {name}; name one with name=FOLDER",
            )
        found[name] = path
    return found


def _versions(given: Given) -> dict[str, Given]:
    if isinstance(given, Mapping):
        wrong = next((key for key in given if not VERSION.fullmatch(str(key))), None)
        if wrong is not None:
            raise ConfigurationError(f"models: expected versions that are numbers from 1, got {wrong!r}")
        return {str(key): one for key, one in given.items()}
    if isinstance(given, str | Path):
        folder = Path(given)
        if not (folder / CONFIG).exists() and folder.is_dir():
            numbered = {
                path.name: path for path in folder.iterdir() if path.is_dir() and VERSION.fullmatch(path.name)
            }
            if numbered:
                return dict(sorted(numbered.items(), key=lambda one: int(one[0])))
    return {"1": given}


def _served(name: str, version: str, given: Given, config: ServingConfig, metrics: Any) -> Served:
    stepped = None if metrics is None else metrics.stepped(name, version)
    if isinstance(given, Graph):
        return Served(name, version, given.name, None, Stepping(given, config, stepped))
    model: Any = load(given) if isinstance(given, str | Path) else given
    whole = answering(model, config)
    try:
        graph, why_not = model.step_graph(), ""
    except GatewiseError as error:
        graph, why_not = None, str(error)
    stepping = None if graph is None else Stepping(graph, config, stepped, model.observation)
    return Served(name, version, type(model).__name__, whole, stepping, why_not)


def _brief(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
