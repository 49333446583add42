"""Validation: the issues of a body that its schema does not allow."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aimlapi_messages.testing.document.validation import find_issues, format_path
from aimlapi_messages.testing.faults.errors import Issue

CAT = {
    "type": "object",
    "properties": {"type": {"const": "cat"}, "name": {"type": "string"}},
    "required": ["type"],
}
DOG = {
    "type": "object",
    "properties": {"type": {"enum": ["dog"]}, "age": {"minimum": 0}},
    "required": ["type"],
}
PET = {"anyOf": [CAT, {"anyOf": [DOG, {"type": "null"}]}]}
CASES: list[tuple[Any, Any, str, str]] = [
    ({"type": "string"}, 1, "", "Expected string, received number"),
    ({"type": ["string", "null"]}, [], "", "Expected string or null, received array"),
    ({"type": "integer"}, 1.5, "", "Expected integer, received a fraction"),
    ({"type": "boolean"}, {}, "", "Expected boolean, received object"),
    ({"type": "number"}, None, "", "Expected number, received null"),
    ({"type": "number"}, True, "", "Expected number, received boolean"),
    ({"enum": ["a", "b"]}, "c", "", "Expected 'a' or 'b', received 'c'"),
    ({"const": 1}, [], "", "Expected 1, received array"),
    ({"enum": ["a"]}, "x" * 61, "", f"Expected 'a', received '{'x' * 60}…'"),
    ({"minimum": 1}, 0, "", "Expected a number of at least 1"),
    ({"maximum": 1}, 2, "", "Expected a number of at most 1"),
    ({"minItems": 1}, [], "", "Expected at least 1 item(s)"),
    ({"maxItems": 1}, [1, 2], "", "Expected at most 1 item(s)"),
    ({"minLength": 1}, "", "", "Expected at least 1 character(s)"),
    ({"maxLength": 1}, "ab", "", "Expected at most 1 character(s)"),
    ({"pattern": "^a"}, "b", "", "Does not satisfy the schema's pattern"),
    ({"required": ["a"]}, {}, "a", "Required"),
    ({"additionalProperties": False}, {"a": 1}, "a", "Unknown field"),
    ({"items": {"type": "string"}}, ["a", 1], "[1]", "Expected string, received number"),
    (PET, {"type": "cat", "name": 1}, "name", "Expected string, received number"),
    (PET, {"type": "dog", "age": -1}, "age", "Expected a number of at least 0"),
    (PET, {"type": "cow"}, "type", "Expected 'cat' or 'dog', received 'cow'"),
    (PET, {"type": 5}, "type", "Expected 'cat' or 'dog', received 5"),
    (PET, {}, "type", "Required"),
    (PET, 1, "", "Expected object or null, received number"),
    ({"anyOf": [{"enum": [1]}, {"enum": [2]}]}, 3, "", "Expected another type, received number"),
    ({"items": {"anyOf": [CAT]}}, [{"type": "cow"}], "[0].type", "Expected 'cat', received 'cow'"),
]


@pytest.mark.parametrize(("schema", "value", "path", "reason"), CASES)
def test_the_reason_names_what_was_expected(schema: Any, value: Any, path: str, reason: str) -> None:
    """Each violation is one short sentence, with its path."""
    assert find_issues(Draft202012Validator(schema), value) == [Issue(path, reason)]


def test_the_alternative_that_got_furthest_is_reported() -> None:
    """Of two possible alternatives, the one with the deeper error is reported."""
    shallow = {"properties": {"a": {"properties": {"b": {"type": "string"}}}}}
    deep = {"properties": {"a": {"properties": {"b": {"properties": {"c": {"type": "string"}}, "type": "object"}}}}}
    issues = find_issues(Draft202012Validator({"anyOf": [shallow, deep]}), {"a": {"b": {"c": 1}}})
    assert issues == [Issue("a.b.c", "Expected string, received number")]


def test_a_valid_value_has_no_issues() -> None:
    """A valid value has no issues."""
    assert find_issues(Draft202012Validator(PET), {"type": "dog", "age": 3}) == []


def test_issues_are_limited() -> None:
    """At most twenty issues are reported."""
    validator = Draft202012Validator({"items": {"type": "string"}})
    assert len(find_issues(validator, list(range(50)))) == 20


def test_paths_are_written_like_code() -> None:
    """Names are joined by dots and indexes are in brackets."""
    assert format_path(("messages", 0, "content", 1, "text")) == "messages[0].content[1].text"
    assert format_path(()) == ""
