"""One window of one series, as a network reads it and as its user does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from gatewise.data.arrays import Array
from gatewise.data.axis import Axis, bridged
from gatewise.data.clock import to_wall
from gatewise.data.dated import calendar_ahead
from gatewise.data.scaling import normalise
from gatewise.data.series import SeriesSet
from gatewise.estimators.forecast.preparation import Preparation
from gatewise.estimators.tracing import Shown

__all__ = ["window_shown", "window_without"]

NANOSECONDS, TOLERANCE = 1e9, 1e-4


def window_shown(
    preparation: Preparation, series: SeriesSet, number: int, origin: int, *, known: bool
) -> Shown:
    """Return the window that ends before row ``origin`` of a series.

    Parameters
    ----------
    known : bool
        The series goes on for a horizon after the origin, so that what came is known.
    """
    geometry = preparation.geometry
    before = series.lengths.copy()
    before[number] = origin
    source = preparation.source(series, before)
    first = int(series.offsets[number])
    future = None
    if not known and preparation.known:
        future = calendar_ahead(series, np.array([number]), np.array([origin]), geometry.horizon)
        future = None if future is None else preparation.scale_known(future)
    batch = source.batch(np.array([number]), np.array([first + origin]), future=future, with_target=known)
    rows = first + np.maximum(np.arange(origin - geometry.context, origin), 0)
    columns = [series.target[rows, None], series.past[rows], series.known[rows]]
    times = series.times(number, origin - geometry.context, geometry.context + geometry.horizon)
    stamps = _written(times, series.time_zone)
    step = series.step
    return Shown(
        name=str(series.ids[number]),
        axis=Axis(
            "row",
            geometry.segment,
            tuple(stamps[geometry.segment - 1 : geometry.context : geometry.segment]),
            geometry.segment * step.size / NANOSECONDS if step.kind == "duration" else None,
        ),
        given=np.concatenate(columns, axis=1).astype(np.float32),
        batch=batch,
        channels=(*series.columns.target[:1], *series.columns.past_channels, *series.columns.known_channels),
        truth=series.target[first + origin : first + origin + geometry.horizon] if known else None,
        stamps=tuple(stamps[geometry.context :]),
    )


def window_without(
    preparation: Preparation, shown: Shown, first: int, last: int, channel: int | None
) -> Shown:
    """Return a window whose rows ``first`` to ``last`` lie on the line between their neighbours.

    Of all columns seen, or of one: 0 is the target. Scaled anew where the target changes; what is known of the horizon
    stays.
    """
    batch, mask = shown.batch, int(preparation.mask)
    changes: dict[str, Any] = {}
    if channel in (None, 0):
        window = (batch.values.double().numpy() * batch.scale + batch.location)[0]
        # Its floor, if it was reached, is what a window that does not move is divided by.
        floor = batch.scale[:, 0] if window.std() < batch.scale[0, 0] * (1 - TOLERANCE) else np.zeros(1)
        values, location, scale = normalise(bridged(window[:, None], first, last, 0).T, floor)
        unit = batch.unit * torch.from_numpy((batch.scale / scale).astype(np.float32))
        changes |= {"values": torch.from_numpy(values), "location": location, "scale": scale, "unit": unit}
    if channel != 0 and batch.channels.shape[2] > mask:
        columns = batch.channels[0].numpy()
        which = range(mask, columns.shape[1]) if channel is None else [mask + channel - 1]
        for column in which:
            columns = bridged(columns, first, last, column)
        changes["channels"] = torch.from_numpy(columns)[None]
    return replace(shown, batch=replace(batch, **changes))


def _written(times: Array, zone: str | None) -> list[str]:
    """Write stamps by the clocks of their zone, as short as all of them allow."""
    if times.dtype.kind != "M":
        return [str(one) for one in times]
    wall = to_wall(times.astype("M8[ns]").astype(np.int64), zone).astype("M8[ns]")
    unit = next((one for one in ("D", "m", "s") if (wall.astype(f"M8[{one}]") == wall).all()), "ms")
    return [text.replace("T", " ") for text in wall.astype(f"M8[{unit}]").astype(str).tolist()]
