"""Build wheel and sdist into ``dist``, and try the wheel where there is nothing else: ``make package``.

The wheel has to hold every file of the package, the sdist every file of the repository, and both ways to the wheel
have to lead to the same bytes. It is installed into an environment that is made anew, with the releases of
``constraints.txt``, from wheels only and with no compiler to be found, and has to pass ``release/smoke.py`` there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["PackageError", "main", "sdist_lacks", "wheel_lacks"]

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
PACKAGE = "src/gatewise/"
# Of no use to who builds from the sdist.
LEFT_OUT = {".gitattributes", ".gitignore"}


class PackageError(Exception):
    """A distribution that is not as it should be."""


def main() -> int:
    """Build, look and try; returns the exit code."""
    try:
        sdist, wheel = _build()
        tracked = _tracked()
        _complete(wheel, wheel_lacks(zipfile.ZipFile(wheel).namelist(), tracked))
        with tarfile.open(sdist) as archive:
            _complete(sdist, sdist_lacks(archive.getnames(), tracked))
        _same_from_the_checkout(wheel)
        _try(wheel)
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    print(f"made and tried: {wheel.relative_to(ROOT)}, {sdist.relative_to(ROOT)}")
    return 0


def wheel_lacks(names: Iterable[str], tracked: Iterable[str]) -> list[str]:
    """Files of the package that are not in a wheel, be they code, templates, scripts, words or samples."""
    held = set(names)
    wanted = (path.removeprefix("src/") for path in tracked if path.startswith(PACKAGE))
    return sorted(path for path in wanted if path not in held)


def sdist_lacks(names: Iterable[str], tracked: Iterable[str]) -> list[str]:
    """Files of the repository that are not in an sdist, whose names begin with a folder of its own."""
    held = {name.partition("/")[2] for name in names}
    return sorted(path for path in tracked if path not in held and path not in LEFT_OUT)


def _build() -> tuple[Path, Path]:
    shutil.rmtree(DIST, ignore_errors=True)
    # The wheel is built from the sdist.
    _run(sys.executable, "-m", "build", "--outdir", str(DIST), str(ROOT))
    (sdist,), (wheel,) = DIST.glob("*.tar.gz"), DIST.glob("*.whl")
    return sdist, wheel


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).exists()]


def _complete(distribution: Path, missing: list[str]) -> None:
    if missing:
        raise PackageError(f"{distribution.name} lacks {', '.join(missing)}")


def _same_from_the_checkout(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        _run(sys.executable, "-m", "build", "--wheel", "--outdir", name, str(ROOT))
        if (Path(name) / wheel.name).read_bytes() != wheel.read_bytes():
            raise PackageError(f"{wheel.name} differs by whether it was built from the sdist")


def _try(wheel: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "environment"
        venv.create(home, with_pip=True)
        scripts = home / ("Scripts" if os.name == "nt" else "bin")
        python = str(scripts / ("python.exe" if os.name == "nt" else "python"))
        # No compiler is on this path, and no checkout on that of modules.
        clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "CC", "CXX")}
        clean |= {"PATH": str(scripts), "NUMBA_CACHE_DIR": str(Path(name) / "kernels")}
        _run(
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
            "--constraint", str(ROOT / "constraints.txt"), str(wheel),
            environment=clean,
        )  # fmt: skip
        _run(python, str(ROOT / "release" / "smoke.py"), environment=clean, folder=Path(name))


def _run(*command: str, environment: dict[str, str] | None = None, folder: Path = ROOT) -> None:
    print(f"$ {' '.join(command)}", flush=True)
    code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    if code:
        raise PackageError(f"exit {code} of {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main())
