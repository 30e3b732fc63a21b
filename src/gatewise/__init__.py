"""Train, compare, explain and ship RNN, LSTM and GRU on your own sequences, on a CPU.

Names are imported when they are first used, so that ``import gatewise`` stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gatewise.torch_files import register_with_torch
from gatewise.version import __version__ as __version__

if TYPE_CHECKING:
    from gatewise import nn
    from gatewise.certificate.certify import certify
    from gatewise.comparison.compare import compare
    from gatewise.comparison.config import ComparisonConfig
    from gatewise.comparison.results import Comparison
    from gatewise.errors import GatewiseError
    from gatewise.estimators.classification.network import SequenceClassifier
    from gatewise.estimators.config import (
        ClassifierConfig,
        ForecasterConfig,
        LanguageModelConfig,
        RegressorConfig,
        TaggerConfig,
    )
    from gatewise.estimators.forecast.network import SequenceForecaster
    from gatewise.estimators.language.network import LanguageModel
    from gatewise.estimators.loading import load
    from gatewise.estimators.regression.network import SequenceRegressor
    from gatewise.estimators.saving.manifest import verify
    from gatewise.estimators.tagging.network import SequenceTagger
    from gatewise.explanation.explain import explain
    from gatewise.inspection.inspector import inspect
    from gatewise.nn.accelerate import accelerate
    from gatewise.training.config import TrainingConfig

__all__ = [
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

_HOMES = {
    "ClassifierConfig": "gatewise.estimators.config",
    "Comparison": "gatewise.comparison.results",
    "ComparisonConfig": "gatewise.comparison.config",
    "ForecasterConfig": "gatewise.estimators.config",
    "GatewiseError": "gatewise.errors",
    "LanguageModel": "gatewise.estimators.language.network",
    "LanguageModelConfig": "gatewise.estimators.config",
    "RegressorConfig": "gatewise.estimators.config",
    "SequenceClassifier": "gatewise.estimators.classification.network",
    "SequenceForecaster": "gatewise.estimators.forecast.network",
    "SequenceRegressor": "gatewise.estimators.regression.network",
    "SequenceTagger": "gatewise.estimators.tagging.network",
    "TaggerConfig": "gatewise.estimators.config",
    "TrainingConfig": "gatewise.training.config",
    "accelerate": "gatewise.nn.accelerate",
    "certify": "gatewise.certificate.certify",
    "compare": "gatewise.comparison.compare",
    "explain": "gatewise.explanation.explain",
    "inspect": "gatewise.inspection.inspector",
    "load": "gatewise.estimators.loading",
    "verify": "gatewise.estimators.saving.manifest",
}


register_with_torch()


def __getattr__(name: str) -> Any:
    if name == "nn":
        return import_module("gatewise.nn")
    if name not in _HOMES:
        raise AttributeError(f"module 'gatewise' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
