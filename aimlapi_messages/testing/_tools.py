"""Which of the offered tools a question asks for, and the input to call it with.

Pure functions of the question and the tools. A tool is meant when the question shares a telling word with
its name, or else with its description; its input is made from its JSON Schema and what the question names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import _words
from ._json import as_list, as_object, as_text
from ._request import Tool, ToolChoice

_DEEPEST = 8
_MOST_ITEMS = 100
# Fields that want the question itself rather than a name out of it.
_WHOLE_QUESTION = {"content", "message", "prompt", "query", "question", "request", "search", "text"}
_FORMATS = {
    "date": "2026-09-01",
    "date-time": "2026-09-01T12:00:00Z",
    "time": "12:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def choose_tools(question: str, tools: Sequence[Tool], choice: ToolChoice) -> list[Tool]:
    """The tools to call, none when none is meant; at least one when the choice demands it."""
    offered = [tool for tool in tools if choice.names is None or tool.name in choice.names]
    if choice.mode == "never" or not offered:
        return []
    asked = _words.stems(question)
    by_name = [tool for tool in offered if asked & _words.stems(tool.name)]
    ranked = sorted(offered, key=lambda tool: -len(asked & _words.stems(tool.description)))
    by_description = [tool for tool in ranked[:1] if asked & _words.stems(tool.description)]
    chosen = by_name or by_description
    if choice.mode == "must" and not chosen:
        chosen = offered[:1]
    return chosen if choice.parallel else chosen[:1]


def make_input(schema: dict[str, Any], question: str) -> dict[str, Any]:
    """An input for `schema`: its required properties, and optional ones that the question gives a value."""
    return as_object(_InputMaker(schema, question).make(schema, ""))


class _InputMaker:
    """Walks one schema; each name and number of the question is used once, the last one then stays in use."""

    def __init__(self, schema: dict[str, Any], question: str) -> None:
        self._root = schema
        self._question = question
        self._names = _words.names(question) or _words.quoted(question)
        self._numbers = _words.numbers(question)

    def make(self, schema: dict[str, Any], name: str, depth: int = 0) -> Any:
        """A value for one schema; `name` is the property's."""
        schema = self._resolve(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._mentioned(schema) or as_list(schema["enum"])[0]
        if "default" in schema:
            return schema["default"]
        match self._type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                items = as_object(schema.get("items"))
                count = min(max(1, int(schema.get("minItems", 1))), _MOST_ITEMS) if depth < _DEEPEST else 0
                return [self.make(items, name, depth + 1) for _ in range(count)]
            case "integer":
                return int(self._number(schema))
            case "number":
                number = self._number(schema)
                return int(number) if number.is_integer() else number
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return self._string(schema, name)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = as_object(schema.get("properties"))
        required = as_list(schema.get("required"))
        result: dict[str, Any] = {}
        for name, member in properties.items():
            part = self._resolve(as_object(member))
            if name in required and depth < _DEEPEST:
                result[name] = self.make(part, name, depth + 1)
            elif (value := self._mentioned(part)) is not None:
                result[name] = value
        return result

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Follow references into the tool's own schema, and take the first alternative that is not null."""
        for _ in range(_DEEPEST):
            reference = as_text(schema.get("$ref"))
            parts = [part for key in ("anyOf", "oneOf", "allOf") for part in as_list(schema.get(key))]
            useful = [part for part in map(as_object, parts) if part.get("type") != "null"]
            if reference.startswith("#/"):
                target: Any = self._root
                for part in reference.removeprefix("#/").split("/"):
                    target = as_object(target).get(part)
                schema = as_object(target)
            elif useful and "type" not in schema:
                schema = useful[0]
            else:
                break
        return schema

    def _type(self, schema: dict[str, Any]) -> str:
        declared = schema.get("type")
        named = [kind for kind in as_list(declared) if kind != "null"]
        if named:
            return as_text(named[0])
        return as_text(declared) or ("object" if "properties" in schema else "string")

    def _mentioned(self, schema: dict[str, Any]) -> Any:
        """The enum value that the question names, or None."""
        question = self._question.lower()
        asked = _words.stems(question)
        values = [value for value in as_list(schema.get("enum")) if isinstance(value, str)]
        said = (value for value in values if value.lower() in question.split() or _words.stems(value) & asked)
        return next(said, None)

    def _number(self, schema: dict[str, Any]) -> float:
        number = 1.0
        if self._numbers:
            number = self._numbers.pop(0) if len(self._numbers) > 1 else self._numbers[0]
        number = max(number, float(schema.get("minimum", number)))
        return min(number, float(schema.get("maximum", number)))

    def _string(self, schema: dict[str, Any], name: str) -> str:
        if as_text(schema.get("format")) in _FORMATS:
            return _FORMATS[schema["format"]]
        value = self._question
        if self._names and name.lower() not in _WHOLE_QUESTION:
            value = self._names.pop(0) if len(self._names) > 1 else self._names[0]
        value = value.strip() or "example"
        return value[: int(schema["maxLength"])] if "maxLength" in schema else value
