"""A server beside what else a process does, for as long as a block runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gatewise.serving.app import create_app
from gatewise.serving.parts import uvicorn

__all__ = ["in_background"]

PAUSE = 0.01


@contextmanager
def in_background(models: Mapping[str, Any]) -> Iterator[str]:
    """Serve models on a free port of this machine; yields the address."""
    config = uvicorn.Config(
        create_app(models), host="127.0.0.1", port=0, lifespan="on", log_config=None, log_level="critical"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="gatewise server", daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(PAUSE)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
