"""The JSON schema of ``comparison.json``, made from the evidence.

::

    python -m gatewise.verdict.schema docs/comparison.schema.json    # writes it anew
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from gatewise.verdict.evidence import Evidence

__all__ = ["comparison_schema"]

WRITTEN_OUT = ["Infinity", "-Infinity", "NaN"]


class _AsWritten(GenerateJsonSchema):
    """The schema of what is written, which files of earlier versions meet, too."""

    def float_schema(self, schema: core_schema.FloatSchema) -> JsonSchemaValue:
        return {"anyOf": [super().float_schema(schema), {"enum": WRITTEN_OUT}]}

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,  # noqa: ARG002 - of typed dictionaries
    ) -> bool:
        # What has a default has come since the first version of the format.
        return bool(field["schema"]["type"] != "default")

    def computed_field_schema(self, schema: core_schema.ComputedField) -> JsonSchemaValue:
        # It follows from the rest and is never read; earlier versions made something else of the same.
        found = super().computed_field_schema(schema)
        return {name: found[name] for name in ("title", "description", "readOnly") if name in found}


def comparison_schema() -> dict[str, Any]:
    """The schema of the file, in the dialect of 2020-12."""
    schema = Evidence.model_json_schema(mode="serialization", schema_generator=_AsWritten)
    for part in schema["$defs"].values():
        computed = {name for name, one in part.get("properties", {}).items() if one.get("readOnly")}
        if computed:
            part["required"] = [name for name in part["required"] if name not in computed]
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "comparison.json of gatewise",
        **{name: part for name, part in schema.items() if name != "title"},
    }


if __name__ == "__main__":
    text = json.dumps(comparison_schema(), indent=1, ensure_ascii=False) + "\n"
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
