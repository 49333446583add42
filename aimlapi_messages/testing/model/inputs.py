"""Makes JSON, such as the input of a tool call, from its JSON Schema and the words of the question.

It is validated, so that it always matches the schema. Bounds, lengths, simple patterns, formats, `allOf`,
`anyOf`, `oneOf`, references, tuples and unique items are supported. Otherwise, as with `not` and `if`, the error names
the first keyword that is not satisfied. The work is bounded for any schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain, count
from math import isfinite
from typing import Any, cast

from jsonschema import Draft202012Validator, exceptions, validators
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from ..document.json_values import as_list, as_object, as_text
from . import values, words

# The limit of values in an input, including the alternatives that were tried.
_MOST_VALUES = 2_000
_MOST_CHARACTERS = 100_000
_MOST_REFERENCES = 50_000
_MOST_TRIES = 250
# From the first depth on, only required values are made; from the second on, none.
_DEEP = 8
_DEEPEST = 24
# Fields that get the whole question instead of a name in it.
_WHOLE_QUESTION = {"content", "message", "prompt", "query", "question", "request", "search", "text"}
_JOINED = ("$ref", "allOf", "anyOf", "oneOf")
_KEYWORDS = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "uniqueItems"),
    "number": ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
}
_TOO_LARGE = f"its schema requires more than {_MOST_VALUES:,} values or {_MOST_CHARACTERS:,} characters"


class UnsupportedSchemaError(ValueError):
    """Nothing can be made for a schema. The message gives the reason."""


class _TooManyReferencesError(Exception):
    """Validation followed more references than any reasonable schema needs."""


def make_input(schema: dict[str, Any], question: str) -> dict[str, Any]:
    """A valid input for `schema`: its required properties, and the optional ones that the question gives a value for.

    Raises UnsupportedSchemaError if no valid input can be made.
    """
    return as_object(make_value(schema, question, {"allOf": [{"type": "object"}, schema]}))


def make_value(schema: dict[str, Any], question: str, root: dict[str, Any] | None = None) -> Any:
    """A valid value for `schema`, or for a `root` that refers to it. Raises UnsupportedSchemaError if there is none."""
    maker, root = _InputMaker(schema, question), root or schema
    try:
        value = maker.make(root, "")
        error = maker.check(value, root)
    except Unresolvable as failure:
        raise UnsupportedSchemaError(f"the keyword '$ref' refers to {failure.ref!r}, which is missing") from failure
    except (RecursionError, _TooManyReferencesError) as failure:
        raise UnsupportedSchemaError("the references of its schema are endless") from failure
    except re.error as failure:
        raise UnsupportedSchemaError("the keyword 'pattern' is not a valid regular expression in Python") from failure
    except (OverflowError, ValueError) as failure:
        raise UnsupportedSchemaError("a number in its schema is too large") from failure
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "the root"
        unmet = f"the keyword '{error.validator or 'false'}' at {where} is not supported"
        raise UnsupportedSchemaError(_TOO_LARGE if maker.exhausted else unmet)
    return value


class _InputMaker:
    """Walks one schema. Each name and number of the question is used once, except that the last one is reused."""

    def __init__(self, schema: dict[str, Any], question: str) -> None:
        self._question = question
        self._names = words.names(question) or words.quoted(question)
        self._numbers = [number for number in words.numbers(question) if isfinite(number)]
        self._values_left = _MOST_VALUES
        self._characters_left = _MOST_CHARACTERS
        empty: Registry[Any] = Registry[Any]()
        resource: Resource[Any] = DRAFT202012.create_resource(schema)
        self._resolver = empty.with_resource("", resource).resolver()
        # An explicit registry keeps the validator from fetching references over the network.
        self._validator: Any = _counting_validator()(schema, registry=empty)

    @property
    def exhausted(self) -> bool:
        """Whether a limit is reached; from then on, only minimal values are made."""
        return self._values_left <= 0 or self._characters_left <= 0

    def check(self, value: Any, schema: Any) -> ValidationError | None:
        """The most relevant error of a value, or None if it is valid."""
        errors = self._validator.evolve(schema=schema).iter_errors(value)
        return cast("ValidationError | None", cast("Any", exceptions).best_match(errors))

    def make(self, schema: Any, name: str, depth: int = 0) -> Any:
        """A value for a schema, valid if one was found. `name` is the property's."""
        rejected: list[Any] = []
        valid = next(([value] for value in self._fitting(schema, name, depth, rejected)), rejected)
        return valid[0] if valid else None

    def _fitting(self, schema: Any, name: str, depth: int, rejected: list[Any] | None = None) -> Iterator[Any]:
        """Yield valid values for a schema; invalid candidates are appended to `rejected`."""
        validator = self._validator.evolve(schema=schema)
        for flat in self._flatten(schema, depth, 0):
            tries = 0
            for value in self._candidates(flat, name, depth):
                tries += 1
                if validator.is_valid(value):
                    tries = 0
                    self._values_left -= 1
                    yield value
                elif rejected is not None:
                    rejected.append(value)
                if self.exhausted or tries == _MOST_TRIES:
                    break
            self._values_left -= tries
            if self.exhausted:
                break

    def _flatten(self, schema: Any, depth: int, level: int) -> Iterator[dict[str, Any]]:
        """Yield equivalents of a schema without references and unions, one per combination of alternatives."""
        if schema is False or level > _DEEPEST:
            return
        node = as_object(schema)
        own = {key: value for key, value in node.items() if key not in _JOINED}
        groups = [[part] for part in as_list(node.get("allOf"))]
        if "$ref" in node:
            groups.append([self._resolver.lookup(as_text(node["$ref"])).contents])
        for key in ("anyOf", "oneOf"):
            if key in node:
                groups.append(sorted(as_list(node[key]), key=_is_null, reverse=depth >= _DEEP))
        yield from self._combine(own, groups, depth, level + 1)

    def _combine(
        self, base: dict[str, Any], groups: list[list[Any]], depth: int, level: int
    ) -> Iterator[dict[str, Any]]:
        """Yield `base` merged with one schema of each group, for every combination."""
        if not groups:
            yield base
            return
        for option in groups[0]:
            for flat in self._flatten(option, depth, level):
                self._values_left -= 1
                yield from self._combine(values.merge(base, flat), groups[1:], depth, level)
                if self.exhausted:
                    return

    def _candidates(self, schema: dict[str, Any], name: str, depth: int) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
            return
        if "enum" in schema:
            mentioned = self._mentioned(schema, depth)
            yield from [] if mentioned is None else [mentioned]
            yield from as_list(schema["enum"])
            return
        if "default" in schema:
            yield schema["default"]
        for kind in _types_of(schema):
            match kind:
                case "object":
                    yield from self._objects(schema, depth)
                case "array":
                    yield from self._arrays(schema, name, depth)
                case "integer" | "number":
                    yield from values.numbers(schema, self._next_number(), integers=kind == "integer")
                case "boolean":
                    yield from (True, False)
                case "null":
                    yield None
                case _:
                    yield from self._strings(schema, name)

    def _objects(self, schema: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        """Yield an object, then the same with one member changed."""
        if depth >= _DEEPEST or self.exhausted:
            yield {}
            return
        properties = as_object(schema.get("properties"))
        required = as_list(schema.get("required"))
        least = int(schema.get("minProperties", 0))
        result: dict[str, Any] = {}
        for name in dict.fromkeys([*properties, *required]):
            part = _member(schema, name)
            if name in required:
                result[name] = self.make(part, name, depth + 1)
            elif (value := self._mentioned(part, depth)) is not None:
                result[name] = value
        others = chain([name for name in properties if name not in result], map("field{}".format, count(1)))
        while len(result) < least and not self.exhausted:
            name = next(others)
            result[name] = self.make(_member(schema, name), name, depth + 1)
        yield result
        for name in result:
            for value in self._fitting(_member(schema, name), name, depth + 1):
                yield {**result, name: value}

    def _arrays(self, schema: dict[str, Any], name: str, depth: int) -> Iterator[list[Any]]:
        """Yield an array, then a shorter one, then arrays with the first item changed."""
        if depth >= _DEEPEST or self.exhausted:
            yield []
            return
        prefix, items = as_list(schema.get("prefixItems")), schema.get("items", True)
        least = int(schema.get("minItems", 0))
        length = least if depth >= _DEEP else max(least, len(prefix), 1)
        length = min(length, int(schema.get("maxItems", length)), length if items is not False else len(prefix))
        following = self._fitting(items, name, depth + 1)
        result: list[Any] = []
        while len(result) < length and not self.exhausted:
            part = prefix[len(result)] if len(result) < len(prefix) else items
            if schema.get("uniqueItems") is not True:
                result.append(self.make(part, name, depth + 1))
                continue
            source = following if part is items else self._fitting(part, name, depth + 1)
            fresh = next(([value] for value in source if value not in result), list[Any]())
            if not fresh:
                break
            result += fresh
        yield result
        yield result[:least]
        first = prefix[0] if prefix else items
        for value in self._fitting(first, name, depth + 1) if result else ():
            yield [value, *result[1:]]

    def _strings(self, schema: dict[str, Any], name: str) -> Iterator[str]:
        if schema.get("minLength", 0) > self._characters_left:
            self._characters_left = 0
            return
        value = self._question
        if self._names and name.lower() not in _WHOLE_QUESTION:
            value = self._names.pop(0) if len(self._names) > 1 else self._names[0]
        for text in values.strings(schema, value.strip() or "example"):
            self._characters_left -= max(0, len(text) - len(self._question))
            yield text

    def _next_number(self) -> float:
        if not self._numbers:
            return 1.0
        return self._numbers.pop(0) if len(self._numbers) > 1 else self._numbers[0]

    def _mentioned(self, schema: Any, depth: int) -> Any:
        """The enum value that the question mentions, or None."""
        flat = next(self._flatten(schema, depth, 0), None)
        question = self._question.lower()
        asked = words.stems(question)
        values = [value for value in as_list(as_object(flat).get("enum")) if isinstance(value, str)]
        said = (value for value in values if value.lower() in question.split() or words.stems(value) & asked)
        return next(said, None)


def _types_of(schema: dict[str, Any]) -> list[str]:
    """The JSON types to try, null last; guessed from other keywords if the schema has no type."""
    if "type" in schema:
        declared = schema["type"]
        return sorted(as_list(declared) if isinstance(declared, list) else [declared], key=lambda kind: kind == "null")
    guessed = [kind for kind, keywords in _KEYWORDS.items() if any(keyword in schema for keyword in keywords)]
    return [*guessed, "string"]


def _member(schema: dict[str, Any], name: str) -> Any:
    """The schema of an object's member."""
    patterns = as_object(schema.get("patternProperties"))
    parts = [part for pattern, part in patterns.items() if re.search(pattern, name)]
    properties = as_object(schema.get("properties"))
    parts += [properties[name]] if name in properties else []
    return {"allOf": parts or [schema.get("additionalProperties", True)]}


def _is_null(schema: Any) -> bool:
    return as_object(schema).get("type") == "null"


def _counting_validator() -> Callable[..., Any]:
    """A validator class that gives up after many references, whose number can grow exponentially."""
    follow: Any = Draft202012Validator.VALIDATORS["$ref"]
    steps = count(1)

    def counted(validator: Any, reference: Any, instance: Any, schema: Any) -> Any:
        if next(steps) > _MOST_REFERENCES:
            raise _TooManyReferencesError
        return follow(validator, reference, instance, schema)

    return cast("Callable[..., Any]", cast("Any", validators).extend(Draft202012Validator, {"$ref": counted}))
