"""Machine code on the disk: used only where it is what was written, and written only where that can be done."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import pickle
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile

__all__ = ["CheckedFiles"]

_LOG = logging.getLogger("gatewise")
_SUM = hashlib.sha256().digest_size


class CheckedFiles(IndexDataCacheFile):  # type: ignore[misc]  # numba's are untyped
    """numba's index and data files, each after a checksum of it.

    What was cut short, emptied, or put there by somebody else is removed and compiled anew; it would end every command
    from then on, or run. What cannot be written is compiled again by the next process.
    """

    def _load_index(self) -> Any:
        stamp, overloads = self._read(self._index_path) or (None, {})
        return overloads if stamp == self._source_stamp else {}

    def _save_index(self, overloads: Any) -> None:
        self._write(self._index_path, (self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        return self._read(self._data_path(name))

    def _save_data(self, name: str, data: Any) -> None:
        self._write(self._data_path(name), data)

    def save(self, key: Any, data: Any) -> None:
        """Save what was compiled; where that fails it is said, and nothing else happens."""
        try:
            super().save(key, data)
        except OSError as error:
            _LOG.warning(
                "gatewise: %s: machine code cannot be kept (%s); it is compiled again next time",
                self._cache_path,
                error.strerror,
            )

    def _read(self, path: str) -> Any:
        try:
            content = Path(path).read_bytes()
        except OSError:
            return None
        checksum, written = content[:_SUM], content[_SUM:]
        if hashlib.sha256(written).digest() == checksum:
            return pickle.loads(written)
        with contextlib.suppress(OSError):
            Path(path).unlink()
        return None

    def _write(self, path: str, value: Any) -> None:
        written = self._dump(value)
        with self._open_for_write(path) as file:
            file.write(hashlib.sha256(written).digest() + written)
