"""A server that is stopped under load: no answered step is lost, and all sessions go on with the same bits."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
from served import Server
from serving_models import classifier

from gatewise.errors import SavedModelError
from gatewise.serving import create_app
from gatewise.serving.sessions import Asked
from gatewise.serving.storing import store

pytestmark = pytest.mark.slow
client = pytest.importorskip("websockets.asyncio.client")
exceptions = pytest.importorskip("websockets.exceptions")
SESSIONS = 24
# Sessions of the same rows have numbers that are so far apart.
OTHER = 1000
LENGTH = 5000


def row(session: int, step: int) -> list[float]:
    values: list[float] = np.random.default_rng([session, step]).normal(size=2).tolist()
    return values


async def stepped(server: Server, session: int, answered: list[Any], steps: int) -> None:
    """Step a session on a connection of its own, from where it stands, for so many steps."""
    async with client.connect(f"ws://{server.address}/v2/models/waves/stream") as socket:
        while len(answered) < steps:
            step = len(answered)
            message = {
                "sequence_id": session, "sequence_start": step == 0, "sequence_step": step,
                "inputs": {"row": row(session % OTHER, step)},
            }  # fmt: skip
            await socket.send(json.dumps(message))
            answer = json.loads(await socket.recv())
            if "outputs" not in answer:
                # What comes after the signal is refused, and was not stepped; then the connection is closed.
                assert answer["status"] == 503, answer
                await socket.recv()
            answered.append(answer["outputs"]["probabilities"])


async def until_it_stops(server: Server, answered: dict[int, list[Any]]) -> None:
    """Step all sessions at once, send a termination, and see each connection closed as it should be."""
    tasks = [asyncio.create_task(stepped(server, one, got, 10**9)) for one, got in answered.items()]
    await asyncio.sleep(1)
    server.process.send_signal(signal.SIGTERM)
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(ended, exceptions.ConnectionClosed), ended
        assert ended.rcvd.code == 1012


async def some_more(server: Server, answered: dict[int, list[Any]]) -> None:
    await asyncio.gather(*(stepped(server, one, got, len(got) + 3) for one, got in answered.items()))


def test_a_termination_under_load_and_a_restart(saved: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    arguments = (saved / "waves", saved / "story", "--state-folder", kept)
    answered: dict[int, list[Any]] = {session: [] for session in range(1, SESSIONS + 1)}
    with Server(tmp_path, *arguments) as server:
        writing = written_by(server)
        asyncio.run(until_it_stops(server, answered))
        # What is under way is answered, however long it takes.
        assert len(writing.result(120)) == LENGTH
        assert server.process.wait(60) == 0, server.said()
    assert (kept / "sessions" / "waves.1.json").exists()
    assert min(map(len, answered.values())) > 1
    with Server(tmp_path, *arguments) as server:
        assert not (kept / "sessions").exists()
        asyncio.run(some_more(server, answered))
        # The same by sessions that no stop interrupts, and that nobody is stepped beside.
        for session in (1, SESSIONS):
            again: list[Any] = []
            asyncio.run(stepped(server, session + OTHER, again, len(answered[session])))
            assert again == answered[session]
        ends_at_once_at_the_second_signal(server)


def written_by(server: Server) -> Future[str]:
    """Have a long text written, and return what will come."""
    body = {
        "inputs": [{"name": "prompt", "datatype": "BYTES", "shape": [1], "data": ["the"]}],
        "parameters": {"length": LENGTH},
    }

    def ask() -> str:
        asked = Request(f"http://{server.address}/v2/models/story/infer", json.dumps(body).encode())
        with urlopen(asked, timeout=120) as answer:
            text: str = json.load(answer)["outputs"][0]["data"][0]
            return text

    found: Future[str] = Future()
    Thread(target=lambda: found.set_result(ask()), daemon=True).start()
    return found


def ends_at_once_at_the_second_signal(server: Server) -> None:
    """A stop waits for somebody who has sent half a body; a second signal does not."""
    with socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(b"POST /v2/models/waves/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None
        assert server.stop(signal.SIGINT, 10) == 130


def test_sessions_of_another_model_are_not_gone_on_from(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    app = create_app({"waves": saved / "waves"}, state_folder=folder)
    stepping = app.gateway.models.find("waves").stepping
    assert stepping is not None
    stepping.sessions.begin([Asked(1, start=True)])
    store(app.gateway.stepped(), folder)
    with pytest.raises(SavedModelError) as caught:
        create_app({"waves": classifier(1)}, state_folder=folder)
    assert str(caught.value) == (
        f"{folder}/sessions/waves.1.json: sessions of a model that has learned other weights since; serve that one, or "
        f"move {folder}/sessions away to lose them"
    )
    with pytest.raises(SavedModelError, match=r"sessions of waves\.1, which is not served"):
        create_app({"other": saved / "waves"}, state_folder=folder)
    (folder / "sessions" / "waves.1.safetensors").write_bytes(b"no")
    with pytest.raises(SavedModelError, match="cannot be read as sessions"):
        create_app({"waves": saved / "waves"}, state_folder=folder)
