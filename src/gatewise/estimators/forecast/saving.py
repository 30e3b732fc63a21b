"""What a forecaster saves of the data that it was fitted on."""

from __future__ import annotations

from typing import Any

from gatewise.data.saved import series_from, series_saved
from gatewise.estimators.saving.directory import SavedState
from gatewise.estimators.saving.parts import Part

__all__ = ["FittedSeries"]


class FittedSeries(Part):
    """``series_``: the end of every series."""

    def pack(self, estimator: Any, saved: SavedState) -> None:
        saved.config["series"], arrays = series_saved(estimator.series_)
        saved.arrays.update(arrays)

    def restore(self, estimator: Any, saved: SavedState) -> None:
        estimator.series_ = series_from(saved.config["series"], saved.arrays)
