"""Numbers as people read them."""

from __future__ import annotations

import pytest

from gatewise.report import text
from gatewise.verdict.evidence import Estimate, Metric

SHARE = Metric(name="error rate", unit="share of sequences", method="")
PLAIN = Metric(name="MASE", unit="× naive error", method="")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (0.0, "0"),
        (58, "58"),
        (12480, "12\u202f480"),
        (12480.4, "12\u202f480"),
        (9.996, "10.0"),
        (0.01234, "0.0123"),
        (-0.5, "−0.500"),
        (3.1e-6, "3.10 × 10⁻⁶"),
        (2.5e12, "2.50 × 10¹²"),
    ],
)
def test_number(value: float | None, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (0.5, "0.5"),
        (250.0, "250"),
        (1e-4, "10⁻⁴"),
        (2e-5, "2 × 10⁻⁵"),
        (1e6, "10⁶"),
        (-0.25, "−0.25"),
    ],
)
def test_compact(value: float, shown: str) -> None:
    assert text.compact(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0 s"),
        (4.2e-6, "4.20 µs"),
        (0.0125, "12.5 ms"),
        (84.2, "84.2 s"),
        (600, "10.0 min"),
        (9000, "2.50 h"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert text.duration(seconds).replace("\u202f", " ") == shown


@pytest.mark.parametrize(
    ("count", "shown"), [(272, "272 B"), (61952, "60.5 KiB"), (4_000_000, "3.81 MiB"), (2**31, "2.00 GiB")]
)
def test_size(count: int, shown: str) -> None:
    assert text.size(count).replace("\u202f", " ") == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0 %"), (0.0125, "1.25 %"), (0.124, "12.4 %"), (1.0, "100 %")]
)
def test_percent(share: float, shown: str) -> None:
    assert text.percent(share).replace("\u202f", " ") == shown


def test_interval_has_the_decimals_of_the_mean() -> None:
    estimate = Estimate(mean=0.0953, low=0.09, high=0.1004)
    assert text.interval(estimate, PLAIN) == "0.0900 to 0.1004"
    assert text.interval(estimate, SHARE).replace("\u202f", " ") == "9.00 % to 10.0 %"
    assert text.interval(Estimate(mean=0.1), PLAIN) == ""


def test_words() -> None:
    assert text.join(["a"]) == "a"
    assert text.join(["a", "b", "c"], "or") == "a, b or c"
    assert text.times(1.44) == "1.4 times"
    assert text.times(1.02) == "about"
    assert text.metric_label("coverage-90") == "coverage of the 90\u202f% interval"
    assert text.metric_label("MSIS-90") == "MSIS of the 90\u202f% interval"
    assert text.metric_label("log-loss") == "log-loss"


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (1.0, "100\u202f%"),
        (0.123, "12\u202f%"),
        (0.001, "0.10\u202f%"),
        (1e-9, "under 0.1\u202f%"),
        (0.0, "under 0.1\u202f%"),
        (2.0, "200\u202f%"),
        (2e5, "200\u202f000 times"),
        (float("nan"), "–"),
    ],
)
def test_what_is_left(share: float, shown: str) -> None:
    assert text.share_left(share) == shown
