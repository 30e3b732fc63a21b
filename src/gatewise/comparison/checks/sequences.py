"""What is found in labelled sequences: classes out of balance, sequences in both parts, channels that are the label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.comparison.checks.common import MOST_PLACES, constant, drift, outliers, same, share_of
from gatewise.data.hashes import hashes_of_sequences
from gatewise.verdict.evidence import Balance, Check, DataChecks

__all__ = ["sequence_checks"]

Rows = NDArray[np.int64]

MOST_CLASSES = 40
# The largest class has so many times as many as the smallest.
OUT_OF_BALANCE = 5


def sequence_checks(
    sequences: Sequence[Any],
    targets: Any,
    groups: NDArray[Any] | None,
    rows: list[tuple[Rows, Rows]],
    names: Sequence[str],
    channels: tuple[str, ...],
    task: str,
) -> DataChecks:
    """Look into sequences and what is to be learned of them.

    Parameters
    ----------
    rows : list of (training rows, test rows)
        Of each split.
    names : sequence of str
        Of the sequences.
    task : {"classification", "regression", "tagging"}
    """
    learned, tested = rows[0]
    hashes = next(hashes_of_sequences(sequences))
    checks = [_twice(hashes, targets, names), _in_both(hashes, rows, names), _groups(groups, rows)]
    if isinstance(sequences[0], np.ndarray):
        columns = _columns(sequences, channels)
        checks += [
            constant(columns, "channel"),
            outliers(columns),
            drift(_parts(sequences, channels, learned, tested)),
            _is_target(sequences, targets, channels, task),
        ]
    balance = _balance(targets, learned, tested, task)
    if balance is not None and task == "classification":
        checks.append(_of_balance(balance))
    whose = (
        ""
        if groups is None
        else f" of {len(np.unique(np.concatenate([groups[test] for _, test in rows]))):,} groups"
    )
    count = sum(len(test) for _, test in rows)
    splits = f" in {len(rows)} splits" if len(rows) > 1 else ""
    return DataChecks(
        checks=tuple(one for one in checks if one is not None),
        balance=balance,
        tested=f"{count:,} sequences{whose} were tested on{splits}; {len(learned):,} were learned from"
        + (" in the first of them." if len(rows) > 1 else "."),
    )


def _columns(sequences: Sequence[Any], channels: tuple[str, ...]) -> list[tuple[str, NDArray[Any]]]:
    stacked = np.concatenate(list(sequences)).astype(np.float64)
    named = len(channels) == stacked.shape[1]
    return [(channels[k] if named else f"channel {k + 1}", stacked[:, k]) for k in range(stacked.shape[1])]


def _parts(
    sequences: Sequence[Any], channels: tuple[str, ...], learned: Rows, tested: Rows
) -> list[tuple[str, NDArray[Any], NDArray[Any]]]:
    before, after = (_columns([sequences[row] for row in part], channels) for part in (learned, tested))
    return [(name, one, other) for (name, one), (_, other) in zip(before, after, strict=True)]


def _twice(hashes: NDArray[np.uint64], targets: Any, names: Sequence[str]) -> Check:
    first: dict[int, int] = {}
    found, disagree = [], 0
    for k, one in enumerate(hashes.tolist()):
        if one in first:
            other = not np.array_equal(np.asarray(targets[k]), np.asarray(targets[first[one]]))
            disagree += other
            found.append(f"{names[k]} is {names[first[one]]}" + (", with another target" if other else ""))
        first.setdefault(one, k)
    more = f", {disagree:,} of them with another target" if disagree else ""
    return Check(
        name="sequences that are there twice",
        state="look" if found else "good",
        found=share_of(len(found), len(hashes)) + more if found else f"none of {len(hashes):,}",
        method="all values, words or samples of two sequences are equal",
        places=tuple(found[:MOST_PLACES]),
    )


def _in_both(hashes: NDArray[np.uint64], rows: list[tuple[Rows, Rows]], names: Sequence[str]) -> Check:
    found: list[str] = []
    tested = 0
    for learned, test in rows:
        known = set(hashes[learned].tolist())
        found += [names[row] for row in test if int(hashes[row]) in known]
        tested += len(test)
    return Check(
        name="same sequence in training and test",
        state="bad" if found else "good",
        found=f"{share_of(len(found), tested)} test sequences are in the training part too"
        if found
        else "none",
        method="test sequences whose values, words or samples all stand in the training part of the same split",
        places=tuple(found[:MOST_PLACES]),
    )


def _groups(groups: NDArray[Any] | None, rows: list[tuple[Rows, Rows]]) -> Check | None:
    method = "a group (a speaker, a patient) that is learned from and tested on is known already"
    if groups is None:
        return None
    both = {
        str(one)
        for learned, test in rows
        for one in set(groups[learned].tolist()) & set(groups[test].tolist())
    }
    return Check(
        name="groups on both sides",
        state="bad" if both else "good",
        found=f"{len(both):,} groups are learned from and tested on" if both else "none",
        method=method,
        places=tuple(sorted(both)[:MOST_PLACES]),
    )


def _is_target(sequences: Sequence[Any], targets: Any, channels: tuple[str, ...], task: str) -> Check:
    """Channels that say what is to be learned: by value at every step, or by their mean."""
    found, count = [], sequences[0].shape[1]
    stepwise = isinstance(targets, list) and task == "regression"
    if stepwise:
        goal = np.concatenate([np.asarray(one, np.float64) for one in targets])
        columns = _columns(sequences, channels)
    else:
        if task == "tagging":
            labels = [str(one) for one in chain.from_iterable(targets)]
            goal = np.unique(labels, return_inverse=True)[1].astype(np.float64)
            columns = _columns(sequences, channels)
        else:
            values = np.asarray(targets)
            numbers = task == "regression"
            goal = (
                values.astype(np.float64)
                if numbers
                else np.unique(values, return_inverse=True)[1].astype(float)
            )
            columns = _columns(
                [np.asarray(one, np.float64).mean(axis=0, keepdims=True) for one in sequences], channels
            )
    goals = np.atleast_2d(goal.T)
    for name, values in columns:
        if any(same(values, one) for one in goals) or (task != "regression" and _tells(values, goal)):
            found.append(f"{name} says the same as the target")
    return Check(
        name="channels that are the target",
        state="bad" if found else "good",
        found="; ".join(found[:3]) if found else f"none of {count}",
        method="channels (their mean over a sequence, where it has one target) that correlate with the target "
        "by more than 0.9999, or have one value for each class",
        places=tuple(found[:MOST_PLACES]),
    )


def _tells(values: NDArray[Any], codes: NDArray[Any]) -> bool:
    """Whether every value goes with one class, and there are no more values than classes."""
    kinds = np.unique(values)
    if len(kinds) > len(np.unique(codes)) or len(kinds) < 2:
        return False
    return all(len(np.unique(codes[values == one])) == 1 for one in kinds)


def _balance(targets: Any, learned: Rows, tested: Rows, task: str) -> Balance | None:
    if task == "regression":
        return None
    if task == "tagging":
        before, after = (
            Counter(str(one) for row in part for one in targets[row]) for part in (learned, tested)
        )
    else:
        before, after = (Counter(map(str, targets[part])) for part in (learned, tested))
    names = [name for name, _ in (before + after).most_common(MOST_CLASSES)]
    if task == "classification" and len(before | after) <= MOST_CLASSES:
        names = sorted(names)
    return Balance(
        names=tuple(names),
        training=tuple(before[name] for name in names),
        test=tuple(after[name] for name in names),
        counted="steps" if task == "tagging" else "sequences",
    )


def _of_balance(balance: Balance) -> Check:
    pairs = sorted(zip(balance.training, balance.names, strict=True))
    (least, rare), (most, common) = pairs[0], pairs[-1]
    uneven = most > OUT_OF_BALANCE * least
    majority = most / max(sum(balance.training), 1)
    return Check(
        name="balance of classes",
        state="look" if uneven else "good",
        found=f"{common} has {most:,} training sequences, {rare} {least:,}; who always says {common} is right in "
        f"{100 * majority:.3g} %"
        if most > least
        else f"every class has {most:,} training sequences",
        method=f"the largest class has more than {OUT_OF_BALANCE} times as many as the smallest, in the training part "
        "of the first split",
    )
