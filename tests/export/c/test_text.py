"""Names, numbers and strings in C."""

from __future__ import annotations

import numpy as np
import pytest

from gatewise.export.c.text import Names, comment, identifier, literal, string


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("SequenceClassifier", "sequence_classifier"),
        ("my model (2)", "my_model_2"),
        ("2 models", "model_2_models"),
        ("Ошибка", "model"),
        ("while", "while_model"),
        ("math", "math_model"),
        ("main", "main_model"),
    ],
)
def test_names_of_models(text: str, name: str) -> None:
    assert identifier(text) == name


def test_no_two_names_are_alike() -> None:
    names = Names()
    assert [names.of("0.h_0"), names.of("0 h_0"), names.of("0.h_0")] == [
        "member_0_h_0", "member_0_h_0_2", "member_0_h_0",
    ]  # fmt: skip
    assert names.of("static") == "static_values"


@pytest.mark.parametrize(
    ("number", "dtype", "text"),
    [
        (0.1, "float32", "0.1f"),
        (1e-7, "float32", "1e-07f"),
        (0.1, "float64", "0.1"),
        (-np.inf, "float32", "-INFINITY"),
        (np.nan, "float64", "NAN"),
        (2**40, "int64", "INT64_C(1099511627776)"),
        (-(2**63), "int64", "INT64_MIN"),
        (True, "bool", "1"),
    ],
)
def test_numbers(number: float, dtype: str, text: str) -> None:
    assert literal(number, dtype) == text


def test_every_float_is_read_back() -> None:
    bits = np.random.default_rng(0).integers(0, 2**32, 2_000).astype(np.uint32)
    floats = bits.view(np.float32)
    for one in floats[np.isfinite(floats)]:
        assert np.float32(literal(one, "float32").removesuffix("f")) == one


def test_strings_and_comments() -> None:
    assert string('a"\\\n?ä') == '"a\\"\\\\\\012\\077\\303\\244"'
    assert comment("a */ b\nc ä") == "a * / b?c ?"
