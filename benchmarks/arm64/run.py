"""Whether kernels, streams, ``fit`` and ``compare`` do on arm64 what they do here."""

from __future__ import annotations

from pathlib import Path

from benchmarks.arm64.system import PYTHON, Ran, System
from benchmarks.errors import BenchmarkError
from benchmarks.results import Result, Row, Target

__all__ = ["CHECKS", "FOLDER", "result_of", "row_of", "run"]

FOLDER = Path("gatewise-output/arm64")
DIST = Path(__file__).parents[2] / "dist"
# The last release whose wheels for Linux on arm64 are CPU builds; later ones bring CUDA, and do not load without.
TORCH = "torch==2.10.0"
# Of one check. Emulated, torch alone takes a minute to import, and a cell as long to compile.
LIMIT = 7200.0
TESTS = (PYTHON, "-m", "pytest", "--quiet", "-p", "no:cacheprovider", "-k")
CELLS = "rnn-tanh or lstm or gru"
SMOKE = (PYTHON, "/checkout/release/smoke.py", "--without", "doctor", "inspect", "--budget", "40m")
# By what is checked: the command. Tests run over the package that is installed, not over the checkout's.
CHECKS = {
    "vectors, activations and tiles of the kernels": (*TESTS, "test", "/checkout/tests/kernels/vector"),
    "kernels against the reference, with all gradients": (
        *TESTS, f"equals_reference and kernels and not long and ({CELLS})", "/checkout/tests/nn/test_backends.py",
    ),
    "streams against the layers": (
        *TESTS, f"(batch_axis or goes_from_layer) and ({CELLS})", "/checkout/tests/nn/test_stream.py",
    ),
    "fit, predict, load and compare": SMOKE,
}  # fmt: skip


def run(folder: Path, *, checks: tuple[str, ...] = tuple(CHECKS)) -> Result:
    """Make the system where there is none, install the wheel of ``make package``, and check."""
    wheels = sorted(DIST.glob("gatewise-*.whl"))
    if not wheels:
        raise BenchmarkError(f"no wheel in {DIST.name}/; it is made by: make package")
    system = System(folder)
    system.make()
    torch = system.install(wheels[-1], TORCH, "pytest", "hypothesis", "psutil", "pandas")
    machine = system.expect(
        PYTHON, "-c",
        "import platform; from gatewise.kernels.compiling.target import TARGET; print(platform.machine(), TARGET.name)",
    ).last_line  # fmt: skip
    return result_of({name: system.run(*CHECKS[name], limit=LIMIT) for name in checks}, machine, torch)


def result_of(found: dict[str, Ran], machine: str, torch: str) -> Result:
    """What was checked, and whether it holds."""
    failed = {name: ran for name, ran in found.items() if ran.code != 0}
    return Result(
        name="arm64",
        title="Kernels, streams, fit and compare on arm64",
        protocol=f"Debian 12 for arm64 under qemu-user on the machine below; in it torch {torch}, all packages as "
        f"wheels for arm64, and gatewise as its wheel; processor and vectors there: {machine}. Seconds are of an "
        "emulated processor, with kernels compiled on the way, and say nothing of a real one.",
        checks=(),
        digits={"seconds": 0},
        rows=tuple(row_of(name, ran) for name, ran in found.items()),
        targets=(Target("checks that fail", len(failed), 0, digits=0),),
        notes=tuple(f"`{name}`:\n\n```text\n{ran.said[-2000:].strip()}\n```" for name, ran in failed.items()),
    )


def row_of(name: str, ran: Ran) -> Row:
    """One check."""
    outcome = {0: "holds", None: "not finished"}.get(ran.code, "fails")
    return {"check": name, "outcome": outcome, "said last": ran.last_line, "seconds": (ran.seconds,)}
