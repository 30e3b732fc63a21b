"""The words that ``fit`` and others take beside their data: shown to people and editors, and checked by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_type_hints

from gatewise.errors import ConfigurationError
from gatewise.validation import near

__all__ = ["has_word", "spread", "takes"]

Function = TypeVar("Function", bound=Callable[..., Any])
# What it is called elsewhere, also in this package.
OTHER_WORDS = {
    "budget": "max_seconds",
    "freq": "every",
    "group_ids": "id",
    "h": "horizon",
    "seed": "random_state",
    "ds": "time",
    "unique_id": "id",
    "y": "target",
}


def spread(function: Callable[..., Any], options: type, defaults: Mapping[str, Any]) -> inspect.Signature:
    """Return the signature of a function with the words of a ``TypedDict`` in place of its ``**options``."""
    signature = inspect.signature(function)
    named = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
    named += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(name), annotation=hint)
        for name, hint in get_type_hints(options).items()
    ]
    return signature.replace(parameters=named)


def has_word(function: Callable[..., Any], word: str) -> bool:
    """Return whether a function takes an argument of this name."""
    return word in inspect.signature(function).parameters


def takes(options: type) -> Callable[[Function], Function]:
    """Mark a method of an estimator whose ``**columns`` are those of a ``TypedDict``.

    Type checkers know that by ``Unpack``; this is for ``help``, for the completion of notebooks, and for who mistypes
    a word or gives one that belongs to the constructor: the message says where it belongs.
    """

    def marked(method: Function) -> Function:
        signature = spread(method, options, {})

        @functools.wraps(method)
        def checked(self: Any, *args: Any, **words: Any) -> Any:
            for name in words:
                if name not in signature.parameters:
                    hint = _where(type(self), name, [*signature.parameters][1:])
                    raise ConfigurationError(f"{method.__name__} takes no such argument; {hint}", option=name)
            return method(self, *args, **words)

        checked.__signature__ = signature  # type: ignore[attr-defined]  # what help() reads
        return checked  # type: ignore[return-value]  # it takes what the method takes

    return marked


def _where(kind: Any, name: str, known: list[str]) -> str:
    """Say where a word belongs: to the constructor, to its configuration, or to a word that is like it."""
    for word in (name, OTHER_WORDS.get(name, name)):
        if word in known:
            return f"did you mean {word}?"
        if word in inspect.signature(kind).parameters:
            return f"it belongs to the constructor: {kind.__name__}({word}=…)"
        config = kind.config_type
        if word in config.model_fields:
            return f"it belongs to the constructor: {kind.__name__}(config={config.__name__}({word}=…))"
    return near(name, known) or f"expected some of {', '.join(known)}"
