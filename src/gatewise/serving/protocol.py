"""Requests and answers of the Open Inference Protocol: a JSON document, and with Triton's extension bytes behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from gatewise.serving.fields import check_names
from gatewise.serving.parts import orjson
from gatewise.serving.refusal import Refusal
from gatewise.serving.sessions import Asked
from gatewise.serving.tensors import DATATYPES, Tensor, from_bytes, from_json, shape_from, to_bytes, to_json
from gatewise.validation import near

__all__ = ["HEADER_LENGTH", "InferRequest", "asked_of", "json_bytes", "parse_json", "read_request", "written"]

Array = NDArray[Any]
HEADER_LENGTH = "inference-header-content-length"
MOST_NAME = 256
MOST_KEY = 128
MOST_NUMBER = 2**63 - 1
# Those of a model are beside them. What asks for an order or a time limit of a queue changes nothing here.
PARAMETERS: dict[str, tuple[type, ...]] = {
    "sequence_id": (int, str),
    "sequence_start": (bool,),
    "sequence_end": (bool,),
    "sequence_step": (int,),
    "step": (bool,),
    "binary_data_output": (bool,),
    "priority": (int,),
    "timeout": (int,),
}
KEYS = ("id", "parameters", "inputs", "outputs")


@dataclass(frozen=True)
class InferRequest:
    """A request as it was read.

    Attributes
    ----------
    inputs : list of Tensor
    parameters : dict
    outputs : dict of str to bool, or None
        Which are asked for, and whether as bytes; ``None``: all.
    binary : bool
        Whether outputs come as bytes that are not named.
    id : str or None
    """

    inputs: list[Tensor]
    parameters: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, bool] | None = None
    binary: bool = False
    id: str | None = None


def parse_json(body: bytes | memoryview | str) -> dict[str, Any]:
    """Return the object that a body holds.

    Raises
    ------
    Refusal
        It is no JSON, or no object.
    """
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Refusal(400, f"body: expected JSON, got something else at {place}") from None
    if not isinstance(found, dict):
        raise Refusal(400, f"body: expected a JSON object, got a {type(found).__name__}")
    return found


def json_bytes(value: Any) -> bytes:
    """Return JSON, arrays included; infinity and NaN become ``null``."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def read_request(body: bytes, header_length: str | None, own: Mapping[str, tuple[type, ...]]) -> InferRequest:
    """Read a request.

    Parameters
    ----------
    body : bytes
    header_length : str or None
        Bytes of the JSON in it, where other bytes follow.
    own : dict of str to tuple of types
        Parameters of the model.

    Raises
    ------
    Refusal
        It is not what the protocol says.
    """
    view = memoryview(body)
    head, rest = (view, view[:0]) if header_length is None else _split(view, header_length)
    document = parse_json(head)
    check_names(list(document), KEYS, "keys")
    parameters = _parameters(document.get("parameters", {}), {**PARAMETERS, **own})
    inputs = []
    for one in _objects(document.get("inputs", []), "inputs"):
        tensor, rest = _tensor(one, rest)
        inputs.append(tensor)
    if len(rest):
        raise Refusal(400, f"body: {len(rest)} bytes stand behind the last input")
    binary = parameters.get("binary_data_output", False)
    outputs = None
    if document.get("outputs"):
        outputs = {}
        for one in _objects(document["outputs"], "outputs"):
            name = _name(one, "outputs")
            outputs[name] = _parameters(one.get("parameters", {}), {"binary_data": (bool,)}).get(
                "binary_data", binary
            )
    request_id = document.get("id")
    if request_id is not None and not (isinstance(request_id, str) and len(request_id) <= MOST_NAME):
        raise Refusal(400, f"id: expected text of at most {MOST_NAME} characters")
    return InferRequest(inputs, parameters, outputs, binary, request_id)


def _split(view: memoryview, header_length: str) -> tuple[memoryview, memoryview]:
    whole = header_length.isascii() and header_length.isdigit() and len(header_length) < 16
    if not whole or int(header_length) > len(view):
        raise Refusal(
            400, f"Inference-Header-Content-Length: expected a number up to the {len(view)} bytes of the body"
        )
    length = int(header_length)
    return view[:length], view[length:]


def _tensor(one: dict[str, Any], rest: memoryview) -> tuple[Tensor, memoryview]:
    name, datatype = _name(one, "inputs"), one.get("datatype")
    if not isinstance(datatype, str) or datatype not in DATATYPES:
        raise Refusal(400, f"inputs: {name}: datatype: expected one of {', '.join(DATATYPES)}")
    shape = shape_from(name, one.get("shape"))
    parameters = _parameters(one.get("parameters", {}), {"binary_data_size": (int,)})
    if "binary_data_size" not in parameters:
        return Tensor(name, from_json(name, datatype, shape, one.get("data"))), rest
    size = parameters["binary_data_size"]
    if not 0 <= size <= len(rest):
        raise Refusal(400, f"inputs: {name}: expected {size} bytes behind the JSON, got {len(rest)}")
    return Tensor(name, from_bytes(name, datatype, shape, rest[:size])), rest[size:]


def _objects(value: Any, what: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refusal(400, f"{what}: expected a list of objects")
    return value


def _name(one: dict[str, Any], what: str) -> str:
    name = one.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAME:
        raise Refusal(400, f"{what}: name: expected text of at most {MOST_NAME} characters")
    return name


def _parameters(value: Any, known: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(400, "parameters: expected an object")
    for name, one in value.items():
        if name not in known:
            better = near(name[:64], known) or f"expected some of {', '.join(known)}"
            raise Refusal(400, f"parameters: {name[:64]}: no such parameter; {better}")
        if type(one) not in known[name]:
            words = " or ".join(kind.__name__ for kind in known[name])
            raise Refusal(400, f"parameters: {name}: expected {words}, got {type(one).__name__}")
    return value


def asked_of(parameters: Mapping[str, Any]) -> Asked | None:
    """Return what a request asks of a session; ``None`` where it names none.

    Raises
    ------
    Refusal
        The session has no possible name, or the number is none.
    """
    key = parameters.get("sequence_id", 0)
    if type(key) not in (int, str):
        raise Refusal(400, f"sequence_id: expected a number from 1, or text, got {type(key).__name__}")
    if key in (0, ""):
        for name in ("sequence_start", "sequence_end", "sequence_step"):
            if parameters.get(name):
                raise Refusal(400, f"{name}: has a meaning only with a sequence_id")
        return None
    if isinstance(key, str) and len(key) > MOST_KEY:
        raise Refusal(400, f"sequence_id: expected text of at most {MOST_KEY} characters, got {len(key)}")
    if isinstance(key, int) and not 0 < key < 2**64:
        raise Refusal(400, "sequence_id: expected a number from 1 to 2**64 - 1")
    number = parameters.get("sequence_step")
    if number is not None and not (type(number) is int and 0 <= number <= MOST_NUMBER):
        raise Refusal(400, "sequence_step: expected a number from 0")
    flags = parameters.get("sequence_start", False), parameters.get("sequence_end", False)
    if not all(type(flag) is bool for flag in flags):
        raise Refusal(400, "sequence_start, sequence_end: expected true or false")
    return Asked(key, *flags, number)


def written(
    request: InferRequest,
    name: str,
    version: str,
    outputs: Mapping[str, Array],
    parameters: Mapping[str, Any],
) -> tuple[bytes, int | None]:
    """Return the body of an answer, and the bytes of its JSON where others follow.

    Raises
    ------
    Refusal
        An output is asked for that there is not.
    """
    wanted = dict.fromkeys(outputs, request.binary) if request.outputs is None else request.outputs
    check_names(list(wanted), outputs, "outputs")
    described, behind = [], []
    for one, binary in wanted.items():
        tensor = Tensor(one, outputs[one])
        if binary:
            behind.append(to_bytes(tensor.array))
            described.append(
                {
                    "name": one,
                    "datatype": tensor.datatype,
                    "shape": list(tensor.array.shape),
                    "parameters": {"binary_data_size": len(behind[-1])},
                }
            )
        else:
            described.append(to_json(tensor))
    document: dict[str, Any] = {"model_name": name, "model_version": version}
    if request.id is not None:
        document["id"] = request.id
    if parameters:
        document["parameters"] = dict(parameters)
    head = json_bytes(document | {"outputs": described})
    return (b"".join([head, *behind]), len(head)) if behind else (head, None)
