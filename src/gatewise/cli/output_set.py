"""Several files and folders that are of one run, whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from gatewise.errors import ConfigurationError
from gatewise.exchanging import put_in_place, sync
from gatewise.writing import new_folder

__all__ = ["output_set"]


@contextmanager
def output_set(output: Path, names: Sequence[str], *, aside: Sequence[str] = ()) -> Iterator[Path]:
    """A folder to write a set to, which replaces that in ``output`` in one step when the block ends well.

    A folder that holds only such sets is exchanged as a whole. One that holds other things, too, or is where this
    process runs, stays where it is: then each part is exchanged by itself, one right after the other.

    Parameters
    ----------
    names : sequence of str
        Of the parts, in the order in which they are exchanged where that is done one by one.
    aside : sequence of str
        What else may be there, and is gone afterwards.

    Raises
    ------
    ConfigurationError
        It cannot be written; what stood there stays.
    """
    output = output.resolve()
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        if _only_ours(output, {*names, *aside}):
            with new_folder(output) as new:
                yield new
        else:
            with new_folder(output, output) as new:
                yield new
                for name in names:
                    _put(new, output, name)
                for name in aside:
                    _take_away(new, output, name)
                sync(output)
    except OSError as error:
        raise ConfigurationError(
            f"{output}: cannot be written ({error.strerror or error}); name another folder with --output"
        ) from None


def _only_ours(output: Path, names: set[str]) -> bool:
    """Whether a folder can be exchanged as a whole: for us, and for its user."""
    if not output.exists():
        return True
    here = Path.cwd()
    return (
        not os.path.ismount(output)
        and output != here
        and output not in here.parents
        and {one.name for one in output.iterdir()} <= names
        and os.access(output.parent, os.W_OK)
    )


def _put(new: Path, output: Path, name: str) -> None:
    if (new / name).exists():
        put_in_place(new / name, output / name, new.with_name(name))
    else:
        # One of an earlier run would be taken for this one's.
        _take_away(new, output, name)


def _take_away(new: Path, output: Path, name: str) -> None:
    if (output / name).exists():
        (output / name).rename(new.with_name(f"old {name}"))
