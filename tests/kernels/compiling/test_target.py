"""What kernels make of a processor."""

from __future__ import annotations

import pytest

from gatewise.errors import ConfigurationError
from gatewise.kernels.compiling import target


@pytest.fixture(autouse=True)
def _some_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWISE_VECTOR_BITS", raising=False)
    monkeypatch.setattr(target.config, "CPU_NAME", None)
    monkeypatch.setattr(target.config, "CPU_FEATURES", None)
    monkeypatch.setattr(target.platform, "machine", lambda: "x86_64")


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ({"avx512f": True, "avx2": True, "fma": True}, target.AVX512),
        ({"avx512f": False, "avx2": True, "fma": True}, target.AVX2),
        ({"avx2": True, "fma": False}, target.BASELINE),
        ({"sse2": True}, target.BASELINE),
    ],
)
def test_the_widest_that_is_there(
    monkeypatch: pytest.MonkeyPatch, features: dict[str, bool], expected: target.Target
) -> None:
    monkeypatch.setattr(target.llvm, "get_host_cpu_features", lambda: features)
    assert target.detect() == expected


@pytest.mark.parametrize("machine", ["aarch64", "arm64", "ARM64"])
def test_arm(monkeypatch: pytest.MonkeyPatch, machine: str) -> None:
    monkeypatch.setattr(target.platform, "machine", lambda: machine)
    assert target.detect() == target.NEON


def test_numbas_settings_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target.config, "CPU_FEATURES", "+avx2,+fma,-avx512f")
    assert target.detect() == target.AVX2
    monkeypatch.setattr(target.config, "CPU_FEATURES", None)
    monkeypatch.setattr(target.config, "CPU_NAME", "generic")
    assert target.detect() == target.BASELINE


@pytest.mark.parametrize("bits", ["128", "256", "512"])
def test_a_width_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, bits: str) -> None:
    monkeypatch.setenv("GATEWISE_VECTOR_BITS", bits)
    assert 8 * target.detect().bytes == int(bits)


def test_a_width_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWISE_VECTOR_BITS", "64")
    with pytest.raises(ConfigurationError) as error:
        target.detect()
    assert str(error.value) == "GATEWISE_VECTOR_BITS=64: take one of: 128, 256, 512"


@pytest.mark.parametrize("one", [target.AVX512, target.AVX2, target.NEON, target.BASELINE])
def test_a_tile_fits_into_the_registers(one: target.Target) -> None:
    registers = 16 if one in (target.AVX2, target.BASELINE) else 32
    assert len(one.panels) == one.rows
    for rows, panels in enumerate(one.panels, start=1):
        vectors = panels * one.vectors
        # The sums, the inputs or the weights, whichever are fewer, and one of the others.
        assert rows * vectors + min(rows, vectors) + 1 <= registers
