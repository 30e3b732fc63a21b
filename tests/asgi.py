"""An application as a client sees it, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

__all__ = ["Answer", "ask", "infer", "tensor"]


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


async def ask(
    app: Any,
    method: str,
    path: str,
    body: bytes | Sequence[bytes] = b"",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask an application, with a body in one part or several."""
    parts = [body] if isinstance(body, bytes) else list(body)
    coming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    for number, part in enumerate(parts):
        coming.put_nowait({"type": "http.request", "body": part, "more_body": number < len(parts) - 1})
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    path, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "headers": raw, "scheme": "http", "root_path": "",
        "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    await app(scope, coming.get, send)
    begin, *rest = sent
    names = {name.decode(): value.decode("latin-1") for name, value in begin["headers"]}
    return Answer(begin["status"], names, b"".join(one.get("body", b"") for one in rest))


def tensor(name: str, datatype: str, data: Any, shape: Sequence[int]) -> dict[str, Any]:
    """Return a tensor of a request."""
    return {"name": name, "datatype": datatype, "shape": list(shape), "data": data}


async def infer(app: Any, model: str, inputs: list[dict[str, Any]], **parameters: Any) -> Answer:
    """Ask a model."""
    body = json.dumps({"inputs": inputs, "parameters": parameters}).encode()
    return await ask(app, "POST", f"/v2/models/{model}/infer", body)
