"""What the extra ``serve`` brings, imported in this one file."""

from __future__ import annotations

from gatewise.errors import MissingDependencyError

try:
    import orjson
    import prometheus_client
    import uvicorn
    from starlette.exceptions import HTTPException
    from starlette.requests import ClientDisconnect, Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route, Router, WebSocketRoute
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from starlette.websockets import WebSocket, WebSocketDisconnect
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
except ModuleNotFoundError as error:
    raise MissingDependencyError(
        f'{error.name} is not installed, which a server needs: pip install "gatewise[serve]"'
    ) from None

__all__ = [
    "ASGIApp",
    "ClientDisconnect",
    "HTMLResponse",
    "HTTPException",
    "HttpToolsProtocol",
    "Message",
    "Receive",
    "Request",
    "Response",
    "Route",
    "Router",
    "Scope",
    "Send",
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketRoute",
    "WebSocketsSansIOProtocol",
    "orjson",
    "prometheus_client",
    "uvicorn",
]
