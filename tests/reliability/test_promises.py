"""What SECURITY.md promises names tests that there are; and nothing in the package asks for a network or a pickle."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import gatewise

ROOT = Path(__file__).parents[2]
PACKAGE = Path(gatewise.__file__).parent
NETWORK = {"socket", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp"}
# What listens where it is told to, takes addresses apart, and asks a server of this process: see SECURITY.md.
LISTENING = {
    "serving/server.py": {"socket"},
    "serving/access.py": {"urllib"},
    "certificate/served.py": {"urllib"},
}
# Kernels, whose machine code is kept: see SECURITY.md.
PICKLES = {"kernels/compiling/kept.py"}


def modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_each_promise_names_tests_that_there_are() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    promises = text.partition("**What gatewise promises.**")[2].partition("**What is opened.**")[0]
    for promise in re.findall(r"^- .*$", promises, re.MULTILINE):
        named = re.findall(r"`(tests/[^`]+)`", promise)
        assert named, promise
        assert [name for name in named if not (ROOT / name).exists()] == []


def test_nothing_asks_for_a_network() -> None:
    asking = {path.relative_to(PACKAGE).as_posix(): modules(path) & NETWORK for path in PACKAGE.rglob("*.py")}
    assert {name: found for name, found in asking.items() if found} == LISTENING


def test_no_pickle_is_read() -> None:
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if modules(path) & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    }
    assert reading == PICKLES
