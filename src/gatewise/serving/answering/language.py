"""Language models: a prompt in, what follows out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gatewise.estimators.language.base import LanguageEstimator
from gatewise.serving.answering.base import Answering, answering
from gatewise.serving.config import ServingConfig
from gatewise.serving.fields import Described
from gatewise.serving.refusal import Refusal

__all__ = ["LanguageAnswering"]

Array = NDArray[Any]
LENGTH = 200


class LanguageAnswering(Answering):
    """What a model writes after each of several prompts; of frames of keys, after one."""

    parameters: ClassVar = {
        "length": (int,),
        "temperature": (float, int),
        "top_k": (int,),
        "random_state": (int,),
    }

    def __init__(self, model: LanguageEstimator, config: ServingConfig) -> None:
        self.model, self._most = model, config.max_length
        frames = model.level == "frame"
        shape = (-1, model.vocabulary_.size) if frames else (-1,)
        self.inputs = (Described("prompt", "UINT8" if frames else "BYTES", shape),)
        self.outputs = (Described("text", "UINT8" if frames else "BYTES", shape),)

    def answer(self, given: Mapping[str, Array], parameters: Mapping[str, Any]) -> dict[str, Array]:
        """Return what follows."""
        prompts, length = given["prompt"], parameters.get("length", LENGTH)
        if not 0 <= length <= self._most:
            raise Refusal(413, f"parameters: length: expected 0 to {self._most} symbols, got {length}")
        if (seed := parameters.get("random_state")) is not None and seed < 0:
            raise Refusal(400, f"parameters: random_state: expected a whole number from 0, got {seed}")
        options = {**parameters, "length": length}
        if self.inputs[0].datatype == "UINT8":
            return {"text": np.asarray(self.model.generate(prompts, **options), np.uint8)}
        if sum(map(len, prompts)) > self._most or len(prompts) * length > self._most:
            raise Refusal(
                413,
                f"inputs: prompt: expected at most {self._most} symbols to read, and to write, in one request",
            )
        found = np.empty(len(prompts), object)
        found[:] = [self.model.generate(prompt, **options) for prompt in prompts]
        return {"text": found}


answering.register(LanguageEstimator, LanguageAnswering)
