"""Clients that vanish, do not read, do not go on, or come by the hundred: they get nothing that others need."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from served import Server

pytestmark = pytest.mark.slow
SECONDS = 2.0
CONNECTIONS = 3 + 64


@pytest.fixture(scope="module")
def server(saved: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of small limits."""
    folder = tmp_path_factory.mktemp("limits")
    limits = ("--max-sessions", 3, "--idle-seconds", SECONDS, "--max-body", 2**20)
    with Server(folder, saved / "story", saved / "waves", *limits, GATEWISE_TOKEN="") as running:
        yield running


def connected(server: Server, sent: bytes = b"") -> socket.socket:
    found = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    found.sendall(sent)
    return found


def post(body: bytes, length: int | None = None) -> bytes:
    head = "POST /v2/models/waves/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
    return f"{head}{len(body) if length is None else length}\r\n\r\n".encode() + body


def seconds_until_closed(own: socket.socket) -> tuple[float, bytes]:
    """Read until the other side ends the connection."""
    start, got = time.monotonic(), b""
    try:
        while part := own.recv(65536):
            got += part
    except ConnectionResetError:
        pass
    own.close()
    return time.monotonic() - start, got


def goes_on(own: socket.socket, *parts: bytes) -> bool:
    """Send, and return whether the other side has taken it all."""
    try:
        for part in parts:
            own.sendall(part)
            time.sleep(0.001)
    except (ConnectionError, TimeoutError):
        return False
    finally:
        own.close()
    return True


def is_well(server: Server) -> bool:
    with urlopen(f"http://{server.address}/v2/health/ready", timeout=20) as answer:
        return bool(json.load(answer)["ready"])


@pytest.mark.parametrize(
    "sent", [b"", b"GET /v2 HTTP/1.1\r\nHost: local", b"\x16\x03\x01\x02\x00\x01\x00", post(b"{", 100)]
)
def test_who_does_not_go_on_is_cut_off(server: Server, sent: bytes) -> None:
    seconds, _ = seconds_until_closed(connected(server, sent))
    assert seconds < SECONDS + 5
    assert is_well(server)


def test_a_head_without_an_end_is_cut_off(server: Server) -> None:
    own = connected(server, b"GET /v2 HTTP/1.1\r\n")
    assert not goes_on(own, *(f"x-{number}: {'a' * 5000}\r\n".encode() for number in range(100)))
    assert is_well(server)


def test_who_does_not_read_is_cut_off(server: Server) -> None:
    """Answers to 300 requests that follow each other, of which none is read, fill what there is room for."""
    request = b"GET /ui HTTP/1.1\r\nHost: localhost\r\n\r\n"
    own = connected(server)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    own.settimeout(SECONDS + 10)
    assert not goes_on(own, *[request * 50] * 100_000)
    assert is_well(server)


def test_who_vanishes_leaves_no_trace(server: Server) -> None:
    before = server.resident_bytes()
    for number in range(300):
        own = connected(server, post(b'{"inputs": [' + b" " * 3000, 9000 + number))
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        own.close()
    assert is_well(server)
    assert server.resident_bytes() - before < 20 * 2**20


def test_too_many_connections(server: Server) -> None:
    many = [connected(server) for _ in range(CONNECTIONS)]
    seconds, said = seconds_until_closed(connected(server, b"GET /v2 HTTP/1.1\r\nHost: localhost\r\n\r\n"))
    assert b" 503 " in said.partition(b"\r\n")[0]
    assert seconds < 10
    for one in many:
        one.close()
    time.sleep(0.3)
    assert is_well(server)


def test_a_stream_on_which_nothing_comes_is_closed(server: Server) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    with connect(f"ws://{server.address}/v2/models/waves/stream") as own:
        start = time.monotonic()
        with pytest.raises(ConnectionClosed) as caught:
            own.recv()
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1001, "idle for too long")
        assert SECONDS - 0.5 < time.monotonic() - start < SECONDS + 5


def test_a_message_that_is_too_large_closes_its_stream(server: Server) -> None:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    with connect(f"ws://{server.address}/v2/models/waves/stream") as own:
        own.send(b"G" * (2**20 + 1))
        with pytest.raises(ConnectionClosed) as caught:
            own.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1009
    assert is_well(server)


def test_it_listens_on_this_machine_only(server: Server) -> None:
    listening: list[Any] = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/{server.process.pid}/net/{name}").read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if state == "0A" and int(address.partition(":")[2], 16) == server.port:
                listening.append(address.partition(":")[0])
    assert listening == ["0100007F"]
