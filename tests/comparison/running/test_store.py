"""What is kept of a comparison, and what is made of it after a stop."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small import CLASSIFY, FORECAST, QUICK, sequences, two_waves, without_times

import gatewise
from gatewise.comparison.compare import Prepared, prepare
from gatewise.comparison.jobs.job import Job, Result, execute
from gatewise.comparison.results import Comparison
from gatewise.comparison.running import stages as staging
from gatewise.comparison.running import store as storing
from gatewise.comparison.running.store import Store
from gatewise.comparison.stopped import Stopped
from gatewise.comparison.tasks.base import Scores, Task
from gatewise.errors import ConfigurationError
from gatewise.nn import Cell
from gatewise.training.history import History

BRIEF = QUICK.model_copy(update={"trials": 1, "curves": False})
MADE = {"data": "abc", "seeds": 2}


def brief(**options: Any) -> dict[str, Any]:
    return {"horizon": 6, "config": BRIEF, "estimator": FORECAST, **options}


def jobs_of(prepared: Prepared, count: int = 4) -> list[Job]:
    return prepared.plan.main(dict.fromkeys(prepared.plan.cells, (0.01,)))[:count]


def scored(job: Job) -> Result:
    return Result(
        job, Scores(np.array([0.5, job.fold]), {"MASE": 0.5}, {"text": np.array(["text"])}), seconds=1.5
    )


@pytest.fixture
def jobs() -> list[Job]:
    return jobs_of(prepare(two_waves(), **brief()))


def test_results_are_read_as_they_were_kept(tmp_path: Path) -> None:
    prepared = prepare(two_waves(), **brief())
    first = execute(prepared.task, jobs_of(prepared)[0])
    assert first.inspection is not None
    store = Store(tmp_path / "deep" / "kept", MADE)
    store.keep(first)
    (found,) = Store(store.path.parent, MADE, resume=True).results(jobs_of(prepared)).values()
    assert first.scores is not None
    assert found.scores is not None
    for one, other in (
        (found.scores.units, first.scores.units),
        (found.scores.answers["forecast"], first.scores.answers["forecast"]),
        (found.inspection.trained.norms, first.inspection.trained.norms),  # type: ignore[union-attr]  # it is there
    ):  # fmt: skip
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    assert found.scores.metrics == first.scores.metrics
    assert found.history == first.history
    assert found.inspection.structure == first.inspection.structure  # type: ignore[union-attr]  # it is there
    assert (found.job, found.seconds, found.tuning_loss) == (first.job, first.seconds, float("inf"))


def test_a_job_of_other_settings_is_not_the_same(tmp_path: Path, jobs: list[Job]) -> None:
    store = Store(tmp_path, MADE)
    store.keep(scored(jobs[0]))
    again = Store(tmp_path, MADE, resume=True)
    assert list(again.results(jobs)) == jobs[:1]
    settings = jobs[0].settings
    assert settings is not None
    for change in ({"steps": 25}, {"learning_rate": 0.011}, {"seed": 1}, {"cell": "GRU"}, {"amount": 0.5}):
        assert again.results([replace(jobs[0], settings=replace(settings, **change))]) == {}


@pytest.mark.parametrize("end", [1, 20, -1, -30])
def test_a_line_that_is_cut_short_is_not_read_and_no_other_suffers(
    tmp_path: Path, jobs: list[Job], end: int
) -> None:
    store = Store(tmp_path, MADE)
    store.keep(scored(jobs[0]))
    whole = store.path.read_bytes()
    store.keep(scored(jobs[1]))
    line = store.path.read_bytes()[len(whole) :]
    store.path.write_bytes(whole + line[:end])
    again = Store(tmp_path, MADE, resume=True)
    assert list(again.results(jobs)) == jobs[:1]
    again.keep(scored(jobs[2]))
    assert list(Store(tmp_path, MADE, resume=True).results(jobs)) == [jobs[0], jobs[2]]


def test_every_changed_byte_is_seen(tmp_path: Path, jobs: list[Job]) -> None:
    store = Store(tmp_path, MADE)
    store.keep(scored(jobs[0]))
    begun = len(store.path.read_bytes())
    store.keep(scored(jobs[1]))
    whole = store.path.read_bytes()
    for place in range(begun + 1, len(whole), 7):
        store.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = Store(tmp_path, MADE, resume=True).results(jobs)
        # Punctuation around the checksum and the record says nothing.
        assert list(found) in (jobs[:1], jobs[:2])
        assert all(result.scores.metrics == {"MASE": 0.5} for result in found.values())  # type: ignore[union-attr]


def test_a_file_of_something_else_is_put_aside(tmp_path: Path, jobs: list[Job]) -> None:
    (tmp_path / "jobs.jsonl").write_bytes(b"\x80\x04]\x94.\n[]\n")
    store = Store(tmp_path, MADE, resume=True)
    assert (store.found, store.aside) == (0, tmp_path / "jobs.before.jsonl")
    store.keep(scored(jobs[0]))
    assert (tmp_path / "jobs.before.jsonl").read_bytes() == b"\x80\x04]\x94.\n[]\n"
    assert Store(tmp_path, MADE, resume=True).found == 1


def test_arrays_of_objects_are_neither_stored_nor_read(tmp_path: Path, jobs: list[Job]) -> None:
    objects = Scores(np.array([0.5]), {}, {"text": np.array([object()], dtype=object)})
    with pytest.raises(TypeError, match="arrays of object are not stored"):
        Store(tmp_path, MADE).keep(Result(jobs[0], objects))
    with pytest.raises(ValueError, match="arrays of object are not stored"):
        storing._decoded({"array": "", "dtype": "O", "shape": [0]})


def test_without_resume_it_begins_anew_and_what_was_there_is_put_aside(
    tmp_path: Path, jobs: list[Job]
) -> None:
    Store(tmp_path, MADE).keep(scored(jobs[0]))
    before = (tmp_path / "jobs.jsonl").read_bytes()
    store = Store(tmp_path, MADE)
    # A stop before the first result changes nothing.
    assert (store.found, (tmp_path / "jobs.jsonl").read_bytes()) == (0, before)
    store.keep(scored(jobs[1]))
    assert (tmp_path / "jobs.before.jsonl").read_bytes() == before
    assert list(Store(tmp_path, MADE, resume=True).results(jobs)) == jobs[1:2]
    store.remove()
    assert not tmp_path.exists()


def fail_to_write(monkeypatch: pytest.MonkeyPatch, *, first: int) -> None:
    """The disk is full from the given write on, after half of a line; at the write after that it has room again."""
    append, written = storing._append, []

    def full(path: Path, record: dict[str, Any], mode: str) -> None:
        written.append(record)
        if len(written) != first:
            append(path, record, mode)
            return
        with path.open(mode) as file:
            file.write(b'\n["0123456789abcdef",{"job": "ha')
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storing, "_append", full)


@pytest.mark.parametrize(("first", "left"), [(1, [1, 2]), (2, [1, 2]), (3, [0, 2]), (4, [0, 1])])
def test_a_full_disk_is_told_of_once_and_nothing_half_written_is_read(
    tmp_path: Path, jobs: list[Job], monkeypatch: pytest.MonkeyPatch, first: int, left: list[int]
) -> None:
    fail_to_write(monkeypatch, first=first)
    told: list[str] = []
    store = Store(tmp_path, MADE, warn=told.append)
    for job in jobs[:3]:
        store.keep(scored(job))
    assert told == [
        f"{tmp_path / 'jobs.jsonl'}: results cannot be stored (No space left on device); the comparison goes on, "
        "but what is not stored is lost if it is stopped"
    ]
    assert list(Store(tmp_path, MADE, resume=True).results(jobs)) == [jobs[number] for number in left]


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        gatewise.compare(two_waves(), store=tmp_path / "file", **brief())
    assert str(caught.value) == f"store: expected a folder to write to, got {tmp_path / 'file'}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"resume": True}, "resume: expected the folder of the results in store=, got none"),
        ({"store": 3}, "store: expected a path, got 3"),
        ({"store": "x", "resume": "perhaps"},
         "resume: expected a valid boolean, got 'perhaps'"),
    ],
)  # fmt: skip
def test_mistakes(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        gatewise.compare(two_waves(), **brief(**options))
    assert str(caught.value) == message


def leaky(keeps: float) -> Cell:
    def step(projected: Any, states: Any, weights: Any) -> Any:  # noqa: ARG001
        return (keeps * states[0] + projected.tanh(),), {}

    return Cell("leaky", "leaky", ("h",), ("candidate",), step=step)


OTHERS = [
    ({"data": two_waves().take(np.array([0, 1]), np.array([0, 0]), np.array([179, 150]))}, "other data"),
    ({"random_state": 1}, "random_state 0, not 1"),
    ({"seeds": 3}, "seeds 2, not 3"),
    ({"horizon": 5}, "horizon 6, not 5"),
    ({"cells": ["GRU", leaky(0.8)]}, "other cells"),
    ({"estimator": FORECAST.model_copy(update={"context_length": 36})}, "estimator.context_length 24, not 36"),
]  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    prepared = prepare(two_waves(), cells=["GRU", leaky(0.9)], **brief())
    prepared.store(tmp_path).keep(scored(jobs_of(prepared)[0]))
    return tmp_path


@pytest.mark.parametrize(("changes", "what"), OTHERS, ids=[what for _, what in OTHERS])
def test_results_of_another_comparison_are_refused(kept: Path, changes: dict[str, Any], what: str) -> None:
    given = {"data": two_waves(), "cells": ["GRU", leaky(0.9)], **brief(), **changes}
    with pytest.raises(ConfigurationError) as caught:
        prepare(**given).store(kept, resume=True)
    assert str(caught.value) == (
        f"resume: the results in {kept} were made with {what}; give the same, or leave it out to start anew"
    )


def test_so_are_those_of_another_version(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatewise.comparison.jobs.machine.__version__", "99.0")
    with pytest.raises(ConfigurationError, match=r"were made with gatewise \S+, not 99\.0; give"):
        prepare(two_waves(), cells=["GRU", leaky(0.9)], **brief()).store(kept, resume=True)


def test_workers_preferences_names_of_files_and_copies_of_a_cell_make_no_other(kept: Path) -> None:
    data = replace(two_waves(), source="elsewhere.csv", notes=("read",))
    given = brief(cells=["GRU", leaky(0.9)], workers=2, prefer="latency", max_parameters=10_000)
    assert prepare(data, **given).store(kept, resume=True).found == 1


def stopping(monkeypatch: pytest.MonkeyPatch, before: Callable[[Job], bool]) -> list[Job]:
    """Ctrl-C when the first such job begins; the jobs that were run to their end by then."""
    done: list[Job] = []

    def run(task: Task, job: Job, limit: float | None = None) -> Result:
        if before(job):
            raise KeyboardInterrupt
        done.append(job)
        return execute(task, job, limit)

    monkeypatch.setattr(staging, "execute", run)
    return done


def evidence_of(comparison: Comparison) -> Any:
    return without_times(json.loads(comparison.to_json()))


@pytest.mark.slow
def test_stopped_and_resumed_gives_the_same(
    forecast_comparison: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"horizon": 6, "config": QUICK, "estimator": FORECAST, "store": tmp_path / "kept"}
    done: list[Job] = []
    for before in (
        lambda job: job.purpose == "baseline",
        lambda job: job.purpose == "tune" and job.name == "GRU",
        lambda job: job.purpose == "main" and job.number == 1,
        lambda job: job.purpose == "length",
    ):
        done += stopping(monkeypatch, before)
        with pytest.raises(Stopped):
            gatewise.compare(two_waves(), resume=True, **given)
    done += stopping(monkeypatch, lambda _: False)
    again = gatewise.compare(two_waves(), resume=True, **given)
    assert evidence_of(again) == evidence_of(forecast_comparison)
    stopping(monkeypatch, lambda _: True)
    # All is there: nothing is trained any more but the model.
    assert evidence_of(gatewise.compare(two_waves(), resume=True, **given)) == evidence_of(again)


@pytest.mark.slow
def test_sequences_resume_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"config": BRIEF, "estimator": CLASSIFY, "store": tmp_path / "kept"}
    whole = gatewise.compare(sequences(), **given)
    stopping(monkeypatch, lambda _: True)
    assert evidence_of(gatewise.compare(sequences(), resume=True, **given)) == evidence_of(whole)


@pytest.mark.slow
def test_a_plan_that_was_settled_for_a_budget_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = brief(budget="90s", config=QUICK, cells=["GRU"], store=tmp_path)
    stopping(monkeypatch, lambda job: job.purpose == "main" and job.number == 1)
    with pytest.raises(Stopped) as stop:
        gatewise.compare(two_waves(), **given)
    partial = stop.value.comparison
    assert partial is not None
    stopping(monkeypatch, lambda _: False)
    again = gatewise.compare(two_waves(), resume=True, **given).evidence.plan
    before = partial.evidence.plan
    later = {"seconds", "jobs", "jobs_done", "seeds_by_cell"}
    assert again.model_dump(exclude=later) == before.model_dump(exclude=later)
    assert again.seconds > before.seconds


@pytest.mark.slow
def test_what_is_there_after_a_stop_is_partial_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping(monkeypatch, lambda job: job.purpose == "main" and job.number == 1)
    with pytest.raises(Stopped) as stop:
        gatewise.compare(two_waves(), **brief(folds=1, cells=["RNN", "GRU"]))
    comparison = stop.value.comparison
    assert (stop.value.done, stop.value.total) == (2, 4)
    assert comparison is not None
    plan = comparison.evidence.plan
    assert (plan.jobs_done, plan.jobs, plan.partial) == (2, 4, True)
    found = comparison.recommend()
    assert found.sentence.startswith("Undecided: this is partial, 2 of 4 trainings. ")
    assert (found.state, found.would_settle) == ("undecided", ("`resume=True` does the rest.",))
    page = comparison.report(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>partial, gatewise: " in page
    assert '<p class="badge undecided">partial, no verdict yet</p>' in page
    assert "2 of 4" in page
    path = tmp_path / "comparison.json"
    comparison.to_json(path)
    assert Comparison.from_json(path).evidence == comparison.evidence


def test_before_every_cell_was_trained_there_is_nothing_to_compare(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping(monkeypatch, lambda job: job.purpose == "main" and job.name == "GRU")
    with pytest.raises(Stopped) as stop:
        gatewise.compare(two_waves(), **brief(cells=["RNN", "GRU"]))
    assert (stop.value.comparison, stop.value.done, stop.value.total) == (None, 1, 4)


def test_a_training_that_is_cut_short_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = prepare(two_waves(), **brief())

    def cut(_: Task, job: Job) -> Result:
        return Result(job, history=History(steps=3, stopped="interrupted"))

    monkeypatch.setattr("gatewise.comparison.jobs.job._run", cut)
    with pytest.raises(KeyboardInterrupt):
        execute(prepared.task, jobs_of(prepared)[0])
