"""Bodies of requests, read within their limits of bytes and seconds before anything is made of them."""

from __future__ import annotations

import asyncio

from gatewise.serving.parts import ClientDisconnect, Request
from gatewise.serving.refusal import Refusal

__all__ = ["Bodies"]

# Of all requests together, in units of the largest one.
AT_ONCE = 16


class Bodies:
    """Reads bodies, and knows how much of them is held.

    Parameters
    ----------
    most : int
        Bytes of one.
    seconds : float
        From its first byte to its last.

    Attributes
    ----------
    held : int
        Bytes of bodies that are being read or answered.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds, self.held = most, seconds, 0

    async def read(self, request: Request) -> bytes:
        """Return a body; its bytes are counted until :meth:`let_go`.

        Raises
        ------
        Refusal
            It is too large, too slow, compressed, or cut off.
        """
        headers = request.headers
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise Refusal(415, "Content-Encoding: expected a body that is not compressed")
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self._most:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                async for part in request.stream():
                    size += len(part)
                    self.held += len(part)
                    if size > self._most:
                        raise self._too_large()
                    if self.held > AT_ONCE * self._most:
                        raise Refusal(503, "too much is being sent at once; send it again in a moment")
                    parts.append(part)
        except TimeoutError:
            self.let_go(size)
            raise Refusal(408, f"body: expected all of it within {self._seconds:g} seconds") from None
        except ClientDisconnect:
            self.let_go(size)
            raise Refusal(400, "body: cut off") from None
        except Refusal:
            self.let_go(size)
            raise
        return b"".join(parts)

    def let_go(self, size: int) -> None:
        """Say that a body is held no longer."""
        self.held -= size

    def _too_large(self) -> Refusal:
        return Refusal(
            413,
            f"body: expected at most {self._most} bytes; send less at once, or serve with a larger --max-body",
        )
