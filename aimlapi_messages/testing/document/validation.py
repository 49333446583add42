"""Validates a body against its schema, and describes each error in one short sentence with its path.

An error in a union is reported for the intended alternative: the one whose `type` or `role` matches, and of several
the one that validated furthest. Reasons never quote a value of the request, except short tags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.protocols import Validator

from ..faults.errors import Issue
from .json_values import as_list, as_object, json_type

_TAGS = ("type", "role")
_MAX_ISSUES = 20
_MAX_QUOTED = 60
_LIMITS = {
    "minimum": "a number of at least {}",
    "maximum": "a number of at most {}",
    "minItems": "at least {} item(s)",
    "maxItems": "at most {} item(s)",
    "minLength": "at least {} character(s)",
    "maxLength": "at most {} character(s)",
}

# An issue before its path is formatted: the path and the reason.
_Finding = tuple[tuple[str | int, ...], str]


def find_issues(validator: Validator, body: Any) -> list[Issue]:
    """The issues of `body`, at most 20, sorted by path; empty if it is valid."""
    findings = _explain_all(validator.iter_errors(body))
    issues = dict.fromkeys(Issue(format_path(path), reason) for path, reason in findings)
    return sorted(issues, key=lambda issue: issue.path)[:_MAX_ISSUES]


def is_schema(value: Any) -> bool:
    """Whether a value is a valid JSON Schema of draft 2020-12."""
    try:
        Draft202012Validator.check_schema(value)
    except SchemaError:
        return False
    return True


def format_path(path: Iterable[str | int]) -> str:
    """`("messages", 0, "role")` as `messages[0].role`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _explain_all(errors: Iterable[ValidationError]) -> list[_Finding]:
    return [finding for error in errors for finding in _explain(error)]


def _explain(error: ValidationError) -> list[_Finding]:
    path = tuple(error.absolute_path)
    value: Any = error.validator_value
    match error.validator:
        case "anyOf":
            return _explain_union(error)
        case "required":
            present = as_object(error.instance)
            return [((*path, name), "Required") for name in as_list(value) if name not in present]
        case "additionalProperties" | "unevaluatedProperties":
            known = as_object(as_object(error.schema).get("properties"))
            return [((*path, name), "Unknown field") for name in as_object(error.instance) if name not in known]
        case "type":
            expected, received = _one_of(_types(error)), json_type(error.instance)
            if received == "number" and "integer" in _types(error):
                received = "a fraction"
            return [(path, f"Expected {expected}, received {received}")]
        case "enum" | "const":
            return [_unexpected(path, _allowed(error), error.instance)]
        case keyword if keyword in _LIMITS:
            return [(path, f"Expected {_LIMITS[str(keyword)].format(value)}")]
        case other:
            return [(path, f"Does not satisfy the schema's {other}")]


def _explain_union(error: ValidationError) -> list[_Finding]:
    candidates = [_explain_all(alternative) for alternative in _alternatives(error) if _is_meant(alternative)]
    if candidates:
        return max(candidates, key=lambda findings: (max(len(path) for path, _ in findings), -len(findings)))
    path = tuple(error.absolute_path)
    leaves = list(_leaves(error))
    for tag in _TAGS:
        about = [leaf for leaf in leaves if _tag_of(leaf) == tag]
        if about and tag not in as_object(error.instance):
            return [((*path, tag), "Required")]
        if about:
            allowed = [value for leaf in about for value in _allowed(leaf)]
            return [_unexpected((*path, tag), allowed, as_object(error.instance)[tag])]
    types = [name for leaf in leaves if leaf.validator == "type" for name in _types(leaf)]
    return [(path, f"Expected {_one_of(types)}, received {json_type(error.instance)}")]


def _alternatives(error: ValidationError) -> Iterable[list[ValidationError]]:
    """The errors of a union, grouped by alternative."""
    groups: defaultdict[Any, list[ValidationError]] = defaultdict(list)
    for child in error.context or []:
        groups[child.schema_path[0]].append(child)
    return groups.values()


def _is_meant(alternative: Iterable[ValidationError]) -> bool:
    """Whether the value was meant to be this alternative: its type and tag match."""
    for error in alternative:
        if _tag_of(error) or (not error.path and error.validator in ("type", "enum", "const")):
            return False
        if not error.path and error.validator == "anyOf" and not any(map(_is_meant, _alternatives(error))):
            return False
    return True


def _leaves(error: ValidationError) -> Iterable[ValidationError]:
    """The errors of a union, with those of its nested unions."""
    for child in error.context or []:
        if child.validator == "anyOf" and not child.path:
            yield from _leaves(child)
        else:
            yield child


def _tag_of(error: ValidationError) -> str | None:
    """The tag that an error is about, because it is missing or has another value."""
    where = list(error.path)
    for tag in _TAGS:
        if where == [tag] and error.validator in ("enum", "const"):
            return tag
        if where == [] and error.validator == "required" and tag in as_list(error.validator_value):
            return tag if tag not in as_object(error.instance) else None
    return None


def _allowed(error: ValidationError) -> list[Any]:
    return as_list(error.validator_value) if error.validator == "enum" else [error.validator_value]


def _types(error: ValidationError) -> list[str]:
    types: Any = error.validator_value
    return [str(name) for name in as_list(types) or [types]]


def _unexpected(path: tuple[str | int, ...], allowed: Iterable[Any], received: Any) -> _Finding:
    return path, f"Expected {_one_of(map(_quote, allowed))}, received {_quote(received)}"


def _one_of(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names)) or "another type"


def _quote(value: Any) -> str:
    if not isinstance(value, str):
        return json_type(value) if isinstance(value, dict | list) else str(value)
    return f"'{value}'" if len(value) <= _MAX_QUOTED else f"'{value[:_MAX_QUOTED]}…'"
