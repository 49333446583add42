"""Checks a body against its schema, and says in few words what is wrong and where.

A union's failure is traced into the alternative that was meant: the one whose `type` or `role` fits, and
of several the one that got furthest. Reasons never quote a value of the request, except short tags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from ..faults.errors import Issue
from .json_values import as_list, as_object, kind_of

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

# A problem before its path is written out: where it is, and why.
_Finding = tuple[tuple[str | int, ...], str]


class BodyValidator(Protocol):
    """What checks a body: a compiled JSON Schema."""

    def iter_errors(self, instance: Any, /) -> Iterable[ValidationError]:
        """Every violation, lazily."""
        ...


def find_issues(validator: BodyValidator, body: Any) -> list[Issue]:
    """The problems of `body`, at most 20, in the order of their paths; none when it is valid."""
    findings = _explain_all(validator.iter_errors(body))
    issues = dict.fromkeys(Issue(write_path(path), reason) for path, reason in findings)
    return sorted(issues, key=lambda issue: issue.path)[:_MAX_ISSUES]


def is_schema(value: Any) -> bool:
    """Whether a value is a JSON Schema of draft 2020-12."""
    try:
        Draft202012Validator.check_schema(value)
    except SchemaError:
        return False
    return True


def write_path(path: Iterable[str | int]) -> str:
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
            expected, received = _one_of(_types(error)), kind_of(error.instance)
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
    return [(path, f"Expected {_one_of(types)}, received {kind_of(error.instance)}")]


def _alternatives(error: ValidationError) -> Iterable[list[ValidationError]]:
    """The errors below a union, grouped by the alternative that they belong to."""
    groups: defaultdict[Any, list[ValidationError]] = defaultdict(list)
    for child in error.context or []:
        groups[child.schema_path[0]].append(child)
    return groups.values()


def _is_meant(alternative: Iterable[ValidationError]) -> bool:
    """Whether the value could be this alternative: of its kind, and with its tag."""
    for error in alternative:
        if _tag_of(error) or (not error.path and error.validator in ("type", "enum", "const")):
            return False
        if not error.path and error.validator == "anyOf" and not any(map(_is_meant, _alternatives(error))):
            return False
    return True


def _leaves(error: ValidationError) -> Iterable[ValidationError]:
    """The errors of a union and of the unions that are its alternatives."""
    for child in error.context or []:
        if child.validator == "anyOf" and not child.path:
            yield from _leaves(child)
        else:
            yield child


def _tag_of(error: ValidationError) -> str | None:
    """The tag that an error is about: it is missing, or another one."""
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
    return " or ".join(dict.fromkeys(names)) or "another kind"


def _quote(value: Any) -> str:
    if not isinstance(value, str):
        return kind_of(value) if isinstance(value, dict | list) else str(value)
    return f"'{value}'" if len(value) <= _MAX_QUOTED else f"'{value[:_MAX_QUOTED]}…'"
