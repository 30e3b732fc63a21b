"""Who gets in: the token, the name by which the server was called, and the page that a browser calls it from."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from gatewise.serving.refusal import Refusal

__all__ = ["Access", "is_loopback"]

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Access:
    """Decides on requests by their headers.

    Parameters
    ----------
    token : str or None
    local : bool
        Whether the server listens on this machine only: then, without a token, a name that is none of this machine's is
        that of a page that has turned its own name into this address.
    """

    def __init__(self, token: str | None, *, local: bool = False) -> None:
        self._token = None if token is None else token.encode()
        self._local = local

    def check(self, headers: Mapping[str, str]) -> None:
        """Let in who may.

        Raises
        ------
        Refusal
            401 without the token; 403 from a page of somebody else.
        """
        origin, host = headers.get("origin"), headers.get("host", "")
        if origin is not None and origin != "null" and _host_of(origin) != host.lower():
            raise Refusal(
                403, "Origin: expected a page of this server; call it from a program, or from its own pages"
            )
        if origin == "null":
            raise Refusal(403, "Origin: expected a page of this server, got one without a name")
        if self._token is None:
            if self._local and host and not is_loopback(_name_of(host)):
                raise Refusal(
                    403,
                    f"Host: expected {', '.join(LOOPBACK)}, as the server listens on this machine only; start it "
                    "with a token to call it by another name",
                )
            return
        if not self._knows(headers.get("authorization", "")):
            raise Refusal(
                401, "Authorization: expected Bearer and the token that the server was started with"
            )

    def _knows(self, header: str) -> bool:
        """Compare in a time that says nothing of how much of it was right."""
        kind, _, value = header.strip().partition(" ")
        given = value.strip().encode("latin-1", "replace")
        if kind.lower() == "basic":
            # As browsers ask for it: any name, and the token as the password.
            try:
                given = base64.b64decode(given, validate=True).partition(b":")[2]
            except binascii.Error:
                given = b""
        elif kind.lower() != "bearer":
            given = b""
        # Of hashes, which are equally long.
        return hmac.compare_digest(
            hashlib.sha256(given).digest(), hashlib.sha256(self._token or b"").digest()
        )


def is_loopback(name: str) -> bool:
    """Return whether a name is one of this machine for itself."""
    return name.lower() in LOOPBACK or (name.startswith("127.") and name.replace(".", "").isdigit())


def _host_of(origin: str) -> str:
    """Return host and port of an origin; empty where it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name_of(host: str) -> str:
    """Return the host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host
