"""What users import, what errors they catch, and how options are checked."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Literal

import pytest
from pydantic import Field

import gatewise
from gatewise import errors
from gatewise.errors import (
    ConfigurationError,
    DataError,
    DivergedError,
    GatewiseError,
    LayerInputError,
    MissingDependencyError,
    ReadError,
    SavedModelError,
    SeriesTooShortError,
    TrainingError,
)
from gatewise.validation import Options as Base

PUBLIC = [
    "ClassifierConfig",
    "Comparison",
    "ComparisonConfig",
    "ForecasterConfig",
    "GatewiseError",
    "LanguageModel",
    "LanguageModelConfig",
    "RegressorConfig",
    "SequenceClassifier",
    "SequenceForecaster",
    "SequenceRegressor",
    "SequenceTagger",
    "TaggerConfig",
    "TrainingConfig",
    "accelerate",
    "certify",
    "compare",
    "explain",
    "inspect",
    "load",
    "nn",
    "verify",
]


def test_the_public_names() -> None:
    assert gatewise.__all__ == PUBLIC
    assert dir(gatewise) == sorted([*PUBLIC, "__version__"])
    for name in PUBLIC:
        assert getattr(gatewise, name) is not None
    assert [gatewise.nn.GRU.__name__, gatewise.nn.LSTM.__name__, gatewise.nn.RNN.__name__] == [
        "GRU",
        "LSTM",
        "RNN",
    ]


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError) as caught:
        gatewise.Transformer  # noqa: B018
    assert str(caught.value) == "module 'gatewise' has no attribute 'Transformer'"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, gatewise; print(sorted({'torch', 'sklearn', 'scipy', 'pandas', 'optuna'} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_public_things_have_docstrings() -> None:
    for name in PUBLIC:
        assert (getattr(gatewise, name).__doc__ or "").strip(), name


@pytest.mark.parametrize(
    ("kind", "bases"),
    [
        (DataError, (GatewiseError, ValueError)),
        (ReadError, (DataError,)),
        (SeriesTooShortError, (DataError,)),
        (LayerInputError, (DataError, RuntimeError)),
        (ConfigurationError, (GatewiseError, ValueError)),
        (TrainingError, (GatewiseError, RuntimeError)),
        (DivergedError, (TrainingError,)),
        (SavedModelError, (GatewiseError, ValueError)),
        (MissingDependencyError, (GatewiseError, ImportError)),
    ],
)
def test_the_error_tree(kind: type[Exception], bases: tuple[type[Exception], ...]) -> None:
    assert kind.__bases__ == bases
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__name__ in errors.__all__


def test_a_divergence_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(DivergedError("the loss became nan", step=7, loss=2.5)))
    assert (str(error), error.step, error.loss) == ("the loss became nan", 7, 2.5)


class Options(Base):
    rate: float = Field(default=0.1, gt=0)
    names: tuple[str, ...] = ()
    prefer: Literal["latency", "size or cost"] | None = None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rate": -1}, "rate: expected a number greater than 0, got -1"),
        (
            {"rate": "fast"},
            "rate: expected a valid number, got 'fast'",
        ),
        ({"names": ["a", 1]}, "names.1: expected a valid string, got 1"),
        ({"prefer": "beauty"}, "prefer: expected one of latency, size or cost, got 'beauty'"),
        ({"speed": 1}, "speed: no such option; expected some of rate, names, prefer"),
    ],
)
def test_options_are_refused_in_one_line(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(**values)
    assert str(caught.value) == message


def test_options_that_are_right() -> None:
    assert Options(rate=1) == Options(rate=1.0)


def test_a_notebook_shows_the_users_lines_and_the_message() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Options(colour="red")
    (shown,) = caught.value._render_traceback_()
    *lines, message = shown.splitlines()
    assert message == f"ConfigurationError: {caught.value}"
    assert "test_public_surface.py" in lines[0]
    assert not any("validation.py" in line for line in lines)
