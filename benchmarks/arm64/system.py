"""A Debian for arm64 in a folder, with a Python environment in which commands run under qemu-user."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError

__all__ = ["Ran", "System"]

CHECKOUT = Path(__file__).parents[2]
ENTER = Path(__file__).with_name("enter.sh")
PYTHON = "/environment/bin/python"
NEEDED = {
    "debootstrap": "debootstrap",
    "qemu-aarch64-static": "qemu-user-static",
    "dpkg": "dpkg",
    "unshare": "util-linux",
}
PACKAGES = "python3,python3-venv,libgomp1,ca-certificates"
ENVIRONMENT = {
    "PATH": "/environment/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "NUMBA_CACHE_DIR": "/root/kernels",
    "HYPOTHESIS_STORAGE_DIRECTORY": "/tmp/hypothesis",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code, None where time was up; what it said; and how long that took."""

    code: int | None
    said: str
    seconds: float

    @property
    def last_line(self) -> str:
        """What it said last, or nothing."""
        lines = self.said.strip().splitlines()
        return lines[-1].strip() if lines else ""


class System:
    """The system in a folder, which is made where there is none yet.

    Parameters
    ----------
    folder : Path
        About 2 GB, kept.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder.resolve()

    def make(self) -> None:
        """Put Debian's packages there, and a Python environment without any.

        The packages are unpacked and not configured: Python needs no more, and it would take minutes of emulation.
        """
        missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
        if missing:
            raise BenchmarkError(
                f"arm64 takes {', '.join(missing)}; on Debian: apt-get install {' '.join(missing)}"
            )
        if (self.root / PYTHON.removeprefix("/")).is_symlink():
            return
        self._here(
            "debootstrap", "--arch=arm64", "--foreign", "--variant=minbase", f"--include={PACKAGES}", "bookworm",
            str(self.root),
        )  # fmt: skip
        for package in sorted((self.root / "var/cache/apt/archives").glob("*.deb")):
            self._here("dpkg", "--extract", str(package), str(self.root))
        # torch asks for the name of its user.
        for name in ("passwd", "group"):
            shutil.copyfile(self.root / f"usr/share/base-passwd/{name}.master", self.root / "etc" / name)
        # Names of hosts, and whom to trust, are this machine's.
        for name in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path("/", name), self.root / name)
        self.expect("/usr/bin/python3", "-m", "venv", "/environment")

    def install(self, wheel: Path, *others: str) -> str:
        """Install a wheel and what it needs, from wheels only; says which torch that took."""
        shutil.copyfile(wheel, self.root / wheel.name)
        pip = (PYTHON, "-m", "pip", "install", "--quiet", "--only-binary", ":all:")
        self.expect(*pip, f"/{wheel.name}", *others)
        # One of the same version may have been there.
        self.expect(*pip, "--force-reinstall", "--no-deps", f"/{wheel.name}")
        return self.expect(
            PYTHON, "-c", "from importlib.metadata import version as v; print(v('torch'))"
        ).last_line

    def expect(self, *command: str) -> Ran:
        """Run a command that has to go well."""
        ran = self.run(*command, limit=3600)
        if ran.code != 0:
            raise BenchmarkError(f"exit {ran.code} of {' '.join(command)}\n{ran.said}")
        return ran

    def run(self, *command: str, limit: float) -> Ran:
        """Run a command in the system, for at most so many seconds, with the checkout at ``/checkout``."""
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(ENTER), str(self.root), str(CHECKOUT), *command],
            env=ENVIRONMENT, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        code: int | None
        try:
            said, _ = process.communicate(timeout=limit)
            code = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()  # unshare takes all that it has started with it
            said, _ = process.communicate()
            code = None
        return Ran(code, said, time.perf_counter() - start)

    def _here(self, *command: str) -> None:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise BenchmarkError(f"exit {ran.returncode} of {' '.join(command)}\n{ran.stdout}{ran.stderr}")
