"""What a client is told that asked for something that cannot be."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(Exception):  # noqa: N818 - it is no error of the server
    """A request is refused: a status of HTTP, and one line on what was expected, what came, and what to do.

    Attributes
    ----------
    status : int
    """

    def __init__(self, status: int, message: str) -> None:
        # What a client has sent stands in it, and may hold anything.
        super().__init__("".join(one if one.isprintable() else " " for one in message))
        self.status = status
