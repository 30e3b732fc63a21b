"""What a server allows, and what it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from gatewise.validation import Options, seconds_from

__all__ = ["ServingConfig"]


class ServingConfig(Options):
    """Limits of a server, and where it keeps sessions while it is not running.

    Attributes
    ----------
    max_sessions : int, default 10000
        Sessions of one model that are open at once; one more is refused.
    idle_seconds : float or str, default 600
        A session that nobody steps for so long is forgotten; a connection on which nothing comes, or whose client does
        not read, for so long is closed. In seconds, or as ``"90s"``, ``"10m"``, ``"1h"``.
    max_body : int, default 16777216
        Bytes of a request, or of a message of a stream.
    max_length : int, default 10000
        Steps of a sequence in one request, and symbols that a language model writes.
    token : str or None
        Whoever comes without it is refused; ``None``: nobody is asked.
    state_folder : path or None
        Where sessions are written when the server stops, and read when it starts; ``None``: they end with it.
    """

    max_sessions: int = Field(default=10_000, ge=1, description="Sessions of one model open at once.")
    idle_seconds: Annotated[float, BeforeValidator(seconds_from)] = Field(
        default=600.0,
        description="Time, such as 90s or 10m, after which what nobody uses is closed: a session, a connection.",
    )
    max_body: int = Field(default=16 * 2**20, ge=1024, description="Bytes of one request or message.")
    max_length: int = Field(default=10_000, ge=1, description="Steps of a sequence in one request.")
    token: str | None = Field(
        default=None,
        description="Asked of every client; GATEWISE_TOKEN in the environment says it, too, unseen by ps.",
    )
    state_folder: Path | None = Field(
        default=None, description="Folder where sessions wait while the server does not run."
    )

    @field_validator("token")
    @classmethod
    def _some_token(cls, token: str | None) -> str | None:
        if token is not None and not (token.isascii() and token.isprintable() and token and " " not in token):
            raise ValueError("expected ASCII letters, digits and signs, without spaces")
        return token
