"""Who gets in."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from asgi import ask
from serving_models import running_sum

from gatewise.serving.access import Access, is_loopback
from gatewise.serving.app import Application
from gatewise.serving.config import ServingConfig
from gatewise.serving.refusal import Refusal

TOKEN = "a-token"
EVERYWHERE = [
    ("GET", "/"), ("GET", "/ui"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/metrics"), ("GET", "/v2"),
    ("GET", "/v2/health/live"), ("GET", "/v2/health/ready"), ("GET", "/v2/models/m"), ("GET", "/nothing"),
    ("POST", "/v2/models/m/infer"), ("POST", "/v2/models/m/trace"), ("POST", "/v2/repository/index"),
]  # fmt: skip


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"me:{password}".encode()).decode()


@pytest.fixture(scope="module")
def app() -> Any:
    return Application({"m": running_sum()}, ServingConfig(token=TOKEN))


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer ", "Bearer a-toke", "Bearer a-tokenn", "bearer A-TOKEN", "a-token", "Token a-token",
        "Basic", "Basic ???", basic(""), basic("a"), "Bearer é", "Bearer a-token, Bearer b", "Basic " + "A" * 10_000,
    ],
)  # fmt: skip
def test_nobody_gets_in_without_the_token(app: Any, header: str | None) -> None:
    for method, path in EVERYWHERE:
        answer = asyncio.run(
            ask(app, method, path, headers={} if header is None else {"Authorization": header})
        )
        assert (answer.status, answer.json) == (
            401, {"error": "Authorization: expected Bearer and the token that the server was started with"},
        )  # fmt: skip
        assert answer.headers["www-authenticate"] == 'Basic realm="gatewise", charset="UTF-8"'


@pytest.mark.parametrize("header", ["Bearer a-token", "bearer  a-token ", basic(TOKEN)])
def test_with_the_token_all_is_open(app: Any, header: str) -> None:
    for method, path in EVERYWHERE:
        assert asyncio.run(ask(app, method, path, headers={"Authorization": header})).status in (
            200,
            400,
            404,
        )


def test_streams_ask_for_it_too(app: Any) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/v2/models/m/stream",
        "headers": [],
        "extensions": {"websocket.http.response": {}},
    }
    asyncio.run(app(scope, receive, send))
    assert (sent[0]["type"], sent[0]["status"]) == ("websocket.http.response.start", 401)
    sent.clear()
    asyncio.run(app({**scope, "extensions": {}}, receive, send))
    assert (sent[0]["type"], sent[0]["code"]) == ("websocket.close", 1008)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:8080"}, 200),
        ({"host": "127.0.0.1"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"host": "127.9.9.9:1"}, 200),
        ({"host": "127.evil.example"}, 403),
        ({"host": "evil.example:8080"}, 403),
        ({"host": "localhost.evil.example"}, 403),
        ({"host": "localhost:8080", "origin": "http://localhost:8080"}, 200),
        ({"host": "localhost:8080", "origin": "http://evil.example"}, 403),
        ({"host": "localhost:8080", "origin": "http://localhost:9090"}, 403),
        ({"host": "localhost:8080", "origin": "null"}, 403),
        ({"host": "evil.example", "origin": "http://evil.example"}, 403),
        ({"host": "localhost", "origin": "http://[bad"}, 403),
    ],
)
def test_pages_of_others(headers: dict[str, str], status: int) -> None:
    """A page that somebody looks at in a browser beside the server cannot use it, whatever its name points to."""
    access = Access(None, local=True)
    if status == 200:
        access.check(headers)
    else:
        with pytest.raises(Refusal) as caught:
            access.check(headers)
        assert caught.value.status == status


def test_a_server_for_others_is_called_by_any_name() -> None:
    Access(None).check({"host": "models.example"})
    Access("t", local=True).check({"host": "models.example", "authorization": "Bearer t"})
    assert (is_loopback("0.0.0.0"), is_loopback("LOCALHOST")) == (False, True)
