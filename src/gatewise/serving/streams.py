"""WebSocket streams: one message after the other is stepped and answered; many connections are stepped together."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from gatewise.serving.frames import BINARY, TEXT, StepMessage, message_id_of
from gatewise.serving.gateway import Gateway, stepping_of
from gatewise.serving.models import Served
from gatewise.serving.parts import WebSocket, WebSocketDisconnect
from gatewise.serving.refusal import Refusal

__all__ = ["Streams"]

# Codes of the protocol: the server goes away, and comes back.
IDLE, RESTARTING = 1001, 1012


class Streams:
    """The open streams of a server."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        # Those that wait for a message; all others are answering one.
        self._listening: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, socket: WebSocket, served: Served) -> None:
        """Answer what comes on a connection until it ends, or nothing comes for too long."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._answer_all(socket, served, task)
        except (WebSocketDisconnect, ConnectionError):
            pass
        except TimeoutError:
            await _close(socket, IDLE, "idle for too long")
        except asyncio.CancelledError:
            if not self._gateway.stops:
                raise
            task.uncancel()
            await _close(socket, RESTARTING, "the server is stopping")
        finally:
            self._open.discard(task)
            self._listening.discard(task)

    async def stop(self) -> None:
        """Close streams: at once where nothing was asked, after the answer where something was."""
        for task in list(self._listening):
            task.cancel()
        if self._open:
            await asyncio.wait(self._open)

    async def _answer_all(self, socket: WebSocket, served: Served, task: asyncio.Task[None]) -> None:
        timing = self._gateway.metrics.timing(served.name, served.version, "stream")
        seconds = self._gateway.config.idle_seconds
        while not self._gateway.stops:
            self._listening.add(task)
            async with asyncio.timeout(seconds):
                came = await socket.receive()
            self._listening.discard(task)
            if came["type"] == "websocket.disconnect":
                return
            start = time.perf_counter()
            text, data = came.get("text"), came.get("bytes")
            if data is not None:
                answer = await self._answered(served, data)
                await socket.send({"type": "websocket.send", "bytes": answer})
            else:
                answer = await self._answered(served, text or "")
                await socket.send({"type": "websocket.send", "text": answer})
            timing(time.perf_counter() - start)
        await _close(socket, RESTARTING, "the server is stopping")

    async def _answered(self, served: Served, message: str | bytes) -> str | bytes:
        form = BINARY if isinstance(message, bytes) else TEXT
        asked: StepMessage | None = None
        try:
            asked = form.read(message, stepping_of(served))
            answered, timed = await self._gateway.step_many(served, asked.asked, asked.inputs)
            return form.answer(asked, answered.outputs, timed)
        except Refusal as refusal:
            self._gateway.metrics.refused(refusal.status)
            return form.error(message_id_of(message) if asked is None else asked.id, refusal)


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with suppress(WebSocketDisconnect, RuntimeError, ConnectionError):
        await socket.close(code, reason)
