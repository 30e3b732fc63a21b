"""One step a request through ONNX Runtime, behind the HTTP stack of the server: Starlette's router on uvicorn.

A request's body is the number of a session, 8 bytes, and its row; the answer is the probabilities.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import numpy as np
import onnxruntime

from gatewise.serving.connections import protocols
from gatewise.serving.parts import Request, Response, Route, Router, uvicorn
from gatewise.serving.server import listen

__all__ = ["main"]


def main(folder: str) -> None:
    """Serve ``step.onnx`` of a folder."""
    options = onnxruntime.SessionOptions()
    # A step of one row is too small to be shared by threads.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(Path(folder) / "step.onnx", options)
    row, *states = [one.name for one in session.get_inputs()]
    begun = {
        one.name: np.zeros([1, *one.shape[1:]], {"tensor(int64)": np.int64}.get(one.type, np.float32))
        for one in session.get_inputs()[1:]
    }
    answer = session.get_outputs()[0].name
    after = [answer, *(f"{name}.next" for name in states)]
    kept: dict[bytes, dict[str, np.ndarray]] = {}

    async def step(request: Request) -> Response:
        body = await request.body()
        before = kept.get(body[:8], begun)
        found = session.run(after, {row: np.frombuffer(body, "<f4", offset=8)[None], **before})
        kept[body[:8]] = dict(zip(states, found[1:], strict=True))
        return Response(found[0].tobytes())

    own = listen("127.0.0.1", 0)
    http, streams = protocols(600)
    config = uvicorn.Config(
        Router([Route("/step", step, methods=["POST"])]), http=http, ws=streams, lifespan="off", log_config=None,
        log_level="critical", access_log=False, server_header=False, date_header=False,
    )  # fmt: skip
    print(f"serving on http://127.0.0.1:{own.getsockname()[1]}/", flush=True)
    asyncio.run(uvicorn.Server(config).serve(sockets=[own]))


if __name__ == "__main__":
    main(sys.argv[1])
