"""What estimators of whole sequences share, whatever they answer: what they were fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, cast

from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from gatewise.data.arrays import Floats
from gatewise.data.codes import Codes
from gatewise.data.hashes import Hashes
from gatewise.data.readers import read, read_sequences
from gatewise.data.readers.options import ReadOptions
from gatewise.data.readers.table.frames import Source
from gatewise.data.samples.registry import PREFIX
from gatewise.data.sequences import SequenceColumns, SequenceSet, SequenceTask
from gatewise.errors import ConfigurationError, DataError, ReadError
from gatewise.estimators.categorical import as_places, codes_for, found_codes
from gatewise.estimators.graphs.rows import row_of, several, words_as_rows
from gatewise.estimators.saving.estimator import SavedEstimator
from gatewise.estimators.saving.parts import Attribute, Labels, saves
from gatewise.estimators.sequence_arguments import (
    InputKind,
    Sequences,
    as_sequences,
    is_source,
    refuse_words,
    with_target,
)
from gatewise.graphs.graph import Field
from gatewise.training.watching import tell_what_was_read

__all__ = ["LabelEstimator", "SequenceEstimator"]


# Words of readers that have a meaning for arrays, too.
OF_ARRAYS = ("impute", "axes", "categorical")


def _refuse_codes(columns: Mapping[str, Any]) -> None:
    if columns.get("categorical") is not None:
        raise ConfigurationError(
            "the model keeps the codes that it was fitted with; leave it out", option="categorical"
        )


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        # Longer than a name may be, or with a zero in it.
        return False


def _columns_from(saved: dict[str, Any] | None) -> SequenceColumns | None:
    if saved is None:
        return None
    # Models saved before there were several targets do not name them.
    several = {name: tuple(saved.get(name, ())) for name in ("channels", "targets")}
    return SequenceColumns(**saved | several)


class SequenceEstimator(SavedEstimator):
    """Base of classifiers, regressors and taggers.

    Attributes
    ----------
    task : {"classification", "regression", "tagging"}
        What the estimator learns of sequences.
    kinds : tuple of str
        What it can read.
    reads_tokens : bool
        Whether a text in a table is a list of words.
    kind_ : {"values", "text", "audio"}
        What it was fitted on.
    n_features_in_ : int
        Channels, or steps where a flat table (sequences, time) was given; 1 for texts, words and recordings.
    is_flat_ : bool
        Whether a flat table was given.
    impute_ : {"", "previous"}
        How gaps were filled in sequences of numbers that were fitted, and are in those that are predicted.
    axes_ : {"", "n t c", "n c t"}
        What the axes of arrays were said to be.
    channel_codes_ : Codes or None
        What takes the place of channels of numbers that are codes and no amounts.
    columns_ : SequenceColumns or None
        Columns of the table that it was fitted on, looked for in every table after it.
    """

    task: ClassVar[SequenceTask]
    kinds: ClassVar[tuple[InputKind, ...]] = ("values",)
    reads_tokens: ClassVar[bool] = False
    parts = saves(
        # Models saved before there were other kinds do not name theirs.
        Attribute("kind_", default="values"),
        "n_features_in_",
        "is_flat_",
        Attribute("impute_", default=""),
        Attribute("axes_", default=""),
        Attribute(
            "channel_codes_",
            default=[],
            pack_as=lambda codes: codes and codes.to_json(),
            restore_as=lambda saved: Codes.from_json(saved) if saved else None,
        ),
        Attribute("columns_", pack_as=lambda columns: columns and asdict(columns), restore_as=_columns_from),
    )

    def read(self, data: Source | SequenceSet, **columns: Any) -> SequenceSet:
        """Read sequences from a path or frame, from the columns that were fitted on unless others are named.

        What is to be answered is not looked at; see :func:`gatewise.data.readers.read_sequences`.
        """
        check_is_fitted(self)
        _refuse_codes(columns)
        if isinstance(data, SequenceSet):
            return data
        tokens = {"tokens": self.kind_ == "text"} if self.reads_tokens else {}
        return read_sequences(data, **tokens | self._fitted_columns() | columns)

    def read_all(self, X: Any, **columns: Any) -> Any:
        """Return what ``predict`` takes as sequences, checked; of a path or frame with what should be answered.

        That is left out where the table does not have it.

        Returns
        -------
        SequenceSet or list
        """
        _refuse_codes(columns)
        if isinstance(X, SequenceSet):
            return X
        self._refuse_one_text(X)
        if not (isinstance(X, str | Path) or ((self.columns_ is not None or columns) and is_source(X))):
            return as_sequences(self, X, reset=False)
        try:
            return read(X, self.task, **self._fitted_columns() | columns)
        except ReadError:
            return self.read(X, **columns)

    @property
    def reads_rows(self) -> bool:
        """Whether one step reads a row of any finite numbers; :meth:`observation` says what is wrong with others."""
        return self.kind_ != "text" and not self.impute_

    def observation(self, x: Any, batch: int | None, fields: Sequence[Field]) -> dict[str, NDArray[Any]]:
        """Return a row, or a word, as a step reads it; of several streams a row or a word for each.

        Raises
        ------
        DataError
            It has another shape than the rows that were fitted, or is no number.
        """
        if self.kind_ == "text":
            return {"word": words_as_rows(self.inputs_, several(x, batch))}
        return {"row": row_of(x, int(fields[0].shape[-1]), batch, fills=bool(self.impute_))}

    def read_to_learn(self, data: Source | SequenceSet, **columns: Any) -> SequenceSet:
        """Read sequences with what is to be learned, from the columns that were fitted on unless others are named."""
        check_is_fitted(self)
        return cast(SequenceSet, with_target(data, None, self.task, **self._fitted_columns() | columns))

    def _for_training(
        self, X: object, y: object, *, going_on: bool = False, **columns: Any
    ) -> tuple[object, Any, object]:
        """Return sequences, what is to be learned, and groups; note where they stood if ``X`` brought all of them.

        ``going_on``: they stand where those stood that were fitted.
        """
        if not going_on:
            self.impute_ = columns.get("impute") or ""
        if y is not None or not is_source(X):
            if isinstance(X, str | Path):
                raise DataError(f"X: {str(X)!r} is one path, which brings along what is learned; leave y out")
            refuse_words(columns, but=() if going_on else OF_ARRAYS)
        elif going_on:
            columns = self._fitted_columns() | columns
        given = with_target(X, y, self.task, **columns)
        if not going_on:
            named = ReadOptions(categorical=columns.get("categorical")).codes
            channels = getattr(X, "channels", ()) if given is None else given.channels
            self.categorical_ = as_places(named if given is None else given.categorical, channels)
            self.columns_ = None if given is None else given.columns
            # As the constructor says, unless fit is told of arrays; of a source a reader knows.
            said = columns.get("axes") if given is None else None
            self.axes_ = said or getattr(self, "axes", None) or ""
        if given is None:
            return X, y, None
        tell_what_was_read(getattr(self, "progress", None), given.source, given.notes)
        self.channels_, self.source_ = given.channels, given.source
        return given, given.target, given.groups

    def _with_codes(self, sequences: Sequences, outputs: Floats | None = None) -> Sequences:
        """Find codes in the channels of training sequences, and return sequences as they are learned from.

        ``outputs`` are what is learned, (sequences, outputs), by which it is decided where nobody has said; ``None``:
        what is not said is no code.
        """
        self.channel_codes_ = None
        if self.kind_ == "values" and self.categorical_ is not None:
            self.channel_codes_ = codes_for(sequences, self.categorical_)
        elif self.kind_ == "values" and outputs is not None:
            self.channel_codes_ = found_codes(sequences, outputs)
        elif self.categorical_:
            raise ConfigurationError(
                "has a meaning only for sequences of numbers; leave it out", option="categorical"
            )
        return self.coded(sequences)

    def coded(self, sequences: Sequences) -> Sequences:
        """Return sequences as they are learned from, with channels of codes taken apart."""
        codes = getattr(self, "channel_codes_", None)
        return sequences if codes is None else [codes.expanded(one) for one in sequences]

    def _read_again(self, X: object) -> Sequences:
        """Return what is predicted, as it was learned from."""
        return self.coded(as_sequences(self, self._for_prediction(X), reset=False))

    def _seen_before(self) -> list[Hashes]:
        """Return the hashes of what was learned, where training goes on from it."""
        fitted = getattr(self, "fingerprint_", None)
        return [] if fitted is None else [fitted.hashes]

    def _for_evaluation(self, data: object, y: object, **columns: Any) -> SequenceSet | None:
        """Return what :func:`with_target` gives, with the columns that were fitted on unless others are named."""
        check_is_fitted(self)
        _refuse_codes(columns)
        if y is None and is_source(data):
            columns = self._fitted_columns() | columns
        else:
            refuse_words(columns)
        return with_target(data, y, self.task, **columns)

    def _for_prediction(self, X: object) -> object:
        """Return ``X``, or what :meth:`read` makes of it where it is a path or frame."""
        check_is_fitted(self)
        self._refuse_one_text(X)
        if isinstance(X, str | Path) or (self.columns_ is not None and is_source(X)):
            return self.read(X)  # type: ignore[arg-type]  # what it cannot read, it refuses
        return X

    def _fitted_columns(self) -> dict[str, Any]:
        """Return what a reader needs to find the same columns in another table."""
        parts = ("id", "time", "target", "channels", "decimal", "axes")
        columns = {part: name for part in parts if (name := getattr(self.columns_, part, None))}
        if several := getattr(self.columns_, "targets", ()):
            columns["target"] = several
        return columns | ({"impute": self.impute_} if getattr(self, "impute_", "") else {})

    def _refuse_one_text(self, X: object) -> None:
        """Refuse what is no path but one of the texts that the estimator reads."""
        if self.kind_ == "text" and isinstance(X, str) and not X.startswith(PREFIX) and not _is_there(X):
            raise DataError(
                f"X: {X!r:.60} is no file here; if it is one text, put it into a list: [{X!r:.60}]"
            )


class LabelEstimator(SequenceEstimator):
    """Base of those that answer with one of ``classes_``.

    Attributes
    ----------
    classes_ : array, shape (classes,)
    """

    classes_: NDArray[Any]
    parts = saves(Labels())

    def _class_names(self) -> str:
        names = ", ".join(str(name) for name in self.classes_[:20])
        return f"{names}{', …' if len(self.classes_) > 20 else ''}"
