"""The addresses of a server as OpenAPI describes them."""

from __future__ import annotations

from typing import Any

from gatewise.serving.config import ServingConfig
from gatewise.serving.tensors import DATATYPES
from gatewise.version import __version__

__all__ = ["REFUSALS", "VERSION", "document", "operations"]

MODEL = "/v2/models/{name}"
VERSION = MODEL + "/versions/{version}"
STREAM = (
    "WebSocket. A message is one step, or several, of one session, or of many, and is answered by one message. Text "
    "is JSON: id, sequence_id, sequence_start, sequence_end, sequence_step, inputs; the answer has id and outputs, or "
    "error and status. The binary form is described in the documentation."
)
_GET: dict[str, tuple[str, str]] = {
    "/v2": ("What serves", "Name, version and extensions of the server."),
    "/v2/health/live": ("Whether it runs", ""),
    "/v2/health/ready": ("Whether it takes requests", "503 while it stops."),
    MODEL: ("What a model takes and gives", "Of the latest version; step says how it goes step by step."),
    f"{MODEL}/ready": ("Whether a model takes requests", ""),
    f"{MODEL}/stream": ("A stream of steps", STREAM),
    "/metrics": ("What was counted", "For Prometheus."),
    "/openapi.json": ("This description", ""),
    "/docs": ("This description, to be read", ""),
    "/ui": ("A page to try a model on", ""),
}
_POST: dict[str, tuple[str, str]] = {
    f"{MODEL}/infer": (
        "Answers",
        "Whole sequences; with a sequence_id one step, or several, of a session whose state the server keeps; with the "
        "parameter step the same, where states are further inputs, which may be left out at the beginning, and come "
        "back as further outputs. Tensors stand in JSON, or as Triton's binary extension has them.",
    ),
    f"{MODEL}/trace": ("Gates and states", "What the cells did with the first sequence, for the page."),
    "/v2/repository/index": ("All models", ""),
}
REFUSALS = {
    "400": "it is not what is expected",
    "401": "no token, or another one",
    "403": "from a page of somebody else",
    "404": "no such model, version or session",
    "408": "the body took too long",
    "409": "a step before or after its turn",
    "413": "too large, or too long",
    "415": "a compressed body",
    "503": "too many sessions or requests, or the server stops",
}


def operations() -> list[tuple[str, str, str, str]]:
    """Return method, address, what it gives, and more of it."""
    found = []
    for method, paths in (("GET", _GET), ("POST", _POST)):
        for path, (summary, more) in paths.items():
            found.append((method, path, summary, more))
            if path.startswith(MODEL):
                found.append((method, path.replace(MODEL, VERSION), f"{summary}, of a version", more))
    return found


def document(config: ServingConfig) -> dict[str, Any]:
    """Return the description."""
    paths: dict[str, Any] = {}
    for method, path, summary, more in operations():
        operation: dict[str, Any] = {
            "summary": summary,
            "description": more,
            "operationId": f"{method.lower()}{path.replace('/', '_').replace('{', '').replace('}', '')}",
            "responses": {"200": {"description": "done"}}
            | {
                status: {"description": why, "content": _content("Error")} for status, why in REFUSALS.items()
            },
        }
        names = [name for name in ("name", "version") if f"{{{name}}}" in path]
        if names:
            operation["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ]
        if path.endswith(("/infer", "/trace")):
            operation["requestBody"] = {"required": True, "content": _content("Request")}
        if path.endswith("/infer"):
            operation["responses"]["200"]["content"] = _content("Answer")
        paths.setdefault(path, {})[method.lower()] = operation
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "gatewise", "version": __version__, "summary": "Recurrent networks as a service"},
        "paths": paths,
        "components": {"schemas": _schemas()},
    }
    if config.token is not None:
        found["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic"},
        }
        found["security"] = [{"bearer": []}, {"basic": []}]
    return found


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _schemas() -> dict[str, Any]:
    text, whole = {"type": "string"}, {"type": "integer"}
    flag = {"type": "boolean"}
    tensor = {
        "type": "object",
        "required": ["name", "datatype", "shape"],
        "properties": {
            "name": text,
            "datatype": {"enum": list(DATATYPES)},
            "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
            "data": {"type": "array"},
            "parameters": {"type": "object", "properties": {"binary_data_size": whole}},
        },
    }
    wanted = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": text, "parameters": {"type": "object", "properties": {"binary_data": flag}}},
    }
    parameters = {
        "type": "object",
        "properties": {
            "sequence_id": {"oneOf": [{"type": "integer", "minimum": 0}, text]},
            "sequence_start": flag,
            "sequence_end": flag,
            "sequence_step": {"type": "integer", "minimum": 0},
            "step": flag,
            "binary_data_output": flag,
        },
    }
    return {
        "Tensor": tensor,
        "Request": {
            "type": "object",
            "properties": {
                "id": text,
                "parameters": parameters,
                "inputs": {"type": "array", "items": {"$ref": "#/components/schemas/Tensor"}},
                "outputs": {"type": "array", "items": wanted},
            },
        },
        "Answer": {
            "type": "object",
            "required": ["model_name", "model_version", "outputs"],
            "properties": {
                "model_name": text,
                "model_version": text,
                "id": text,
                "parameters": {"type": "object"},
                "outputs": {"type": "array", "items": {"$ref": "#/components/schemas/Tensor"}},
            },
        },
        "Error": {"type": "object", "required": ["error"], "properties": {"error": text}},
    }
