"""The finished comparison: evidence, verdict, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from pydantic import ValidationError

from gatewise.comparison.display.browser import show
from gatewise.comparison.display.cell import as_html
from gatewise.comparison.display.frames import leaderboard, trainings
from gatewise.comparison.display.text import as_text
from gatewise.comparison.networks import Networks
from gatewise.data.series import FrameKind
from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.inspection.inspector import Inspection, inspect
from gatewise.report import write_report
from gatewise.spelling import spelled
from gatewise.validation import near
from gatewise.verdict.evidence import Evidence
from gatewise.verdict.preferences import PreferenceOptions, Preferences
from gatewise.verdict.recommend import Recommendation, recommend
from gatewise.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Comparison"]


class Comparison:
    """What :func:`gatewise.compare` returns: every number, the verdict, the model.

    At the end of a notebook's cell it shows its verdict, the candidates and two pictures; ``print`` shows text.

    Attributes
    ----------
    evidence : Evidence
        Every number, with its interval and its method.
    model : estimator or None
        The recommended one, or the one that ``save=`` named, fitted in the end: ``comparison.model.predict()``. Of a
        comparison that was read from its numbers there is none. (A comparison is a result, no estimator: so no
        underscore.)
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
        *,
        fitting: Callable[[str], Any] | None = None,
        frame_kind: FrameKind | None = None,
    ) -> None:
        self.evidence = evidence
        self.model = model
        self.networks = networks
        self.saved: str | None = None
        self.preferences = preferences or Preferences()
        self._fitting, self._frame_kind = fitting, frame_kind
        self._fitted: dict[str, Any] = {}

    @property
    def model_(self) -> Any:
        """The former name of :attr:`model`."""
        return self.model

    def recommend(self, **changes: Unpack[PreferenceOptions]) -> Recommendation:
        """The verdict under preferences and limits; nothing is measured anew.

        Parameters
        ----------
        **changes
            ``prefer="accuracy" | "latency" | "memory" | "size"``, ``max_parameters``,
            ``max_step_latency_us``, ``max_state_bytes``: those that differ from ``preferences``.
        """
        return recommend(self.evidence, self._preferences(changes))

    def _preferences(self, changes: Mapping[str, Any]) -> Preferences:
        return Preferences(**{**self.preferences.model_dump(), **changes})

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

    def leaderboard(self, **changes: Unpack[PreferenceOptions]) -> Any:
        """The candidates as a data frame, the best first.

        Parameters
        ----------
        **changes
            As of :meth:`recommend`; they decide which row is ``recommended``.

        Returns
        -------
        frame
            Of the kind that was compared on; where that was a file, of pandas if it is installed, else of polars, else
            of pyarrow. Columns: ``candidate``, ``kind`` ("cell" or "baseline"), ``recommended``; the deciding
            ``metric`` with its ``error`` and the ends of its 95 % interval, ``low`` and ``high``; the further metrics
            by their names; the costs, each with its unit in its name: ``fit_seconds`` (of one model),
            ``predict_seconds`` (of one answer), ``step_latency_us`` (of one step of one stream), ``parameters``,
            ``model_bytes`` (saved), ``state_bytes`` (of one stream), ``peak_training_bytes``. What was not measured is
            missing.
        """
        return leaderboard(self.evidence, self.recommend(**changes).choice, self._frame_kind)

    def to_frame(self) -> Any:
        """Every error that was measured as a data frame, for statistics of your own.

        Returns
        -------
        frame
            Of the kind of :meth:`leaderboard`: one row for each ``candidate`` (with its ``kind``), ``fold``, ``seed``
            and test ``unit``, with its ``error``. Rows of the same fold and unit are pairs.
        """
        return trainings(self.evidence, self._frame_kind)

    def plot(self, kind: str = "errors", **changes: Unpack[PreferenceOptions]) -> Figure:
        """A figure of matplotlib, in your own style: to be changed and saved as any other.

        Parameters
        ----------
        kind : str, default "errors"
            "errors" of all candidates with their intervals; "differences" of pairs; "curves" of training; error
            against the "amount" of data or the "length" of sequences; a "forecast" beside what came; the "confusion"
            of classes; predicted and actual "values"; the "gradient" through time.
        **changes
            As of :meth:`recommend`; what is recommended is shown beside the cells.

        Raises
        ------
        ConfigurationError
            There is no such kind, or this comparison has no numbers for it; the message names those it has.
        """
        from gatewise.comparison.display.figures import kinds_of, plot

        choice = self.recommend(**changes).choice
        figure = plot(self.evidence, choice, kind)
        if figure is None:
            known = ", ".join(kinds_of(self.evidence, choice))
            raise ConfigurationError(
                f"expected one of {known} of this comparison, got {kind!r}", option="kind"
            )
        return figure

    def report(self, path: str | Path = "gatewise-report.html", **changes: Unpack[PreferenceOptions]) -> Path:
        """Write the report: one HTML file that needs no network; the verdict in it as of :meth:`recommend`."""
        return write_report(
            self.evidence, self.recommend(**changes), path, preferences=self._preferences(changes)
        )

    # Its former name.
    to_html = report

    def show(self, **changes: Unpack[PreferenceOptions]) -> Path | None:
        """Show the whole report: in a notebook below the cell, else in a browser, or say where it lies.

        Returns
        -------
        Path or None
            The file that was written; ``None`` in a notebook.
        """
        return show(lambda path: self.report(path, **changes))

    def save(self, name: str, path: str | Path) -> Path:
        """Save a candidate as a model, to be read by :func:`gatewise.load` and ``gatewise predict``.

        Parameters
        ----------
        name : str
            A cell or a baseline, such as "GRU". What was not fitted in the end is now, on all data but a test set of
            its own, with the settings that were compared: about as long as one of its trainings.
        path : path
            A folder; a saved model in it is replaced.

        Raises
        ------
        ConfigurationError
            There is no such candidate; or this comparison was read from its numbers, and has no data to fit on.
        """
        known = [candidate.name for candidate in self.evidence.candidates]
        if name not in known:
            better = near(name, known)
            raise ConfigurationError(
                f"expected one of {', '.join(known)}, got {name!r}{f'; {better}' if better else ''}",
                option="name",
            )
        return Path(self._model_of(name).save(path))

    def _model_of(self, name: str) -> Any:
        if name == self.saved and self.model is not None:
            return self.model
        if name not in self._fitted:
            if self._fitting is None:
                raise ConfigurationError(
                    f"this comparison holds numbers and no data to fit {name} on; compare again with "
                    f"{spelled('save', name)}"
                )
            self._fitted[name] = self._fitting(name)
        return self._fitted[name]

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
        return as_text(self.evidence, self.recommend())

    def _repr_html_(self) -> str:
        return as_html(self.evidence, self.recommend())
