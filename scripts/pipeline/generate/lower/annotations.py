"""The Python type of a property where the generator cannot express it: Literals, plain mappings, and their lists."""

from __future__ import annotations

import re
from typing import cast

from attrs import frozen

from ...document.schemas import is_object
from ...document.tree import Json, is_list
from .references import References, members_of

__all__ = ["EXACT", "Annotations"]

_PYTHON = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}

#: Kinds of an answer that JSON has no form for: their type in Python, and their decoder.
EXACT = {
    ("number", "decimal"): ("Decimal", "decimal"),
    ("integer", "decimal"): ("Decimal", "decimal"),
    ("string", "decimal"): ("Decimal", "decimal"),
    ("string", "date"): ("datetime.date", "date"),
    ("string", "password"): ("Secret", "secret"),
}

#: What the generator would write otherwise.
_SPECIAL = re.compile(r"^(list\[)*(Literal|dict|Decimal|datetime\.date\b|Secret|File)")


@frozen
class Annotations:
    """Writes the Python types of one side. Text from the document reaches them only through ``repr``."""

    references: References
    answering: bool

    def annotation(self, schema: Json) -> str:
        """The Python type of a property that the generator cannot express, or nothing.

        It is given only where no class takes part: Literals, plain mappings, and lists and unions of those.
        """
        parts = self.parts(schema)
        if parts is None or not any(_SPECIAL.search(part) for part in parts):
            return ""
        return " | ".join(_type_order(parts))

    def parts(self, schema: Json) -> set[str] | None:
        """The members of the Python type of a schema; None where a class or an alias takes part."""
        schema = self.references.resolve(schema)
        if "x-class" in schema or is_object(schema):
            return None
        if "anyOf" in schema or "oneOf" in schema:
            return self._union(members_of(schema))
        if "enum" in schema:
            values = [value for value in schema["enum"] if isinstance(value, (str, int))]
            known = {f"Literal[{', '.join(map(repr, values))}]"} if values else set[str]()
            return {*known, _PYTHON.get(schema.get("type", ""), "Any")}
        if "const" in schema:
            return {f"Literal[{schema['const']!r}]"} if isinstance(schema["const"], str) else {"Any"}
        kind = schema.get("type")
        if is_list(kind):
            return self._union([{**schema, "type": one} for one in cast("list[str]", kind)])
        if kind == "array":
            inner = self.parts(schema.get("items", {}))
            return None if inner is None else {f"list[{' | '.join(_type_order(inner))}]"}
        if kind == "object":
            extra = schema.get("additionalProperties", True)
            inner = {"Any"} if extra is True else self.parts(extra)
            return None if inner is None else {f"dict[str, {' | '.join(_type_order(inner))}]"}
        if kind == "string" and schema.get("format") == "date-time":
            return None
        if kind == "string" and schema.get("format") == "binary" and not self.answering:
            return {"File", "bytes", "str"}  # a part of a form, or text in JSON
        exact = EXACT.get((str(kind), str(schema.get("format")))) if self.answering else None
        return {exact[0]} if exact else {_PYTHON.get(str(kind), "Any")}

    def _union(self, members: list[Json]) -> set[str] | None:
        united: set[str] = set()
        for parts in map(self.parts, members):
            if parts is None:
                return None
            united |= parts
        return united


def _type_order(parts: set[str]) -> list[str]:
    if "Any" in parts:
        return ["Any"]
    return sorted(parts, key=lambda part: (part == "None", not part.startswith("Literal"), part))
