"""C compilers for tests: this machine's, with sanitizers, and those of other processors, run by qemu."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["TOOLCHAINS", "Toolchain"]

WARNINGS = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-Wshadow", "-Wdouble-promotion")
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")


@dataclass(frozen=True)
class Toolchain:
    """A compiler, its own flags, and what runs its programs."""

    compiler: str
    flags: tuple[str, ...] = ()
    runner: tuple[str, ...] = ()

    def need(self) -> None:
        """Skip the test, by name, where it is not there."""
        for program in (self.compiler, *self.runner[:1]):
            if shutil.which(program) is None:
                pytest.skip(f"no {program}; make compilers installs it")

    def compiled(self, folder: Path, texts: Mapping[str, str]) -> Path:
        """Compile files, without a warning, to a program."""
        self.need()
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        sources = [name for name in texts if name.endswith(".c")]
        command = [self.compiler, *WARNINGS, "-O1", *self.flags, "-o", "program", *sources, "-lm"]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == ""
        return folder / "program"

    def run(self, program: Path, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program."""
        return subprocess.run([*self.runner, program], input=given, capture_output=True, check=False)

    def answers(self, program: Path, given: bytes) -> bytes:
        """Run a program that is to end well, and return what it prints."""
        ran = self.run(program, given)
        assert (ran.returncode, ran.stderr) == (0, b"")
        return ran.stdout


TOOLCHAINS = {
    "gcc": Toolchain("gcc", SANITIZERS),
    "clang": Toolchain("clang", SANITIZERS),
    "arm": Toolchain("arm-linux-gnueabihf-gcc", ("-static",), ("qemu-arm",)),
    "riscv": Toolchain("riscv64-linux-gnu-gcc", ("-static",), ("qemu-riscv64",)),
}
