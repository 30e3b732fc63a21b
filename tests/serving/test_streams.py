"""WebSocket streams, by a client of the library websockets."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest
from served import Server
from serving_models import SEQUENCES

pytestmark = pytest.mark.slow
client = pytest.importorskip("websockets.asyncio.client")
exceptions = pytest.importorskip("websockets.exceptions")
X = np.stack([one[:9] for one in SEQUENCES[:4]])
Talk = Callable[[Any], Coroutine[Any, Any, Any]]


def talk(server: Server, model: str, say: Callable[[Talk], Coroutine[Any, Any, Any]]) -> Any:
    """Open a stream, and have a function that sends a message and returns the answer."""

    async def whole() -> Any:
        address = f"ws://{server.address}/v2/models/{model}/stream"
        async with client.connect(address, max_size=None) as socket:

            async def ask(message: Any) -> Any:
                await socket.send(message if isinstance(message, bytes | str) else json.dumps(message))
                answer = await socket.recv()
                return answer if isinstance(answer, bytes) else json.loads(answer)

            return await say(ask)

    return asyncio.run(whole())


def frame(ids: list[int], rows: np.ndarray[Any, Any], flags: int, numbers: list[int] | None = None) -> bytes:
    """Write a message in the binary form; rows are (sequences, steps, channels)."""
    count, steps = rows.shape[:2]
    head = struct.pack("<BBBxIII", 71, 1, numbers is not None, 77, count, steps)
    parts = [head, np.array(ids, "<u8").tobytes(), bytes([flags]) * count, bytes(-count % 8)]
    if numbers is not None:
        parts.append(np.array(numbers, "<u8").tobytes())
    return b"".join([*parts, rows.astype("<f4").tobytes()])


def read(answer: bytes, width: int) -> np.ndarray[Any, Any]:
    magic, version, status, message_id, count, steps = struct.unpack_from("<BBHIII", answer)
    assert (magic, version, status, message_id) == (71, 1, 0, 77)
    return np.frombuffer(answer, "<f4", offset=16).reshape(count, steps, width)


def test_one_session_in_json(server: Server, fitted: dict[str, Any]) -> None:
    async def say(ask: Talk) -> list[Any]:
        first = [
            await ask(
                {"id": k, "sequence_id": "s", "sequence_start": k == 0, "inputs": {"row": row.tolist()}}
            )
            for k, row in enumerate(X[0, :4])
        ]
        rest = await ask({"sequence_id": "s", "sequence_end": True, "inputs": {"row": X[0, 4:].tolist()}})
        return [*first, rest]

    *first, rest = talk(server, "waves", say)
    stream = fitted["waves"].open_stream()
    expected = np.array([stream.step(row) for row in X[0]])
    assert [one["id"] for one in first] == [0, 1, 2, 3]
    np.testing.assert_allclose([one["outputs"]["probabilities"] for one in first], expected[:4], atol=1e-6)
    np.testing.assert_allclose(rest["outputs"]["probabilities"], expected[4:], atol=1e-6)


def test_many_sessions_in_json_and_in_bytes(server: Server, fitted: dict[str, Any]) -> None:
    async def say(ask: Talk) -> tuple[Any, bytes]:
        inputs = {"row": X[:, 0].tolist()}
        text = await ask({"sequence_id": [1, 2, 3, 4], "sequence_start": True, "inputs": inputs})
        return text, await ask(frame([1, 2, 3, 4], X[:, 1:], 2))

    text, data = talk(server, "waves", say)
    stream = fitted["waves"].open_stream(batch=4)
    expected = [stream.step(rows) for rows in X.swapaxes(0, 1)]
    np.testing.assert_allclose(text["outputs"]["probabilities"], expected[0], atol=1e-6)
    np.testing.assert_allclose(read(data, 2).swapaxes(0, 1), expected[1:], atol=1e-6)


def test_doubled_late_and_lost_chunks(server: Server) -> None:
    async def say(ask: Talk) -> list[Any]:
        def chunk(number: int, row: int = 0) -> Any:
            return ask({"sequence_id": 50, "sequence_start": number == 0, "sequence_step": number,
                        "inputs": {"row": X[row, number].tolist()}})  # fmt: skip

        first, second = await chunk(0), await chunk(1)
        # What comes again is answered as before, whatever stands in it.
        again = await chunk(1, row=2)
        return [first, second, again, await chunk(3), await chunk(0), await chunk(2), await chunk(1)]

    first, second, again, lost, late, third, later = talk(server, "waves", say)
    assert again == second != first
    assert lost == {"id": None, "error": "sequence 50: expected sequence_step 2, got 3", "status": 409}
    assert late["error"] == "sequence 50: expected sequence_step 2, got 0"
    assert "outputs" in third
    assert later["status"] == 409


def test_two_clients_on_one_session(server: Server, fitted: dict[str, Any]) -> None:
    """Each step is done once, in some order: the number of steps tells."""

    async def say(ask: Talk) -> None:
        await ask({"sequence_id": 60, "sequence_start": True, "inputs": {"row": [1.0, 1.0]}})

        async def other() -> None:
            async with client.connect(f"ws://{server.address}/v2/models/waves/stream") as socket:
                for _ in range(20):
                    await socket.send(json.dumps({"sequence_id": 60, "inputs": {"row": [1.0, 1.0]}}))
                    await socket.recv()

        await asyncio.gather(other(), other())
        last = await ask({"sequence_id": 60, "inputs": {"row": [1.0, 1.0]}})
        stream = fitted["waves"].open_stream()
        for _ in range(42):
            expected = stream.step(np.ones(2, np.float32))
        np.testing.assert_allclose(last["outputs"]["probabilities"], expected, atol=1e-6)

    talk(server, "waves", say)


def test_what_cannot_be_is_a_line_and_the_stream_goes_on(server: Server) -> None:
    right = frame([70], X[:1, :1], 1)

    async def say(ask: Talk) -> list[Any]:
        messages = [
            "{", "[]", {"id": 3}, {"sequence_id": 0, "inputs": {}}, {"sequence_id": [1, "a"], "sequence_start": [True]},
            {"sequence_id": 70, "sequence_start": True, "inputs": {"row": [1, [2]]}},
            {"sequence_id": 70, "sequence_start": True, "inputs": {"rows": [1, 2]}},
            {"sequence_id": 70, "sequence_start": 1, "inputs": {"row": [1, 2]}},
            {"sequence_id": [], "inputs": {"row": []}},
            b"", right[:-1], b"\0" + right[1:], frame([0], X[:1, :1], 1), frame([70], X[:1, :1], 4),
            frame([70, 70], X[:2, :1], 1), frame([70], np.full((1, 1, 2), np.nan), 1), right,
        ]  # fmt: skip
        return [await ask(message) for message in messages]

    *texts, last = talk(server, "waves", say)
    refusals = [one["error"] if isinstance(one, dict) else one[16:].decode() for one in texts]
    assert refusals == [
        "body: expected JSON, got something else at line 1, column 2",
        "body: expected a JSON object, got a list",
        "sequence_id: expected a number from 1, or text, got NoneType",
        "sequence_id: expected a number from 1, or text",
        "sequence_start: expected one for each sequence",
        "inputs: row: expected equally long lists",
        "inputs: rows: no such input; did you mean row?",
        "sequence_start, sequence_end: expected true or false",
        "sequence_id: expected 1 to 1048576 sequences, got 0",
        "message: expected at least 16 bytes, got 0",
        "message: expected 40 bytes for 1 sequences and 1 steps, got 39",
        "message: expected bytes 71, 1 first, got 0, 1",
        "message: expected ids from 1, flags from 0 to 3, and numbers below 2**63",
        "message: expected ids from 1, flags from 0 to 3, and numbers below 2**63",
        "sequence_id: one stands twice in a message; send its steps along the axis of time",
        "inputs: row: expected finite numbers, got NaN or infinity",
    ]
    assert read(last, 2).shape == (1, 1, 2)


def test_a_model_without_steps_and_one_that_is_not_there(server: Server) -> None:
    async def say(ask: Talk) -> Any:
        return await ask({"sequence_id": 1, "inputs": {"row": [1, 2]}})

    answer = talk(server, "value", say)
    assert answer["error"].startswith(
        "model value: does not go step by step: the network reads each sequence from"
    )
    with pytest.raises(exceptions.InvalidStatus) as caught:
        talk(server, "..%2Fwaves", say)
    assert caught.value.response.status_code == 404
