"""Whatever is sent, a line comes back; nothing breaks, and nothing is kept."""

from __future__ import annotations

import asyncio
import json
import os
import tracemalloc
from typing import Any

import pytest
from asgi import ask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving_models import running_sum

from gatewise.serving import create_app
from gatewise.serving.frames import BINARY, TEXT
from gatewise.serving.refusal import Refusal

pytestmark = pytest.mark.slow
# By hand: SERVING_REQUESTS=10000 python -m pytest tests/serving/test_malformed.py
REQUESTS = int(os.environ.get("SERVING_REQUESTS", "300"))
MANY = settings(max_examples=REQUESTS, deadline=None, suppress_health_check=list(HealthCheck))

NAMES = st.sampled_from(["x", "sequence", "lengths", "total", "", "é"]) | st.text(max_size=5)
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, 2**63, -(2**63), 2**64, 1e308, float("nan")])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
DATA = st.lists(st.floats(-3, 3, width=32), max_size=6) | ANYTHING
TENSOR = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | ANYTHING,
        "datatype": st.sampled_from(["FP32", "INT64", "BYTES", "BOOL", "FP16", "UINT8"]) | ANYTHING,
        "shape": st.lists(st.integers(-1, 3), max_size=4) | ANYTHING,
        "data": DATA,
        "parameters": st.fixed_dictionaries(
            {}, optional={"binary_data_size": st.integers(-2, 20) | ANYTHING}
        ),
    },
)
FLAG = st.booleans() | ANYTHING
SESSION = {
    "sequence_id": st.integers(-1, 4) | st.text(max_size=3) | ANYTHING,
    "sequence_start": FLAG,
    "sequence_end": FLAG,
    "sequence_step": st.integers(-1, 3) | ANYTHING,
}
REQUEST = st.fixed_dictionaries(
    {},
    optional={
        "id": ANYTHING,
        "inputs": st.lists(TENSOR, max_size=3) | ANYTHING,
        "outputs": st.lists(
            st.fixed_dictionaries({}, optional={"name": NAMES, "parameters": ANYTHING}), max_size=2
        ),
        "parameters": st.fixed_dictionaries(
            {}, optional={**SESSION, "step": FLAG, "binary_data_output": FLAG}
        ),
        "more": ANYTHING,
    },
)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        **SESSION,
        "sequence_id": st.lists(st.integers(0, 3), max_size=3) | st.integers(0, 3),
        "inputs": st.fixed_dictionaries({}, optional={"x": DATA, "y": DATA}) | ANYTHING,
        "id": ANYTHING,
    },
)


@pytest.fixture(scope="module")
def app(fitted: dict[str, Any]) -> Any:
    return create_app(
        {"sum": running_sum(), "waves": fitted["waves"]}, max_sessions=4, max_body=4096, max_length=8
    )


def as_bytes(document: Any) -> bytes:
    return json.dumps(document, default=str).encode("utf-8", "surrogatepass")


@MANY
@given(
    REQUEST.map(as_bytes) | st.binary(max_size=60),
    st.binary(max_size=24),
    st.none() | st.integers(-1, 80).map(str) | st.text(max_size=3).filter(lambda text: text.isascii()),
    st.sampled_from(["sum", "waves", "sum/versions/1", "sum/versions/9"]),
    st.sampled_from(["infer", "trace"]),
)
def test_requests(
    app: Any, document: bytes, behind: bytes, length: str | None, model: str, what: str
) -> None:
    headers = {} if length is None else {"inference-header-content-length": length}
    if length == "0":
        headers["inference-header-content-length"] = str(len(document))
    answer = asyncio.run(
        ask(app, "POST", f"/v2/models/{model}/{what}", document + (behind if headers else b""), headers)
    )
    assert answer.status in (200, 400, 404, 409, 413, 503)
    if answer.status != 200:
        error = answer.json["error"]
        assert "\n" not in error
        assert len(error) < 400


@MANY
@given(MESSAGE.map(lambda one: json.dumps(one, default=str)) | st.text(max_size=30) | st.binary(max_size=70))
def test_messages(app: Any, message: str | bytes) -> None:
    form = BINARY if isinstance(message, bytes) else TEXT
    served = app.gateway.models.find("sum")

    async def step() -> None:
        asked = form.read(message, served.stepping)
        answered, timed = await app.gateway.step_many(served, asked.asked, asked.inputs)
        form.answer(asked, answered.outputs, timed)

    refused = None
    try:
        asyncio.run(step())
    except Refusal as refusal:
        refused = refusal.status
        form.error(None, refusal)
    assert refused in (None, 400, 404, 409, 413, 503)


METHODS = st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "é"])
HEADERS = st.dictionaries(st.text("abc-", min_size=1), st.text("aé\x00", max_size=9))


@MANY
@given(METHODS, st.text(max_size=30), HEADERS)
def test_addresses(app: Any, method: str, path: str, headers: dict[str, str]) -> None:
    encoded = path.encode("utf-8", "replace").decode()
    answer = asyncio.run(ask(app, method, f"/v2/{encoded}".partition("?")[0], headers=headers))
    assert answer.status in (200, 400, 404, 405)


def test_nothing_is_kept(app: Any) -> None:
    few = b'{"inputs": [' + b'{"name": "x"},' * 50 + b"{}]}"
    bodies = [b"{", few, b"[" * 3000, b'{"parameters": {"sequence_id": 9}}']

    async def ask_all(rounds: int) -> None:
        for _ in range(rounds):
            for body in bodies:
                await ask(app, "POST", "/v2/models/sum/infer", body)

    asyncio.run(ask_all(20))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    asyncio.run(ask_all(100))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 100_000
