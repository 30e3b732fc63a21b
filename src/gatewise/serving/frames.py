"""Messages of a stream: text, which is JSON, and a binary form that is little more than its numbers.

Binary, all numbers little-endian. A request::

    u8   71           u8  version, 1      u8  bit 0: requests are numbered    u8  0
    u32  message id, which the answer repeats
    u32  sequences    u32 steps
    u64  sequence id, of each
    u8   bit 0: start, bit 1: end, of each; filled up with zeros to a multiple of 8 bytes
    u64  number of the request in its sequence, of each; only where they are numbered
    …    each input in the order of the metadata, (sequences, steps, …), row by row

An answer::

    u8   71           u8  version, 1      u16 0, or a status of HTTP
    u32  message id   u32 sequences       u32 steps
    …    each output in the order of the metadata; where the status is not 0, a line of UTF-8 in their place
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gatewise.serving.fields import Described, check_names
from gatewise.serving.protocol import asked_of, json_bytes, parse_json
from gatewise.serving.refusal import Refusal
from gatewise.serving.sessions import Asked
from gatewise.serving.stepping import Stepping
from gatewise.serving.tensors import DATATYPES, from_json, to_bytes

__all__ = ["BINARY", "TEXT", "Form", "StepMessage", "message_id_of"]

Array = NDArray[Any]
MAGIC, VERSION = 71, 1
NUMBERED, START, END = 1, 1, 2
_REQUEST = struct.Struct("<BBBxIII")
_ANSWER = struct.Struct("<BBHIII")
KEYS = ("id", "sequence_id", "sequence_start", "sequence_end", "sequence_step", "inputs")
MOST_SEQUENCES = 2**20


@dataclass(frozen=True)
class StepMessage:
    """Steps that a message of a stream asks for.

    Attributes
    ----------
    id : object
        What the answer repeats.
    asked : list of Asked
    inputs : dict of str to array
        (sequences, …) or (sequences, steps, …).
    single : bool
        Whether it speaks of one sequence, without an axis for several.
    """

    id: Any
    asked: list[Asked]
    inputs: dict[str, Array]
    single: bool = False


class Form:
    """How messages are written: read a request, write an answer or an error."""

    @staticmethod
    def read(message: Any, stepping: Stepping) -> StepMessage:
        """Return what a message asks for.

        Raises
        ------
        Refusal
            It is not as it should be.
        """
        raise NotImplementedError

    @staticmethod
    def answer(asked: StepMessage, outputs: Mapping[str, Array], timed: bool) -> Any:
        """Return the message with outputs, (sequences, steps, …)."""
        raise NotImplementedError

    @staticmethod
    def error(message_id: Any, refusal: Refusal) -> Any:
        """Return the message that says why nothing was stepped."""
        raise NotImplementedError


class _Text(Form):
    @staticmethod
    def read(message: Any, stepping: Stepping) -> StepMessage:
        inputs = (*stepping.inputs, *([stepping.text] if stepping.text is not None else []))
        document = parse_json(message)
        check_names(list(document), KEYS, "keys")
        given = document.get("inputs", {})
        if not isinstance(given, dict):
            raise Refusal(400, "inputs: expected an object of names and numbers")
        check_names(list(given), [one.name for one in inputs], "inputs")
        keys = document.get("sequence_id")
        single = not isinstance(keys, list)
        asked = [_one(document, key, place) for place, key in enumerate([keys] if single else keys or [])]
        if not 0 < len(asked) <= MOST_SEQUENCES:
            raise Refusal(400, f"sequence_id: expected 1 to {MOST_SEQUENCES} sequences, got {len(asked)}")
        arrays = {one.name: _array(one, given[one.name], single) for one in inputs if one.name in given}
        return StepMessage(document.get("id"), asked, arrays, single)

    @staticmethod
    def answer(asked: StepMessage, outputs: Mapping[str, Array], timed: bool) -> str:
        found = {name: one if timed else one[:, 0] for name, one in outputs.items()}
        if asked.single:
            found = {name: one[0] for name, one in found.items()}
        document = {
            "id": asked.id,
            "outputs": {name: np.ascontiguousarray(one) for name, one in found.items()},
        }
        return json_bytes(document).decode()

    @staticmethod
    def error(message_id: Any, refusal: Refusal) -> str:
        return json_bytes({"id": message_id, "error": str(refusal), "status": refusal.status}).decode()


def _one(document: dict[str, Any], key: Any, place: int) -> Asked:
    """Return what is asked of one sequence: flags and numbers are of all, or lists with one for each."""
    parameters = {"sequence_id": key}
    for name in ("sequence_start", "sequence_end", "sequence_step"):
        value = document.get(name)
        if isinstance(value, list):
            if place >= len(value):
                raise Refusal(400, f"{name}: expected one for each sequence")
            value = value[place]
        if value is not None:
            parameters[name] = value
    asked = asked_of(parameters)
    if asked is None:
        raise Refusal(400, "sequence_id: expected a number from 1, or text")
    return asked


def _array(one: Described, given: Any, single: bool) -> Array:
    data = [given] if single else given
    try:
        shape = np.shape(data)
    except (ValueError, RecursionError):
        raise Refusal(400, f"inputs: {one.name}: expected equally long lists") from None
    return from_json(one.name, one.datatype, shape, data)


class _Binary(Form):
    @staticmethod
    def read(message: Any, stepping: Stepping) -> StepMessage:
        inputs = stepping.inputs
        if len(message) < _REQUEST.size:
            raise Refusal(400, f"message: expected at least {_REQUEST.size} bytes, got {len(message)}")
        magic, version, bits, message_id, count, steps = _REQUEST.unpack_from(message)
        if (magic, version) != (MAGIC, VERSION):
            raise Refusal(400, f"message: expected bytes {MAGIC}, {VERSION} first, got {magic}, {version}")
        if not 0 < count <= MOST_SEQUENCES or not steps:
            raise Refusal(400, "message: expected at least one sequence and one step")
        numbered = bits & NUMBERED
        head = _REQUEST.size + 8 * count + 8 * math.ceil(count / 8) + (8 * count if numbered else 0)
        shapes = {one.name: (count, steps, *one.shape[1:]) for one in inputs}
        sizes = {one.name: math.prod(shapes[one.name]) * DATATYPES[one.datatype].itemsize for one in inputs}
        expected, alone = head + sum(sizes.values()), head
        if len(message) not in (expected, alone):
            raise Refusal(
                400,
                f"message: expected {expected} bytes for {count} sequences and {steps} steps, got {len(message)}",
            )
        place = _REQUEST.size
        keys = struct.unpack_from(f"<{count}Q", message, place)
        flags = message[place + 8 * count : place + 9 * count]
        numbers: Sequence[int | None] = (
            struct.unpack_from(f"<{count}Q", message, head - 8 * count) if numbered else [None] * count
        )
        if 0 in keys or max(flags) > START + END or any(one is not None and one >= 2**63 for one in numbers):
            raise Refusal(400, "message: expected ids from 1, flags from 0 to 3, and numbers below 2**63")
        asked = [
            Asked(key, flag & START > 0, flag & END > 0, number)
            for key, flag, number in zip(keys, flags, numbers, strict=True)
        ]
        arrays: dict[str, Array] = {}
        place = head
        for one in inputs if len(message) == expected else ():
            dtype = DATATYPES[one.datatype]
            found = np.frombuffer(message, dtype, math.prod(shapes[one.name]), place)
            arrays[one.name] = found.reshape(shapes[one.name]).copy()
            place += sizes[one.name]
        return StepMessage(message_id, asked, arrays)

    @staticmethod
    def answer(asked: StepMessage, outputs: Mapping[str, Array], timed: bool) -> bytes:  # noqa: ARG004 - always
        steps = next(iter(outputs.values())).shape[1] if outputs else 0
        head = _ANSWER.pack(MAGIC, VERSION, 0, asked.id, len(asked.asked), steps)
        return b"".join([head, *(to_bytes(one) for one in outputs.values())])

    @staticmethod
    def error(message_id: Any, refusal: Refusal) -> bytes:
        return _ANSWER.pack(MAGIC, VERSION, refusal.status, message_id or 0, 0, 0) + str(refusal).encode()


TEXT, BINARY = _Text, _Binary


def message_id_of(message: str | bytes) -> Any:
    """Return the id of a message that could not be read, as far as it can be."""
    if isinstance(message, bytes):
        return _REQUEST.unpack_from(message)[3] if len(message) >= _REQUEST.size else 0
    try:
        return parse_json(message).get("id")
    except Refusal:
        return None
