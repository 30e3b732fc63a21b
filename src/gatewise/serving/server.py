"""Running an application: one process, one loop, and an end that loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

from gatewise.errors import ConfigurationError
from gatewise.serving.app import Application
from gatewise.serving.connections import protocols
from gatewise.serving.parts import uvicorn

__all__ = ["listen", "run"]

# Beside one for each session: whoever asks for health or metrics.
MORE_CONNECTIONS = 64
BACKLOG = 2048
# Seconds that connections have to close once all is answered.
CLOSING = 3


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there.

    Raises
    ------
    ConfigurationError
        Nobody can listen there.
    """
    own: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        own = socket.socket(family, kind, protocol)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(address)
        own.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        if own is not None:
            own.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({getattr(error, 'strerror', None) or error}); name another --port"
        ) from None
    return own


def run(
    application: Application, own: socket.socket, *, started: Callable[[], Any], again: Callable[[], Any]
) -> None:
    """Serve until a signal comes; finish what was asked for, and write sessions.

    Parameters
    ----------
    application : Application
    own : socket
        That listens.
    started : callable
        Called when requests are taken.
    again : callable
        Called where a second signal comes.
    """
    _many_files()
    logging.getLogger("uvicorn").handlers.clear()
    config = application.gateway.config
    http, streams = protocols(config.idle_seconds)
    server = _Server(
        uvicorn.Config(
            application,
            http=http,
            ws=streams,
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            limit_concurrency=config.max_sessions + MORE_CONNECTIONS,
            timeout_graceful_shutdown=CLOSING,
            ws_max_size=config.max_body,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
        ),
        application,
        started,
        again,
    )
    server.run(sockets=[own])


class _Server(uvicorn.Server):
    """Stops the application before its connections are closed: what was asked for is answered first."""

    def __init__(
        self, config: Any, application: Application, started: Callable[[], Any], again: Callable[[], Any]
    ) -> None:
        super().__init__(config)
        self._application, self._started, self._again = application, started, again
        self._stopping: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.getsignal(number) for number in numbers}
        for number in numbers:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._stop))
        try:
            yield
        finally:
            for number in numbers:
                signal.signal(number, before[number])

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._started()

    def _stop(self) -> None:
        if self._stopping is not None:
            self._again()
        else:
            self._stopping = asyncio.create_task(self._stop_in_order())

    async def _stop_in_order(self) -> None:
        for server in self.servers:
            server.close()
        try:
            await self._application.stop()
        finally:
            self.should_exit = True


def _many_files() -> None:
    """Let this process have as many connections as the system allows."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
