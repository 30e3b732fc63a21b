"""The application: addresses, and what is asked for at each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from gatewise.serving.access import Access
from gatewise.serving.config import ServingConfig
from gatewise.serving.door import Door
from gatewise.serving.gateway import Gateway
from gatewise.serving.parts import Router
from gatewise.serving.routes import nothing_there, routes
from gatewise.serving.storing import forget
from gatewise.serving.streams import Streams

__all__ = ["Application", "create_app"]

LOG = logging.getLogger("gatewise.serving")
# Seconds that what is under way may take.
STOPPING = 30.0


class Application:
    """An ASGI application that serves models.

    Attributes
    ----------
    gateway : Gateway
    streams : Streams
    """

    def __init__(self, models: Mapping[str, Any], config: ServingConfig, *, local: bool = False) -> None:
        self.gateway = Gateway(models, config)
        self.streams = Streams(self.gateway)
        inner = Router(
            routes(self.gateway, self.streams),
            redirect_slashes=False,
            default=nothing_there,
            lifespan=self._lifespan,
        )
        self.door = Door(inner, self.gateway, Access(config.token, local=local))
        self._stopped = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.door(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _: Any) -> AsyncIterator[None]:
        self.gateway.start()
        if self.gateway.config.state_folder is not None:
            forget(self.gateway.config.state_folder)
        yield
        await self.stop()

    async def stop(self) -> None:
        """Finish the steps that were asked for, write sessions, and let all be answered and streams be closed; once."""
        if not self._stopped:
            self._stopped = True
            # Sessions are safe before anybody is waited for.
            await self.gateway.stop()
            try:
                async with asyncio.timeout(STOPPING):
                    await self.streams.stop()
                    await self.door.idle()
            except TimeoutError:
                LOG.warning("some requests were not answered within %g seconds of the stop", STOPPING)


def create_app(models: Mapping[str, Any], config: ServingConfig | None = None, **options: Any) -> Application:
    """Return an ASGI application that serves models, for any server of such.

    Parameters
    ----------
    models : dict of str to estimator, path, or dict
        By the names in their addresses: a fitted estimator, the folder of a saved one, a folder of numbered folders, or
        a dict of version numbers to any of these.
    config : ServingConfig, optional
    **options
        Its fields, where it is not given.

    Returns
    -------
    callable
        Of ASGI 3. It needs the events of a lifespan, and one process: sessions are in its memory.

    Raises
    ------
    ConfigurationError
        An option cannot work, or a name cannot stand in an address.
    SavedModelError
        A folder holds no model.
    MissingDependencyError
        The extra ``serve`` is not installed.

    Examples
    --------
    >>> import gatewise, numpy
    >>> from gatewise.serving import create_app
    >>> random = numpy.random.default_rng(0)
    >>> X = [random.normal(size=(9, 1)) for _ in range(20)]
    >>> model = gatewise.SequenceClassifier("GRU", hidden_size=4, bidirectional=False, random_state=0)
    >>> app = create_app({"waves": model.fit(X, [n % 2 for n in range(20)])}, max_sessions=100)
    """
    return Application(models, config if config is not None else ServingConfig(**options))
