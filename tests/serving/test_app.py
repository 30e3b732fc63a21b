"""Addresses, limits and refusals, without a network."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from asgi import ask, infer, tensor
from serving_models import running_sum

from gatewise.errors import ConfigurationError, SavedModelError
from gatewise.serving import ServingConfig, create_app
from gatewise.serving.models import named_folders

X = tensor("x", "FP32", [2.5], [1, 1])


@pytest.fixture
def app() -> Any:
    """A model of steps without training, with small limits."""
    return create_app({"sum": running_sum()}, max_sessions=3, max_body=2000, max_length=4, idle_seconds="5s")


def ran(answer: Any) -> Any:
    return asyncio.run(answer)


def test_what_the_server_says_of_itself(app: Any) -> None:
    assert ran(ask(app, "GET", "/v2")).json["name"] == "gatewise"
    assert ran(ask(app, "GET", "/v2/health/live")).json == {"live": True}
    assert ran(ask(app, "GET", "/v2/health/ready")).json == {"ready": True}
    assert ran(ask(app, "GET", "/v2/models/sum/versions/1/ready")).json == {"name": "sum", "ready": True}
    assert ran(ask(app, "GET", "/v2/models/sum")).json == {
        "name": "sum", "versions": ["1"], "platform": "gatewise_sum", "inputs": [], "outputs": [],
        "step": {
            "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 1]}],
            "outputs": [{"name": "sum", "datatype": "FP32", "shape": [-1, 1]}],
            "states": [
                {"name": "total", "datatype": "FP32", "shape": [-1, 1]},
                {"name": "count", "datatype": "INT64", "shape": [-1, 1]},
            ],
        },
    }  # fmt: skip


def test_sessions_that_are_open_are_counted(app: Any) -> None:
    async def all_of_it() -> list[Any]:
        answers = [await infer(app, "sum", [X], sequence_id=k, sequence_start=True) for k in range(1, 31)]
        ended = await infer(app, "sum", [], sequence_id=1, sequence_end=True)
        return [*answers, ended, await infer(app, "sum", [X], sequence_id="x", sequence_start=True)]

    *answers, ended, again = ran(all_of_it())
    assert [one.status for one in answers] == [200] * 3 + [503] * 27
    assert answers[3].json["error"].startswith("3 of 3 sessions are open; end one with sequence_end")
    assert answers[3].headers["retry-after"] == "1"
    assert (ended.status, ended.json["outputs"], again.status) == (200, [], 200)
    said = ran(ask(app, "GET", "/metrics")).body.decode()
    assert 'gatewise_open_sessions{model="sum",version="1"} 3.0' in said
    assert 'gatewise_refusals_total{status="503"} 27.0' in said
    assert 'gatewise_batch_rows_count{model="sum",version="1"} 4.0' in said
    assert 'gatewise_request_seconds_count{kind="step",model="sum",version="1"} 5.0' in said


def test_idle_sessions_are_forgotten() -> None:
    app = create_app({"sum": running_sum()}, idle_seconds=0.2)

    async def all_of_it() -> Any:
        app.gateway.start()
        await infer(app, "sum", [X], sequence_id=1, sequence_start=True)
        await asyncio.sleep(0.6)
        return await infer(app, "sum", [X], sequence_id=1)

    answer = ran(all_of_it())
    assert answer.status == 404
    assert (
        'gatewise_evicted_sessions_total{model="sum",version="1"} 1.0'
        in ran(ask(app, "GET", "/metrics")).body.decode()
    )


def test_bodies_have_a_limit_whatever_their_head_says(app: Any) -> None:
    path, large = "/v2/models/sum/infer", b" " * 2001
    message = "body: expected at most 2000 bytes; send less at once, or serve with a larger --max-body"
    for body, headers in ((large, {}), ([b" " * 900] * 3, {}), (b"", {"content-length": "2001"})):
        answer = ran(ask(app, "POST", path, body, headers))
        assert (answer.status, answer.json, answer.headers["connection"]) == (
            413,
            {"error": message},
            "close",
        )
    assert ran(ask(app, "POST", path, b"{}", {"content-encoding": "gzip"})).status == 415


def test_a_body_has_a_time() -> None:
    app = create_app({"sum": running_sum()}, idle_seconds=0.1)

    async def slowly() -> Any:
        sent: list[Any] = []

        async def receive() -> Any:
            await asyncio.sleep(0.04)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v2/models/sum/infer",
            "headers": [],
            "query_string": b"",
        }
        await app(scope, receive, send)
        return sent

    begin, end = ran(slowly())
    assert (begin["status"], json.loads(end["body"])) == (
        408, {"error": "body: expected all of it within 0.1 seconds"},
    )  # fmt: skip


def test_sequences_have_a_length(app: Any) -> None:
    answer = ran(
        infer(app, "sum", [tensor("x", "FP32", [1.0] * 5, [1, 5, 1])], sequence_id=1, sequence_start=True)
    )
    assert (answer.status, answer.json) == (
        413, {"error": "inputs: expected at most 4 steps in one request, got 5"},
    )  # fmt: skip
    answer = ran(
        infer(app, "sum", [tensor("x", "FP32", [1.0] * 4, [1, 4, 1])], sequence_id=1, sequence_start=True)
    )
    assert answer.json["outputs"][0]["data"] == [1, 2, 3, 4]


def test_states_of_a_client(app: Any) -> None:
    first = ran(infer(app, "sum", [tensor("x", "FP32", [1.0, 2.0], [2, 1])], step=True)).json["outputs"]
    assert [(one["name"], one["data"]) for one in first] == [
        ("sum", [1, 2]),
        ("total", [1, 2]),
        ("count", [1, 1]),
    ]
    again = ran(infer(app, "sum", [tensor("x", "FP32", [5.0, 5.0], [2, 1]), *first[1:]], step=True)).json[
        "outputs"
    ]
    assert again[0]["data"] == [6, 7]
    answer = ran(infer(app, "sum", [X, *first[1:]], step=True))
    assert answer.json == {"error": "inputs: total: expected one for each of 1 sequences"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "body: expected JSON, got something else at line 1, column 1"),
        (b"[]", "body: expected a JSON object, got a list"),
        (b'{"inputs": [NaN]}', "body: expected JSON, got something else at line 1, column 13"),
        (b"[" * 1030, "body: expected JSON, got something else at line 1"),
        (b'{"\xff": 1}', "body: expected JSON, got something else at line 1, column 1"),
        (b'{"input": []}', "keys: input: no such key; did you mean inputs?"),
        (b'{"inputs": {}}', "inputs: expected a list of objects"),
        (b'{"inputs": [{"name": 3}]}', "inputs: name: expected text of at most 256 characters"),
        (b'{"inputs": [{"name": "x", "datatype": "FP8"}]}',
         "inputs: x: datatype: expected one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, "
         "FP32, FP64, BYTES"),
        (b'{"parameters": {"sequence_ends": true}}',
         "parameters: sequence_ends: no such parameter; did you mean sequence_end?"),
        (b'{"parameters": {"sequence_id": 1.5}}', "parameters: sequence_id: expected int or str, got float"),
        (b'{"parameters": {"sequence_id": -1}}', "sequence_id: expected a number from 1 to 2**64 - 1"),
        (b'{"parameters": {"sequence_start": true}}', "sequence_start: has a meaning only with a sequence_id"),
        (b'{"parameters": {"sequence_id": 1, "sequence_step": -1}}', "sequence_step: expected a number from 0"),
        (b'{"parameters": []}', "parameters: expected an object"),
        (b'{"inputs": [{"name": "a\\nb"}]}', "inputs: a b: datatype: expected one of BOOL"),
        (b'{"id": 7}', "id: expected text of at most 256 characters"),
        (b'{"inputs": []}', "model sum: goes step by step only; send a sequence_id, or the parameter step"),
        (b'{"parameters": {"step": true}}', "inputs: x is missing; a step takes x"),
    ],
)  # fmt: skip
def test_what_is_no_request(app: Any, body: bytes, message: str) -> None:
    answer = ran(ask(app, "POST", "/v2/models/sum/infer", body))
    assert answer.status == 400
    assert answer.json["error"].startswith(message)


@pytest.mark.parametrize(
    ("head", "rest", "length", "message"),
    [
        ({}, b"abc", None, "body: 3 bytes stand behind the last input"),
        ({"binary_data_size": 4}, b"abc", None, "inputs: x: expected 4 bytes behind the JSON, got 3"),
        ({"binary_data_size": -1}, b"", None, "inputs: x: expected -1 bytes behind the JSON, got 0"),
        ({"binary_data_size": 3}, b"abc", None, "inputs: x: expected 4 bytes for shape [1, 1] of FP32, got 3"),
        ({"binary_data_size": 4}, b"abcd", "x", "Inference-Header-Content-Length: expected a number up to"),
        ({"binary_data_size": 4}, b"abcd", "99999", "Inference-Header-Content-Length: expected a number up to"),
        ({"binary_data_size": 4}, b"abcd", "-1", "Inference-Header-Content-Length: expected a number up to"),
        ({"binary_data_size": 4}, np.float32(np.inf).tobytes(), None, "inputs: x: expected finite numbers, got NaN or"),
    ],
)  # fmt: skip
def test_bytes_that_do_not_fit(
    app: Any, head: dict[str, int], rest: bytes, length: str | None, message: str
) -> None:
    one = {"name": "x", "datatype": "FP32", "shape": [1, 1]} | (
        {"parameters": head} if head else {"data": [1.0]}
    )
    document = json.dumps({"inputs": [one], "parameters": {"step": True}}).encode()
    headers = {"inference-header-content-length": str(len(document)) if length is None else length}
    answer = ran(ask(app, "POST", "/v2/models/sum/infer", document + rest, headers))
    assert answer.status == 400
    assert answer.json["error"].startswith(message)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/models/../../etc/passwd", 404),
        ("GET", "/v2/models/..%2f..%2fetc%2fpasswd", 404),
        ("GET", "/v2/models/.", 404),
        ("GET", "/v2/models/sum%00", 404),
        ("GET", "/v2/models/sum/versions/2", 404),
        ("GET", "/v2/models/sum/versions/../1", 404),
        ("GET", "/v2/models/" + "s" * 5000, 404),
        ("GET", "/v2/", 404),
        ("GET", "/v2/models/sum/infer", 405),
        ("POST", "/v2", 405),
        ("BREW", "/v2", 405),
        ("GET", "/../pyproject.toml", 404),
    ],
)
def test_what_is_not_there(app: Any, method: str, path: str, status: int) -> None:
    answer = ran(ask(app, method, path))
    assert answer.status == status
    assert list(answer.json) == ["error"]


def test_models_by_name_and_version(saved: Path, tmp_path: Path) -> None:
    for version in ("1", "12", "3"):
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / version).symlink_to(saved / "waves")
    app = create_app({"many": tmp_path / "many", "sum": {"7": running_sum()}})
    said = ran(ask(app, "GET", "/v2/models/many")).json
    assert said["versions"] == ["1", "3", "12"]
    assert (
        ran(ask(app, "GET", "/v2/models/many/versions/12")).json["platform"] == "gatewise_SequenceClassifier"
    )
    assert ran(ask(app, "GET", "/v2/models/sum/versions/1")).json == {
        "error": "model sum: version '1' is not served; there are 7"
    }
    assert ran(infer(app, "sum", [X], step=True)).json["model_version"] == "7"


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({}, ConfigurationError, "models: expected at least one model, got none"),
        ({"a/b": "x"}, ConfigurationError,
         "models: expected a name of letters, digits, dots, dashes and underscores, got 'a/b'; name it with "
         "name=FOLDER"),
        ({"..": "x"}, ConfigurationError,
         "models: expected a name of letters, digits, dots, dashes and underscores, got '..'"),
        ({"a": {"0": "x"}}, ConfigurationError, "models: expected versions that are numbers from 1, got '0'"),
        ({"a": "nowhere"}, SavedModelError, "nowhere: expected the directory of a saved model"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(given: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        create_app(given)
    assert str(caught.value).startswith(message)


def test_folders_have_names() -> None:
    assert {name: str(path) for name, path in named_folders(["a/b", "c=d/e"]).items()} == {
        "b": "a/b",
        "c": "d/e",
    }
    with pytest.raises(ConfigurationError) as caught:
        named_folders(["a/b", "c/b"])
    assert str(caught.value) == "models: a/b and c/b are both called b; name one with name=FOLDER"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"idle_seconds": "soon"}, "idle_seconds: expected a time such as 90s, 5m or 1h, got 'soon'"),
        ({"max_sessions": 0}, "max_sessions: expected a number greater than or equal to 1, got 0"),
        ({"token": ""}, "token: expected ASCII letters, digits and signs, without spaces"),
        ({"token": "é"}, "token: expected ASCII letters, digits and signs, without spaces"),
        ({"tokens": "a"}, "tokens: no such option; did you mean token?"),
    ],
)
def test_options_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ServingConfig(**options)
    assert str(caught.value) == message


def test_the_description_is_one_of_openapi(app: Any) -> None:
    said = ran(ask(app, "GET", "/openapi.json")).json
    assert said["openapi"] == "3.1.0"
    for schema in said["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [one["operationId"] for path in said["paths"].values() for one in path.values()]
    assert len(set(names)) == len(names)
    for path, operations in said["paths"].items():
        if path.endswith("/stream"):
            continue
        for method in operations:
            answer = ran(ask(app, method.upper(), path.format(name="sum", version="1")))
            assert answer.status in (200, 400), (method, path)


def test_a_server_that_stops_takes_nothing_new(app: Any) -> None:
    async def all_of_it() -> list[Any]:
        await infer(app, "sum", [X], sequence_id=1, sequence_start=True)
        await app.stop()
        answer = await infer(app, "sum", [X], sequence_id=1)
        return [answer, *[await ask(app, "GET", f"/v2/{one}/ready") for one in ("health", "models/sum")]]

    refused, ready, model = ran(all_of_it())
    assert (refused.status, refused.json) == (
        503, {"error": "the server is stopping; ask again when it is back"},
    )  # fmt: skip
    assert (ready.status, model.status) == (503, 503)
