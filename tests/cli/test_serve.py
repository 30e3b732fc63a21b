"""``gatewise serve``: what it refuses to begin; what it does once it runs stands in tests/serving."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest
from commands import Run


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "Missing argument 'MODEL...'"),
        (("m", "--port", "70000"), 2, "Invalid value for '--port'"),
        (("m", "--idle-seconds", "soon"), 2, "expected a time such as 90s, 5m or 1h, got 'soon'"),
        (("m", "--token", "a b"), 1, "error: --token: expected ASCII letters, digits and signs"),
        (("a/m", "b/m", "--port", "0"), 1, "error: models: a/m and b/m are both called m; name one with name=FOLDER"),
        (("nowhere", "--port", "0"), 1, "error: nowhere: expected the directory of a saved model"),
        (("m", "--host", "no.such.host.invalid"), 1, "error: cannot listen on no.such.host.invalid:8080"),
    ],
)  # fmt: skip
def test_what_is_refused_before_anything_listens(
    arguments: tuple[str, ...], code: int, message: str, run: Run
) -> None:
    ran = run("serve", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1 or code == 2


def test_a_port_that_is_taken(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = run("serve", "m", "--port", port)
    assert ran == (
        1, "", f"error: cannot listen on 127.0.0.1:{port} (Address already in use); name another --port\n",
    )  # fmt: skip


def test_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gatewise.serving.parts", raising=False)
    monkeypatch.setitem(sys.modules, "orjson", None)
    ran = run("serve", "m")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        'error: orjson is not installed, which a server needs: pip install "gatewise[serve]"\n'
    )


def test_options_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("max-sessions: none\n", encoding="utf-8")
    ran = run("serve", "m", "--config", "run.yaml")
    assert ran.code == 2
    assert "--max-sessions" in ran.err
