"""Values that a JSON Schema allows, as hypothesis draws them; the keywords are those that annotations lead to.

Not a test.
"""

from __future__ import annotations

import base64
import json
import string
from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

__all__ = ["values_of"]

Json = dict[str, Any]

texts = st.text(string.ascii_letters + 'ü"\\\n ', max_size=6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
offsets = st.sampled_from(["", "Z", "z", "+02:00", "-0930"])
digits = st.integers(0, 10**4)

FORMATS: Mapping[str, st.SearchStrategy[str]] = {
    "date": st.dates(date(2000, 1, 1)).map(str),
    "date-time": st.builds(lambda moment, offset: moment.isoformat() + offset, st.datetimes(), offsets),
    "duration": st.builds("P{}DT{}H{}M{}.5S".format, digits, digits, digits, digits)
    | st.builds("-P{}W".format, digits),
    "path": texts,
    "time": st.builds(lambda moment, offset: moment.isoformat() + offset, st.times(), offsets),
    "uuid": st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper()),
}


Definitions = Mapping[str, st.SearchStrategy[Any]]


def values_of(schema: Json) -> st.SearchStrategy[Any]:
    """The values that a schema allows."""
    definitions: dict[str, st.SearchStrategy[Any]] = {}
    for name, one in schema.get("$defs", {}).items():
        definitions[name] = st.deferred(lambda one=one: _values(one, definitions))
    return _values(schema, definitions)


def _values(schema: Json, definitions: Definitions) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return definitions[schema["$ref"].removeprefix("#/$defs/")]
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return st.one_of([_values(one, definitions) for one in schema[union]])
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])
    match schema.get("type"):
        case "object":
            return _objects(schema, definitions)
        case "array":
            return _arrays(schema, definitions)
        case "string":
            return _strings(schema)
        case "integer":
            whole = _integers(schema)
            return whole | whole.filter(lambda one: abs(one) < 2**53).map(float)
        case "number":
            return st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            return anything


def _objects(schema: Json, definitions: Definitions) -> st.SearchStrategy[Json]:
    if "properties" in schema:
        members = {name: _values(one, definitions) for name, one in schema["properties"].items()}
        required = {name: members.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(required, optional=members)
    names = schema.get("propertyNames", {})
    keys = _values({**names, "type": "string"}, definitions)
    values = _values(schema.get("additionalProperties", {}), definitions)
    return st.dictionaries(keys, values, min_size=schema.get("minProperties", 0), max_size=_most(schema))


def _most(schema: Json) -> int:
    """So many items or members that what holds itself comes to an end."""
    return 1 if "$ref" in json.dumps(schema) else 3


def _arrays(schema: Json, definitions: Definitions) -> st.SearchStrategy[list[Any]]:
    if "prefixItems" in schema:
        return st.tuples(*(_values(one, definitions) for one in schema["prefixItems"])).map(list)
    unique = schema.get("uniqueItems", False)
    # A set can hold less than an array can, which no schema says.
    items = _values(schema.get("items", {"type": "string"} if unique else {}), definitions)
    least, most = schema.get("minItems", 0), schema.get("maxItems", _most(schema))
    return st.lists(items, min_size=least, max_size=most, unique_by=_identity if unique else None)


def _strings(schema: Json) -> st.SearchStrategy[str]:
    if "format" in schema:
        return FORMATS[schema["format"]]
    if "contentEncoding" in schema:
        return st.binary(max_size=9).map(lambda data: base64.b64encode(data).decode())
    if "pattern" in schema:
        # Where a schema ends, Python would take a line break too.
        return st.from_regex(schema["pattern"].replace("$", r"\Z"))
    return texts


def _integers(schema: Json) -> st.SearchStrategy[int]:
    least, most = schema.get("minimum"), schema.get("maximum")
    least = schema["exclusiveMinimum"] + 1 if "exclusiveMinimum" in schema else least
    most = schema["exclusiveMaximum"] - 1 if "exclusiveMaximum" in schema else most
    factor = schema.get("multipleOf", 1)
    return st.integers(least, most).filter(lambda one: one % factor == 0)


def _identity(value: Any) -> str:
    """What tells JSON values apart: 1 is 1.0, and 0 is -0.0, but true is not 1."""
    return json.dumps(_with_floats(value), sort_keys=True)


def _with_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_floats(member) for name, member in value.items()}
    return value + 0.0 if type(value) in (int, float) and abs(value) < 2**53 else value
