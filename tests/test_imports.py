"""Imports point down one stack: ``cli → comparison → report → verdict → inspection → explanation → … → errors``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gatewise

ROOT = Path(gatewise.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
# A folder may import itself and what stands below its line.
STACK = (
    ("cli",),
    ("certificate", "comparison"),
    ("report",),
    ("verdict",),
    ("export", "inspection"),
    ("serving",),
    ("explanation",),
    ("estimators",),
    ("training",),
    ("models",),
    ("graphs",),
    ("data",),  # below the models, whose input its batches are
    ("nn",),
    ("kernels",),
    (
        "errors",
        "exchanging",
        "onnx_library",
        "pages",
        "processes",
        "spelling",
        "torch_files",
        "validation",
        "version",
        "writing",
    ),
)
# The rooms of large folders, the same way; files beside them may use all rooms.
ROOMS = {
    "kernels": ("call", "program", "cells", "time", "record", "threads", "vector", "compiling"),
    "comparison": ("display", "watching", "running", "planning", "jobs", "tasks", "details", "checks"),
}
LEVEL = {name: -number for number, names in enumerate(STACK) for name in names}
PACKAGE = "gatewise"


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Modules that a file imports at run time, and whether a function does."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for node in ast.walk(block)
    }
    lazy = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            for name in node.names:
                yield name.name, id(node) in lazy
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            base = ROOT.parent.joinpath(*node.module.split("."))
            for name in node.names:
                below = base / name.name
                is_module = below.is_dir() or below.with_suffix(".py").is_file()
                yield f"{node.module}.{name.name}" if is_module else node.module, id(node) in lazy


def place(module: str) -> str | None:
    """The folder or file of the package that a module stands in; ``None`` for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LEVEL else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    name = path.relative_to(ROOT)
    if name == Path("__init__.py"):
        at_once = [module for module, lazy in imports(path) if module.startswith(PACKAGE) and not lazy]
        assert at_once == ["gatewise.torch_files", "gatewise.version"]
        return
    own = name.parts[0].removesuffix(".py")
    assert own in LEVEL, f"{own} has no place in the stack"
    for module, _ in imports(path):
        other = place(module) if module.split(".")[0] == PACKAGE else None
        if other is None:
            continue
        beside = own != other and LEVEL[own] == LEVEL[other] and own not in STACK[-1]
        assert LEVEL[other] <= LEVEL[own], f"{name} imports {module}, which stands above it"
        assert not beside, f"{name} imports {module}, which stands beside it"


@pytest.mark.parametrize("folder", ROOMS)
def test_rooms_stand_on_each_other(folder: str) -> None:
    order = ROOMS[folder]
    rooms = {path.name for path in (ROOT / folder).iterdir() if path.is_dir() and path.name[0] != "_"}
    assert rooms == set(order)
    for path in (ROOT / folder).rglob("*.py"):
        own = path.relative_to(ROOT / folder).parts[0]
        for module, _ in imports(path):
            other = [*module.split("."), "", ""][2] if module.startswith(f"gatewise.{folder}.") else own
            if own in order and other in order:
                assert order.index(own) <= order.index(other), f"{path.name} imports {module}"


def test_every_folder_has_its_place() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders <= set(LEVEL)


def test_kernels_do_not_know_torch() -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] == "kernels":
            assert "torch" not in {module.split(".")[0] for module, _ in imports(path)}, path


@pytest.mark.slow
def test_only_kernels_know_numba() -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] != "kernels":
            assert "numba" not in {module.split(".")[0] for module, _ in imports(path)}, path


@pytest.mark.slow
def test_data_and_comparison_of_values_stay_free_of_data_frame_libraries() -> None:
    """pandas and polars are the user's; frames are read through narwhals."""
    for path in FILES:
        for module, lazy in imports(path):
            assert module.split(".")[0] not in ("pandas", "polars") or lazy, path
