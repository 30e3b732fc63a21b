"""The cache of machine code: what its key depends on, where it stands, and what is said of it."""

from __future__ import annotations

import inspect
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba.core.dispatcher import Dispatcher

import gatewise
from gatewise.kernels.cells import registry
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.compiling import compiled
from gatewise.kernels.compiling.target import Target

NOTICE = "gatewise: compiling kernels for this processor, once; seconds for each cell\n"
# One kernel of the narrowest tile, which compiles fastest; prints the folder and what the kernel gives.
PROGRAM = """
import logging, sys
logging.basicConfig(format="%(name)s: %(levelname)s: %(message)s", stream=sys.stdout)
import numpy as np
from gatewise.kernels.compiling import compiled
from gatewise.kernels.call.run import Run
from gatewise.kernels.record.sizes import Sizes

one, zero, y, h_n = (np.full(1, value, np.float32) for value in (1, 0, 0, 0))
for _ in range(2):
    run = Run("rnn_relu", Sizes(1, 1, 1, 1, 1, 4), (1, 1), False, 1)
    batch = run.batch(None)
    gates = np.empty(batch.gates, np.float32)
    arrays = (one, one, None, one, one, zero, zero, y, h_n, None, gates, None)
    run.forward(batch, [0 if array is None else array.ctypes.data for array in arrays], save=True)
print(compiled.cache_folder())
print(y.item())
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """The key, computed anew; what the process knows of itself stays as it is."""
    compiled.fingerprint()
    compiled.cache_folder()
    monkeypatch.setattr(compiled.config, "CACHE_DIR", "")
    return compiled.fingerprint.__wrapped__


def test_key_changes_with_every_source(
    fresh: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = tmp_path / "kernels"
    shutil.copytree(compiled._SOURCES, sources, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "_SOURCES", sources)
    keys = {fresh()}
    assert keys == {fresh()}
    found = sorted(sources.rglob("*.py"))
    rooms = {source.parent.name for source in found}
    assert rooms == {
        "kernels", "call", "program", "cells", "time", "record", "threads", "vector", "compiling",
    }  # fmt: skip
    for source in found:
        source.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        keys.add(fresh())
    assert len(keys) == 1 + len(found)
    (sources / "cells" / "rnn.py").rename(sources / "cells" / "renamed.py")
    assert fresh() not in keys
    (sources / "cells" / "renamed.py").rename(sources / "rnn.py")
    assert fresh() not in keys


@pytest.mark.parametrize(
    ("where", "name", "value"),
    [
        (compiled.numba, "__version__", "0"),
        (compiled.llvmlite, "__version__", "0"),
        (compiled.sys, "version", "2.7"),
        (compiled.platform, "machine", lambda: "vax"),
        (compiled.llvm, "get_host_cpu_name", lambda: "i386"),
        (compiled.config, "CPU_NAME", "generic"),
        (compiled.config, "CPU_FEATURES", "+avx"),
        (compiled, "TARGET", Target("AVX-512", 64, 8, 2)),
    ],
)
def test_key_changes_with_versions_and_processor(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch, where: Any, name: str, value: Any
) -> None:
    before = fresh()
    monkeypatch.setattr(where, name, value)
    assert fresh() != before


def test_key_changes_with_the_processors_features(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fresh()
    features = compiled.llvm.get_host_cpu_features()
    features["gatewise"] = True
    monkeypatch.setattr(compiled.llvm, "get_host_cpu_features", lambda: features)
    assert fresh() != before


@pytest.mark.usefixtures("fresh")
def test_folder_stands_beside_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_SOURCES", tmp_path)
    folder = compiled.cache_folder.__wrapped__()
    assert folder == tmp_path / "__pycache__" / f"gatewise-{compiled.fingerprint()}"
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("fresh")
@pytest.mark.skipif(sys.platform == "win32", reason="the user's cache has another name there")
@pytest.mark.parametrize("set_by", ["XDG_CACHE_HOME", "HOME"])
def test_read_only_install_uses_the_cache_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, set_by: str
) -> None:
    (tmp_path / "__pycache__").write_text("no folder, so nothing can be written to it")
    monkeypatch.setattr(compiled, "_SOURCES", tmp_path)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(set_by, str(tmp_path / "user"))
    home = tmp_path / "user" if set_by == "XDG_CACHE_HOME" else tmp_path / "user" / ".cache"
    assert compiled.cache_folder.__wrapped__() == home / "gatewise" / f"gatewise-{compiled.fingerprint()}"


@pytest.mark.usefixtures("fresh")
def test_a_folder_that_exists_but_is_not_for_writing_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install = tmp_path / "install"
    monkeypatch.setattr(compiled, "_SOURCES", install)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "user"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    temporary = tempfile.TemporaryFile

    def refuse(dir: Path) -> Any:
        if install in Path(dir).parents:
            raise PermissionError(dir)
        return temporary(dir=dir)

    monkeypatch.setattr(compiled.tempfile, "TemporaryFile", refuse)
    assert compiled.cache_folder.__wrapped__().parent == tmp_path / "user" / "gatewise"


@pytest.mark.usefixtures("fresh")
def test_without_any_place_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    monkeypatch.setattr(compiled, "_SOURCES", tmp_path / "file")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert compiled.cache_folder.__wrapped__() is None
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.usefixtures("fresh")
def test_numbas_own_setting_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled.config, "CACHE_DIR", str(tmp_path))
    assert compiled.cache_folder.__wrapped__() == tmp_path / f"gatewise-{compiled.fingerprint()}"


def run_program(source: Path, cache: Path) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env={
            **os.environ,
            "PYTHONPATH": str(source),
            "NUMBA_CACHE_DIR": str(cache),
            "GATEWISE_VECTOR_BITS": "128",
        },
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout.splitlines(keepends=True)


@pytest.mark.slow
def test_an_upgrade_never_runs_old_code(tmp_path: Path) -> None:
    root = Path(gatewise.__file__).parent
    copied = tmp_path / "source" / "gatewise"
    shutil.copytree(root, copied, ignore=shutil.ignore_patterns("__pycache__", "*.csv"))
    cache = tmp_path / "cache"

    *said, folder, result = run_program(copied.parent, cache)
    assert said == [f"gatewise: WARNING: {NOTICE}"], "it compiles, and says so once"
    assert Path(folder).parent == cache
    assert result == "2.0\n"

    assert run_program(copied.parent, cache) == [folder, result], "then it loads, and says nothing"

    # Not the file of the function that is compiled, but one that it is made from.
    activations = copied / "kernels" / "vector" / "activations.py"
    text = activations.read_text(encoding="utf-8")
    relu = "_zero_unless_positive(builder, args[0], args[0], v)"
    assert relu in text
    activations.write_text(text.replace(relu, "builder.fadd(args[0], args[0])"), encoding="utf-8")
    *said, other, result = run_program(copied.parent, cache)
    assert said == [f"gatewise: WARNING: {NOTICE}"]
    assert other != folder
    assert result == "4.0\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_child_made_while_somebody_compiles_does_not_keep_the_lock() -> None:
    wake, waken = os.pipe()
    with compiled._one_process_at_a_time("kernel"):
        child = os.fork()
        if child == 0:
            os.read(wake, 1)
            os._exit(0)
    try:
        with (compiled.cache_folder() / "kernel.lock").open("w") as lock:
            compiled.fcntl.flock(lock, compiled.fcntl.LOCK_EX | compiled.fcntl.LOCK_NB)
    finally:
        os.write(waken, b".")
        os.waitpid(child, 0)
        os.close(wake)
        os.close(waken)


# Two functions that one factory makes of others, too long for the compiler to put them in place of their calls;
# compiles or loads the ones named, and prints what they give.
FACTORY = """
import sys
import numpy as np
from numba import njit, types
from gatewise.kernels.compiling.compiled import compiled, made_of
from gatewise.kernels.vector.simd import write

@njit
def one(): return 1.0
@njit
def two(): return 2.0

def store_what(gives):
    @made_of(gives)
    def stored(out):
BODY
    return stored

store_one, store_two = store_what(one), store_what(two)
def first(out): store_one(out)
def second(out): store_two(out)

for name in sys.argv[1:]:
    out = np.zeros(300)
    compiled(globals()[name], types.void(types.CPointer(types.float64)))(out.ctypes.data)
    print(out[0])
""".replace("BODY", "\n".join(f"        write(out + {k}, gives() + {k})" for k in range(300)))


@pytest.mark.slow
def test_what_one_factory_makes_in_two_processes_runs_side_by_side_in_a_third(tmp_path: Path) -> None:
    program = tmp_path / "factory.py"
    program.write_text(FACTORY)

    def run(*names: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, program, *names],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    assert run("first") == ["1.0"]
    assert run("second") == ["2.0"]
    assert run("first", "second") == ["1.0", "2.0"]


def test_no_two_functions_of_kernels_have_one_name() -> None:
    found: dict[tuple[str, str], Any] = {}
    todo = [
        make(kernel)
        for kernel in {kernel.name: kernel for kernel in KERNELS.values()}.values()
        for make in registry._MAKE.values()
    ]
    while todo:
        function = todo.pop()
        name = (function.__module__, function.__qualname__)
        if name in found:
            assert found[name] is function, name
            continue
        found[name] = function
        variables = inspect.getclosurevars(function)
        parts = [*variables.globals.values(), *variables.nonlocals.values()]
        todo += [part.py_func for part in parts if isinstance(part, Dispatcher)]
    assert len(found) > 50
