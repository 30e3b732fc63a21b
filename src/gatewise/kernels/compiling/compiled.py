"""Compiling kernels, once for each kind of processor, and keeping the machine code on disk.

numba's own cache notices changes only in the file of the function that it compiled, and a kernel spans several.
So the folder's name is a hash of all their sources, of the versions of the compilers and of the processor.
The folder stands in ``NUMBA_CACHE_DIR`` if that is set, else beside the sources, else, where those cannot be
written to, in the user's cache.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import logging
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import numba
from numba.core import config
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.ccallback import CFunc

from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.compiling.kept import CheckedFiles
from gatewise.kernels.compiling.target import TARGET

if sys.platform == "win32":
    fcntl: Any = None
else:
    import fcntl

__all__ = ["cache_folder", "compiled", "entry_of", "fingerprint", "is_kept", "made_of"]

_LOG = logging.getLogger("gatewise")
_SOURCES = Path(__file__).parents[1]
_TOLD = "_GATEWISE_TOLD_OF_KERNELS"


@cache
def fingerprint() -> str:
    """Name all that machine code depends on, in a short hash."""
    digest = hashlib.sha256()
    for source in sorted(_SOURCES.rglob("*.py")):
        digest.update(source.relative_to(_SOURCES).as_posix().encode() + source.read_bytes())
    for fact in (
        numba.__version__,
        llvmlite.__version__,
        sys.version,
        platform.machine(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        config.CPU_NAME,
        config.CPU_FEATURES,
        TARGET,
    ):
        digest.update(repr(fact).encode())
    return digest.hexdigest()[:16]


@cache
def cache_folder() -> Path | None:
    """Find the first folder for machine code that can be written to; ``None`` where there is none."""
    for parent in _candidates():
        folder = parent / f"gatewise-{fingerprint()}"
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
            return folder
    return None


def is_kept(name: str) -> bool:
    """Whether machine code of a kernel is on the disk, from this process or an earlier one."""
    folder = cache_folder()
    return folder is not None and any(folder.glob(f"*.{name}-*.nbi"))


def _candidates() -> Iterator[Path]:
    if config.CACHE_DIR:
        yield Path(config.CACHE_DIR)
    yield _SOURCES / "__pycache__"
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA")
    else:
        home = os.environ.get("XDG_CACHE_HOME")
    with contextlib.suppress(RuntimeError):  # the user has no home folder
        yield (Path(home) if home else Path.home() / ".cache") / "gatewise"


class _Locator(_CacheLocator):  # type: ignore[misc]  # numba's are untyped
    def __init__(self, function: Callable[..., Any]) -> None:
        self._line = function.__code__.co_firstlineno

    def get_cache_path(self) -> str:
        return str(cache_folder())

    def get_source_stamp(self) -> str:
        return fingerprint()

    def get_disambiguator(self) -> str:
        return str(self._line)

    @classmethod
    def from_function(cls, function: Callable[..., Any], _file: str) -> _Locator:
        return cls(function)


class _CacheFiles(CompileResultCacheImpl):  # type: ignore[misc]
    _locator_classes = (_Locator,)


class _Cache(FunctionCache):  # type: ignore[misc]
    _impl_class = _CacheFiles

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        locator = self._impl.locator
        self._cache_file = CheckedFiles(
            locator.get_cache_path(), self._impl.filename_base, locator.get_source_stamp()
        )

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        # The folder is named after all sources; what a function encloses follows from its name.
        return sig, codegen.magic_tuple()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        # Code on disk needs none of the functions that numba knows, which take half a second to import.
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


class _Compiled(CFunc):
    def enable_caching(self) -> None:
        if cache_folder() is not None:
            self._cache = _Cache(self._pyfunc)  # type: ignore[attr-defined]

    def _compile_uncached(self) -> Any:
        _say_once()
        self._targetdescr.target_context.refresh()  # type: ignore[attr-defined]
        return super()._compile_uncached()  # type: ignore[misc]


@cache
def _say_once() -> None:
    if cache_folder() is not None:
        _LOG.warning("gatewise: compiling kernels for this processor, once; seconds for each cell")
    elif _TOLD not in os.environ:
        # Workers, which compile them too, inherit that it was said.
        os.environ[_TOLD] = "1"
        _LOG.warning(
            "gatewise: compiling kernels in each process, seconds for each cell: no folder to keep them in can be "
            "written to; NUMBA_CACHE_DIR names one"
        )


def compiled(function: Callable[..., Any], signature: Any) -> Callable[..., None]:
    """Compile a function for one signature, or load it; returns what calls it without holding the GIL.

    Says so, as a warning of the logger ``gatewise``, unless it was on disk.
    """
    kernel = _Compiled(
        function, (signature.args, signature.return_type), {}, {"error_model": "numpy", "_nrt": False}
    )
    kernel.enable_caching()
    with _one_process_at_a_time(kernel.__name__):
        kernel.compile()
    types = [
        ctypes.c_void_p if isinstance(kind, numba.types.CPointer) else ctypes.c_int64
        for kind in signature.args
    ]
    return ctypes.CFUNCTYPE(None, *types)(kernel.address or 0)


def made_of(*parts: Any) -> Callable[[Callable[..., Any]], Any]:
    """Decorate what is made of other compiled functions, for each of them anew: compiled under a name of its own.

    numba names machine code by module, function and how many functions the process compiled before. So what two
    processes make of different parts may have one name, and a third one, which loads both from the cache, would
    run one in place of the other.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        names = (f"{part.py_func.__module__}.{part.py_func.__qualname__}" for part in parts)
        function.__qualname__ += "".join(f" {name}".replace(".", "_") for name in names)
        return inner(function)

    return decorate


@contextlib.contextmanager
def _one_process_at_a_time(name: str) -> Iterator[None]:
    """Let workers that start together wait for the first one's code, where the system has such locks.

    Each kernel has a lock of its own, so that several processes can compile several of them.
    """
    folder = cache_folder()
    lock = None
    if fcntl is not None and folder is not None:
        with contextlib.suppress(OSError):  # a disk that is full
            lock = (folder / f"{name}.lock").open("w")
    if lock is None:
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            # Closing would not do: a child made meanwhile has it open too.
            fcntl.flock(lock, fcntl.LOCK_UN)


def entry_of(cell: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a kernel that a factory makes for a cell: kept on disk under a name of its own."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        function.__name__ = f"{cell.name}_{function.__name__}"
        function.__qualname__ = function.__name__
        return function

    return decorate
