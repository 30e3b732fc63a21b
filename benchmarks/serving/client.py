"""Load, in a process of its own: ``python -m benchmarks.serving.client`` prints what it saw as JSON.

Steps go over WebSocket connections, many sessions in a message, in the binary form; requests over HTTP connections that
are kept. With a rate, messages are sent at their times whatever happens, and seconds count from then; without, the next
one is sent when the answer has come.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import struct
import time
from collections.abc import Awaitable, Callable

import numpy as np
import websockets

__all__ = ["main"]

CHANNELS = 16
WARM = 1.0  # seconds at the beginning that do not count
Send = Callable[[], Awaitable[None]]


async def _stream(address: str, first: int, per: int) -> tuple[Send, Callable[[], Awaitable[None]]]:
    """Open sessions on a connection; return what steps them all once, and what ends the connection."""
    ids = np.arange(first, first + per, dtype="<u8").tobytes()
    rows = np.random.default_rng(first).normal(size=(per, 1, CHANNELS)).astype("<f4").tobytes()
    head, filling = struct.pack("<BBBxIII", 71, 1, 0, 0, per, 1) + ids, bytes(-per % 8)
    socket = await websockets.connect(
        f"ws://{address}/v2/models/model/stream", max_size=None, compression=None, ping_interval=None
    )

    async def send(flags: bytes = b"\0") -> None:
        await socket.send(head + flags * per + filling + rows)
        answer = await socket.recv()
        assert answer[2:4] == b"\0\0", answer

    await send(b"\1")
    return send, socket.close


async def _request(
    address: str, path: str, body: bytes, head: str = ""
) -> tuple[Send, Callable[[], Awaitable[None]]]:
    """Open a connection; return what asks once, and what ends the connection."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    begin = f"POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode()

    async def send() -> None:
        writer.write(begin + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200"), answer
        length = answer.lower().partition(b"\ncontent-length: ")[2].partition(b"\r")[0]
        await reader.readexactly(int(length))

    async def close() -> None:
        writer.close()

    await send()
    return send, close


async def _load(sends: list[Send], seconds: float, every: float | None) -> list[tuple[float, float]]:
    """Send on all connections; return when each message began, and its seconds."""
    took: list[tuple[float, float]] = []
    start = time.perf_counter() + 0.2

    async def one(place: int, send: Send) -> None:
        due = start + (every or 0) * place / len(sends)
        while (now := time.perf_counter()) < start + seconds:
            if every is not None:
                await asyncio.sleep(max(0.0, due - now))
                began, due = due, due + every
            else:
                began = now
            await send()
            took.append((began - start, time.perf_counter() - began))

    await asyncio.gather(*(one(place, send) for place, send in enumerate(sends)))
    return took


async def _run(options: argparse.Namespace) -> dict[str, float]:
    connections = range(options.connections)
    if options.what == "stream":
        opened = [
            await _stream(options.address, 1 + place * options.sessions, options.sessions)
            for place in connections
        ]
    elif options.what == "step":
        row = np.zeros(CHANNELS, "<f4").tobytes()
        opened = [
            await _request(options.address, "/step", struct.pack("<Q", place) + row) for place in connections
        ]
    else:
        document, data = _whole()
        head = f"Inference-Header-Content-Length: {len(document)}\r\n"
        path = "/v2/models/model/infer"
        opened = [await _request(options.address, path, document + data, head) for _ in connections]
    every = options.connections * options.sessions / options.rate if options.rate else None
    took = await _load([send for send, _ in opened], options.seconds + WARM, every)
    for _, close in opened:
        await close()
    # Where all is so slow that nothing began after the warm-up, the warm-up counts.
    counted = [(began, seconds) for began, seconds in took if began >= WARM] or took
    span = max(began + seconds for began, seconds in counted) - min(began for began, _ in counted)
    milliseconds = 1e3 * np.array([seconds for _, seconds in counted])
    p50, p99 = np.percentile(milliseconds, (50, 99))
    return {"per_second": len(counted) * options.sessions / span, "p50_ms": float(p50), "p99_ms": float(p99)}


def _whole() -> tuple[bytes, bytes]:
    """Return a request of 32 sequences of 100 steps, answered as bytes: its JSON and the bytes behind it."""
    data = np.random.default_rng(0).normal(size=(32, 100, CHANNELS)).astype("<f4").tobytes()
    one = {
        "name": "sequence", "datatype": "FP32", "shape": [32, 100, CHANNELS],
        "parameters": {"binary_data_size": len(data)},
    }  # fmt: skip
    return json.dumps({"inputs": [one], "parameters": {"binary_data_output": True}}).encode(), data


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("stream", "step", "whole"))
    parser.add_argument("address")
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--sessions", type=int, default=1, help="of each message")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=float, help="steps a second of all together")
    print(json.dumps(asyncio.run(_run(parser.parse_args()))))


if __name__ == "__main__":
    main()
