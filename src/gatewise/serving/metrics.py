"""What a server counts, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatewise.serving.parts import prometheus_client

__all__ = ["Metrics"]

LATENCIES = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)


class Metrics:
    """Counters of one application; labels are names of models that are served, and never what a client has sent."""

    def __init__(self) -> None:
        self._registry = registry = prometheus_client.CollectorRegistry()
        of_model = ("model", "version")
        self._requests = prometheus_client.Histogram(
            "gatewise_request_seconds", "Seconds from a request, or a message of a stream, to its answer.",
            (*of_model, "kind"), buckets=LATENCIES, registry=registry,
        )  # fmt: skip
        self._rows = prometheus_client.Histogram(
            "gatewise_batch_rows",
            "Sessions that were stepped in one call.",
            of_model,
            buckets=ROWS,
            registry=registry,
        )
        self._kernel = prometheus_client.Histogram(
            "gatewise_step_seconds", "Seconds of one call that steps sessions.", of_model, buckets=LATENCIES,
            registry=registry,
        )  # fmt: skip
        self._open = prometheus_client.Gauge(
            "gatewise_open_sessions", "Sessions that are open.", of_model, registry=registry
        )
        self._evictions = prometheus_client.Counter(
            "gatewise_evicted_sessions",
            "Sessions forgotten because nobody asked for them.",
            of_model,
            registry=registry,
        )
        self._refusals = prometheus_client.Counter(
            "gatewise_refusals", "Requests and messages that were refused.", ("status",), registry=registry
        )

    def stepped(self, name: str, version: str) -> Callable[[int, float], None]:
        """Return what counts a call of a model's kernel."""
        rows, seconds = self._rows.labels(name, version), self._kernel.labels(name, version)

        def count(batch: int, taken: float) -> None:
            rows.observe(batch)
            seconds.observe(taken)

        return count

    def timing(self, name: str, version: str, kind: str) -> Callable[[float], None]:
        """Return what counts the seconds of a request of a kind: whole, step, stateless or stream."""
        observe: Callable[[float], None] = self._requests.labels(name, version, kind).observe
        return observe

    def watch_sessions(self, name: str, version: str, count: Callable[[], int]) -> None:
        """Have open sessions counted whenever somebody asks."""
        self._open.labels(name, version).set_function(count)

    def evicted(self, name: str, version: str, count: int) -> None:
        """Count sessions that were forgotten."""
        self._evictions.labels(name, version).inc(count)

    def refused(self, status: int) -> None:
        """Count a request that was refused."""
        self._refusals.labels(str(status)).inc()

    def text(self) -> tuple[bytes, str]:
        """Return all of it, and its media type."""
        found: Any = prometheus_client.generate_latest(self._registry)
        return found, prometheus_client.CONTENT_TYPE_LATEST
