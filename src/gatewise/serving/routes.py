"""The addresses of the Open Inference Protocol, of streams, of metrics, and of the pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from gatewise.serving.bodies import Bodies
from gatewise.serving.gateway import Gateway
from gatewise.serving.models import Served
from gatewise.serving.openapi import document
from gatewise.serving.pages import docs_page, ui_page
from gatewise.serving.parts import (
    HTMLResponse,
    Receive,
    Request,
    Response,
    Route,
    Scope,
    Send,
    WebSocket,
    WebSocketRoute,
)
from gatewise.serving.protocol import HEADER_LENGTH, json_bytes, read_request, written
from gatewise.serving.refusal import Refusal
from gatewise.serving.streams import Streams
from gatewise.version import __version__

__all__ = ["routes"]

EXTENSIONS = ["sequence", "binary_tensor_data", "model_repository"]
MODEL = "/v2/models/{name}"
VERSION = MODEL + "/versions/{version}"
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(gateway: Gateway, streams: Streams) -> list[Route | WebSocketRoute]:
    """Return all addresses, and what answers there."""
    own = _Routes(gateway, streams)
    get: dict[str, Endpoint] = {
        "/": own.ui, "/ui": own.ui, "/docs": own.docs, "/openapi.json": own.openapi, "/metrics": own.metrics,
        "/v2": own.server, "/v2/health/live": own.live, "/v2/health/ready": own.ready,
        MODEL: own.metadata, VERSION: own.metadata,
        f"{MODEL}/ready": own.model_ready, f"{VERSION}/ready": own.model_ready,
    }  # fmt: skip
    post: dict[str, Endpoint] = {
        "/v2/repository/index": own.index, f"{MODEL}/infer": own.infer, f"{VERSION}/infer": own.infer,
        f"{MODEL}/trace": own.trace, f"{VERSION}/trace": own.trace,
    }  # fmt: skip
    return [
        *(Route(path, one, methods=["GET"]) for path, one in get.items()),
        *(Route(path, one, methods=["POST"]) for path, one in post.items()),
        WebSocketRoute(f"{MODEL}/stream", own.stream),
        WebSocketRoute(f"{VERSION}/stream", own.stream),
    ]


async def nothing_there(_: Scope, __: Receive, ___: Send) -> None:
    """Answer where there is nothing."""
    raise Refusal(404, "no such address; /docs lists them")


class _Routes:
    def __init__(self, gateway: Gateway, streams: Streams) -> None:
        self._gateway, self._streams = gateway, streams
        config = gateway.config
        self._bodies = Bodies(config.max_body, config.idle_seconds)

    async def server(self, _: Request) -> Response:
        return _json({"name": "gatewise", "version": __version__, "extensions": EXTENSIONS})

    async def live(self, _: Request) -> Response:
        return _json({"live": True})

    async def ready(self, _: Request) -> Response:
        ready = not self._gateway.stops
        return _json({"ready": ready}, 200 if ready else 503)

    async def model_ready(self, request: Request) -> Response:
        served = self._found(request)
        ready = not self._gateway.stops
        return _json({"name": served.name, "ready": ready}, 200 if ready else 503)

    async def metadata(self, request: Request) -> Response:
        return _json(
            metadata_of(self._found(request), self._gateway.models.versions(request.path_params["name"]))
        )

    async def index(self, _: Request) -> Response:
        return _json(
            [
                {"name": one.name, "version": one.version, "state": "READY", "reason": ""}
                for one in self._gateway.models
            ]
        )

    async def infer(self, request: Request) -> Response:
        served = self._found(request)
        body = await self._bodies.read(request)
        try:
            own = {} if served.whole is None else served.whole.parameters
            asked = read_request(body, request.headers.get(HEADER_LENGTH), own)
            outputs, said = await self._gateway.infer(served, asked)
            answer, head = written(asked, served.name, served.version, outputs, said)
        finally:
            self._bodies.let_go(len(body))
        if head is None:
            return Response(answer, media_type="application/json")
        return Response(
            answer,
            headers={"Inference-Header-Content-Length": str(head)},
            media_type="application/octet-stream",
        )

    async def trace(self, request: Request) -> Response:
        served = self._found(request)
        body = await self._bodies.read(request)
        try:
            asked = read_request(body, request.headers.get(HEADER_LENGTH), {})
            return _json(await self._gateway.trace(served, asked))
        finally:
            self._bodies.let_go(len(body))

    async def metrics(self, _: Request) -> Response:
        text, kind = self._gateway.metrics.text()
        return Response(text, headers={"content-type": kind})

    async def openapi(self, _: Request) -> Response:
        return _json(document(self._gateway.config))

    async def docs(self, _: Request) -> Response:
        return HTMLResponse(docs_page(self._gateway.config))

    async def ui(self, _: Request) -> Response:
        return HTMLResponse(ui_page(self._gateway))

    async def stream(self, socket: WebSocket) -> None:
        served = self._gateway.models.find(socket.path_params["name"], socket.path_params.get("version"))
        await socket.accept()
        await self._streams.serve(socket, served)

    def _found(self, request: Request) -> Served:
        parameters = request.path_params
        return self._gateway.models.find(parameters["name"], parameters.get("version"))


def metadata_of(served: Served, versions: list[str]) -> dict[str, Any]:
    """Return what is said of a model: as the protocol has it, and how it goes step by step beside that."""
    whole, stepping = served.whole, served.stepping
    found: dict[str, Any] = {
        "name": served.name,
        "versions": versions,
        "platform": f"gatewise_{served.kind}",
        "inputs": [] if whole is None else [one.to_json() for one in whole.inputs],
        "outputs": [] if whole is None else [one.to_json() for one in whole.outputs],
    }
    if stepping is None:
        return found | {"step": None, "no_step": served.why_not}
    texts = () if stepping.text is None else (stepping.text,)
    parts = {"inputs": (*stepping.inputs, *texts), "outputs": stepping.outputs, "states": stepping.states}
    return found | {"step": {name: [one.to_json() for one in fields] for name, fields in parts.items()}}


def _json(value: Any, status: int = 200, headers: Any = None) -> Response:
    return Response(json_bytes(value), status, headers, media_type="application/json")
