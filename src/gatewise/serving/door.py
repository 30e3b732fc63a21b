"""What every request passes: who may come in, how many are inside, and an answer in JSON whatever happens."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from gatewise.serving.access import Access
from gatewise.serving.gateway import Gateway
from gatewise.serving.parts import ASGIApp, HTTPException, Message, Receive, Scope, Send
from gatewise.serving.protocol import json_bytes
from gatewise.serving.refusal import Refusal

__all__ = ["Door"]

LOG = logging.getLogger("gatewise.serving")
POLICY = 1008  # of a stream that is not let in
# Answers of all addresses; what a page may load is only what this server gives.
SAFETY = (
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class Door:
    """Wraps an application."""

    def __init__(self, inner: ASGIApp, gateway: Gateway, access: Access) -> None:
        self._inner, self._gateway, self._access = inner, gateway, access
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def idle(self) -> None:
        """Wait until nobody is inside."""
        await self._empty.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        else:
            await self._inner(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message.get("headers", []), *SAFETY]
            await send(message)

        # With this, addresses without a method say so by raising.
        scope["app"] = self
        self._inside += 1
        self._empty.clear()
        try:
            self._access.check(_headers(scope))
            await self._inner(scope, receive, sent)
        except Refusal as refusal:
            await self._refuse(sent, refusal)
        except HTTPException as error:
            allowed = (error.headers or {}).get("Allow", "")
            await self._refuse(
                sent, Refusal(error.status_code, f"expected {allowed}, got {scope['method'][:20]}")
            )
        except Exception:
            LOG.exception("%s %r failed", scope["method"], scope["path"][:100])
            if begun:
                raise
            await self._refuse(sent, Refusal(500, "the server failed; its log says why"))
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def _refuse(self, send: Send, refusal: Refusal) -> None:
        self._gateway.metrics.refused(refusal.status)
        body = json_bytes({"error": str(refusal)})
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if refusal.status == 401:
            headers.append((b"www-authenticate", b'Basic realm="gatewise", charset="UTF-8"'))
        if refusal.status == 503:
            headers.append((b"retry-after", b"1"))
        if refusal.status in (408, 413, 415, 503):
            # The rest of the body is not wanted.
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self._access.check(_headers(scope))
            if self._gateway.stops:
                raise Refusal(503, "the server is stopping; come again when it is back")
            await self._inner(scope, receive, send)
        except Refusal as refusal:
            await receive()
            if "websocket.http.response" in scope.get("extensions", {}):
                await self._refuse(_as_handshake(send), refusal)
            else:
                await send({"type": "websocket.close", "code": POLICY, "reason": str(refusal)[:120]})


def _as_handshake(send: Send) -> Send:
    async def sent(message: Message) -> None:
        await send({**message, "type": message["type"].replace("http.", "websocket.http.", 1)})

    return sent


def _headers(scope: Scope) -> dict[str, Any]:
    """Headers by name; of one that stands there twice the first, and a second token is none."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found
