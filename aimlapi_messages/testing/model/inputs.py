"""Makes the input that a tool is called with, from the tool's JSON Schema and the words of the question.

The input satisfies the schema, or none is made: what comes out is validated. Bounds, lengths, simple
patterns, formats, `allOf`, `anyOf`, `oneOf`, references, tuples and unique items are understood; of what is
not understood, such as `not` and `if`, the first keyword that goes unsatisfied is named. The effort has an
end whatever the schema is.
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
from ..faults.errors import UnmakeableError
from . import values, words

# The whole input has at most this many values, alternatives that were tried included.
_MOST_VALUES = 2_000
_MOST_CHARACTERS = 100_000
_MOST_REFERENCES = 50_000
_MOST_TRIES = 250
# From the first depth on only what is required is made, from the second on nothing.
_DEEP = 8
_DEEPEST = 24
# Fields that want the question itself rather than a name out of it.
_WHOLE_QUESTION = {"content", "message", "prompt", "query", "question", "request", "search", "text"}
_JOINED = ("$ref", "allOf", "anyOf", "oneOf")
_KINDS = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "uniqueItems"),
    "number": ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
}
_TOO_LARGE = f"its schema asks for more than {_MOST_VALUES:,} values or {_MOST_CHARACTERS:,} characters"


class _EndlessError(Exception):
    """Validation follows more references than any sensible schema has."""


def make_input(schema: dict[str, Any], question: str) -> dict[str, Any]:
    """An input for `schema`: its required properties, and optional ones that the question gives a value.

    Raises UnmakeableError when no input could be made that is valid.
    """
    maker = _InputMaker(schema, question)
    whole = {"allOf": [{"type": "object"}, schema]}
    try:
        value = maker.make(whole, "")
        error = maker.check(value, whole)
    except Unresolvable as failure:
        raise UnmakeableError(f"the keyword '$ref' leads to {failure.ref!r}, which is not there") from failure
    except (RecursionError, _EndlessError) as failure:
        raise UnmakeableError("the references of its schema do not end") from failure
    except re.error as failure:
        raise UnmakeableError("the keyword 'pattern' is no regular expression that Python knows") from failure
    except (OverflowError, ValueError) as failure:
        raise UnmakeableError("a number in its schema is too large") from failure
    if error is not None:
        where = "/".join(map(str, error.absolute_path)) or "the top"
        unmet = f"the keyword '{error.validator or 'false'}' at {where} is not supported here"
        raise UnmakeableError(_TOO_LARGE if maker.exhausted else unmet)
    return as_object(value)


class _InputMaker:
    """Walks one schema; each name and number of the question is used once, the last one then stays in use."""

    def __init__(self, schema: dict[str, Any], question: str) -> None:
        self._question = question
        self._names = words.names(question) or words.quoted(question)
        self._numbers = [number for number in words.numbers(question) if isfinite(number)]
        self._values_left = _MOST_VALUES
        self._characters_left = _MOST_CHARACTERS
        empty: Registry[Any] = Registry[Any]()
        resource: Resource[Any] = DRAFT202012.create_resource(schema)
        self._resolver = empty.with_resource("", resource).resolver()
        # A registry of its own keeps the validator from fetching references over the network.
        self._validator: Any = _counting_validator()(schema, registry=empty)

    @property
    def exhausted(self) -> bool:
        """Whether the limits are used up, so that only the smallest things are made."""
        return self._values_left <= 0 or self._characters_left <= 0

    def check(self, value: Any, schema: Any) -> ValidationError | None:
        """What is most wrong with a value; None when it is valid."""
        errors = self._validator.evolve(schema=schema).iter_errors(value)
        return cast("ValidationError | None", cast("Any", exceptions).best_match(errors))

    def make(self, schema: Any, name: str, depth: int = 0) -> Any:
        """A value for one schema, valid where one was found; `name` is the property's."""
        rejected: list[Any] = []
        valid = next(([value] for value in self._fitting(schema, name, depth, rejected)), rejected)
        return valid[0] if valid else None

    def _fitting(self, schema: Any, name: str, depth: int, rejected: list[Any] | None = None) -> Iterator[Any]:
        """The valid values for a schema, as long as there are any; others go to `rejected`."""
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
        """What a schema comes to without references and unions, one schema for each choice between them."""
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
        """`base` merged with one schema of each group, for every choice."""
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
        for kind in _kinds_of(schema):
            match kind:
                case "object":
                    yield from self._objects(schema, depth)
                case "array":
                    yield from self._arrays(schema, name, depth)
                case "integer" | "number":
                    yield from values.numbers(schema, self._next_number(), whole=kind == "integer")
                case "boolean":
                    yield from (True, False)
                case "null":
                    yield None
                case _:
                    yield from self._strings(schema, name)

    def _objects(self, schema: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
        """An object, then the same with one member changed."""
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
        """An array, then a shorter one, then such with the first item changed."""
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
        """The enum value that the question names, or None."""
        flat = next(self._flatten(schema, depth, 0), None)
        question = self._question.lower()
        asked = words.stems(question)
        values = [value for value in as_list(as_object(flat).get("enum")) if isinstance(value, str)]
        said = (value for value in values if value.lower() in question.split() or words.stems(value) & asked)
        return next(said, None)


def _kinds_of(schema: dict[str, Any]) -> list[str]:
    """The JSON kinds to try, null last; guessed from the other keywords when no type is given."""
    if "type" in schema:
        declared = schema["type"]
        return sorted(as_list(declared) if isinstance(declared, list) else [declared], key=lambda kind: kind == "null")
    guessed = [kind for kind, keywords in _KINDS.items() if any(keyword in schema for keyword in keywords)]
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
    """A class of validators that give up after many references, since schemas can fork at each one."""
    follow: Any = Draft202012Validator.VALIDATORS["$ref"]
    steps = count(1)

    def counted(validator: Any, reference: Any, instance: Any, schema: Any) -> Any:
        if next(steps) > _MOST_REFERENCES:
            raise _EndlessError
        return follow(validator, reference, instance, schema)

    return cast("Callable[..., Any]", cast("Any", validators).extend(Draft202012Validator, {"$ref": counted}))
