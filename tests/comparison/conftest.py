"""Small comparisons that several tests look at."""

from __future__ import annotations

import pytest
from small import CLASSIFY, FORECAST, QUICK, sequences, two_waves

import gatewise
from gatewise.comparison.results import Comparison


@pytest.fixture(scope="session")
def forecast_comparison() -> Comparison:
    """Three cells, two baselines, every kind of job, in this process."""
    return gatewise.compare(two_waves(), horizon=6, config=QUICK, estimator=FORECAST)


@pytest.fixture(scope="session")
def classification_comparison() -> Comparison:
    """Sequences of two lengths in three classes."""
    return gatewise.compare(sequences(), config=QUICK, estimator=CLASSIFY)
