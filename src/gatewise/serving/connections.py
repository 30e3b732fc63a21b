"""Connections that end where a client takes too long, or sends a head without an end."""

from __future__ import annotations

import asyncio
from asyncio import TimerHandle
from typing import Any

from gatewise.serving.parts import HttpToolsProtocol, WebSocketsSansIOProtocol

__all__ = ["protocols"]

MOST_HEAD = 64 * 2**10
# Seconds for the head of a request, from its first byte, or from the beginning of a connection.
HEAD = 20.0


def protocols(idle_seconds: float) -> tuple[type[asyncio.Protocol], type[asyncio.Protocol]]:
    """Return how HTTP and WebSocket are spoken where a client that does not read for so long is cut off."""

    class Reading:
        """Cuts off who does not read."""

        _slow: TimerHandle | None = None

        def pause_writing(self) -> None:
            super().pause_writing()  # type: ignore[misc]  # what it is mixed into has it
            if self._slow is None:
                self._slow = asyncio.get_running_loop().call_later(idle_seconds, self.transport.abort)  # type: ignore[attr-defined]  # as above

        def resume_writing(self) -> None:
            super().resume_writing()  # type: ignore[misc]  # as above
            self._read()

        def connection_lost(self, error: Exception | None) -> None:
            self._read()
            super().connection_lost(error)  # type: ignore[misc]  # as above

        def _read(self) -> None:
            if self._slow is not None:
                self._slow.cancel()
                self._slow = None

    class Http(Reading, HttpToolsProtocol):
        """Limits the head of a request in bytes and seconds."""

        _head = 0
        _late: TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._wait()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            self._head = 0
            self._wait()

        def on_url(self, url: bytes) -> None:
            self._count(len(url))
            super().on_url(url)

        def on_header(self, name: bytes, value: bytes) -> None:
            self._count(len(name) + len(value))
            super().on_header(name, value)

        def on_headers_complete(self) -> None:
            self._in_time()
            super().on_headers_complete()

        def connection_lost(self, error: Exception | None) -> None:
            self._in_time()
            super().connection_lost(error)

        def timeout_keep_alive_handler(self) -> None:
            # What it has not read by now it never will.
            self.transport.abort()

        def _count(self, size: int) -> None:
            self._head += size
            if self._head > MOST_HEAD:
                raise ValueError("the head of a request is too long")

        def _wait(self) -> None:
            self._in_time()
            self._late = asyncio.get_running_loop().call_later(min(HEAD, idle_seconds), self.transport.abort)

        def _in_time(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

    class WebSocket(Reading, WebSocketsSansIOProtocol):
        """Cuts off who does not read."""

    return Http, WebSocket
