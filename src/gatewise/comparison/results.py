"""The finished comparison: evidence, verdict, report."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Unpack

from pydantic import ValidationError

from gatewise.comparison.networks import Networks
from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.inspection.inspector import Inspection, inspect
from gatewise.report import write_report
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.recommend import PreferenceOptions, Preferences, Recommendation, recommend
from gatewise.writing import write_whole

__all__ = ["Comparison"]


class Comparison:
    """What :func:`gatewise.compare` returns.

    Attributes
    ----------
    evidence : Evidence
        Every number, with its interval and its method.
    model_ : estimator or None
        The recommended one, or the one that ``save`` named, fitted in the end.
    saved : str or None
        The name of that candidate.
    networks : Networks or None
        One trained network of each cell, as it was compared, with a few test sequences: to look into.
    preferences : Preferences
        What the verdict goes by where nothing else is said: those given to :func:`gatewise.compare`.
    """

    def __init__(
        self,
        evidence: Evidence,
        model: Any = None,
        preferences: Preferences | None = None,
        networks: Networks | None = None,
    ) -> None:
        self.evidence = evidence
        self.model_ = model
        self.networks = networks
        self.saved: str | None = None
        self.preferences = preferences or Preferences()

    def recommend(self, **changes: Unpack[PreferenceOptions]) -> Recommendation:
        """The verdict under preferences and limits; nothing is measured anew.

        Parameters
        ----------
        **changes
            ``prefer="accuracy" | "latency" | "memory" | "size"``, ``max_parameters``,
            ``max_step_latency_us``, ``max_state_bytes``: those that differ from ``preferences``.
        """
        merged: dict[str, Any] = self.preferences.model_dump() | dict(changes)
        return recommend(self.evidence, Preferences(**merged))

    def to_json(self, path: str | Path | None = None) -> str:
        """The evidence as JSON text, written to ``path`` if one is given."""
        text = self.evidence.model_dump_json(indent=1)
        if path is not None:
            write_whole(path, text + "\n")
        return text

    @classmethod
    def from_json(cls, path: str | Path) -> Comparison:
        """What :meth:`to_json` has written."""
        try:
            evidence = Evidence.model_validate_json(Path(path).read_text(encoding="utf-8"))
            asked: dict[str, Any] = {} if evidence.request is None else evidence.request.options
            given = {name: asked[name] for name in Preferences.model_fields if name in asked}
            return cls(evidence, preferences=Preferences(**given))
        except OSError as error:
            raise SavedModelError(f"{path}: cannot be read ({error.strerror})") from None
        except ValidationError as error:
            raise SavedModelError(
                f"{path}: expected a comparison as JSON, got something else ({error.title})"
            ) from None

    def to_html(self, path: str | Path, **changes: Unpack[PreferenceOptions]) -> Path:
        """Write the report: one HTML file that needs no network; the verdict in it as of :meth:`recommend`."""
        return write_report(self.evidence, self.recommend(**changes), path)

    def inspect(self, sequence: int | str | None = None, *, path: str | Path | None = None) -> Inspection:
        """The page on which all cells are seen at work on a test sequence; see :func:`gatewise.inspect`.

        Parameters
        ----------
        sequence : int or str, optional
            Its number from 1, or its name, among the few that are kept; the first by default.
        path : path, optional
            Where to write it.

        Raises
        ------
        ConfigurationError
            There are no networks, as in a comparison that was read from its numbers.
        """
        if self.networks is None or not self.networks.files:
            raise ConfigurationError(
                "inspect: this comparison holds numbers and no networks; gatewise inspect FOLDER looks into those "
                "that gatewise compare has kept in its output folder"
            )
        return inspect(self.networks.models(), self.networks.few, sequence=sequence, path=path)

    def __repr__(self) -> str:
        return f"Comparison({self.recommend().sentence!r})"
