"""Checks a body against its schema, and says in few words what is wrong and where.

A union's failure is traced into the alternative that was meant: the one whose `type` or `role` fits, and
of several the one that got furthest. Reasons never quote a value of the request, except short tags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError

from ..faults.errors import Issue
from .json_values import as_list, as_object, kind_of

_TAGS = ("type", "role")
_MAX_ISSUES = 20
_MAX_QUOTED = 60

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
            return [(path, f"Expected {_one_of(_types(value))}, received {_received(error.instance, value)}")]
        case "enum" | "const":
            allowed = as_list(value) if error.validator == "enum" else [value]
            return [(path, f"Expected {_one_of(map(_quote, allowed))}, received {_quote(error.instance)}")]
        case "minimum":
            return [(path, f"Expected a number of at least {value}")]
        case "maximum":
            return [(path, f"Expected a number of at most {value}")]
        case "minItems":
            return [(path, f"Expected at least {value} item(s)")]
        case "maxItems":
            return [(path, f"Expected at most {value} item(s)")]
        case "minLength":
            return [(path, f"Expected at least {value} character(s)")]
        case "maxLength":
            return [(path, f"Expected at most {value} character(s)")]
        case other:
            return [(path, f"Does not satisfy the schema's {other}")]


def _explain_union(error: ValidationError) -> list[_Finding]:
    candidates = [_explain_all(alternative) for alternative in _alternatives(error) if _is_meant(alternative)]
    if candidates:
        return max(candidates, key=lambda findings: (max(len(path) for path, _ in findings), -len(findings)))
    path = tuple(error.absolute_path)
    received: Any = error.instance
    members = as_object(received)
    leaves = list(_leaves(error))
    for tag in _TAGS:
        known = [value for leaf in leaves if list(leaf.path) == [tag] for value in _allowed(leaf)]
        if known and tag in members:
            reason = f"Expected {_one_of(map(_quote, known))}, received {_quote(members[tag])}"
            return [((*path, tag), reason)]
        if isinstance(received, dict) and any(_lacks(leaf, tag) for leaf in leaves):
            return [((*path, tag), "Required")]
    types = [name for leaf in leaves if leaf.validator == "type" for name in _types(leaf.validator_value)]
    return [(path, f"Expected {_one_of(types)}, received {kind_of(received)}")]


def _alternatives(error: ValidationError) -> list[list[ValidationError]]:
    """The errors below a union, grouped by the alternative that they belong to."""
    groups: defaultdict[Any, list[ValidationError]] = defaultdict(list)
    for child in error.context or []:
        groups[child.schema_path[0]].append(child)
    return list(groups.values())


def _is_meant(alternative: Sequence[ValidationError]) -> bool:
    """Whether the value could be this alternative: of its kind, and with its tag."""
    return not any(_is_other(error) for error in alternative)


def _is_other(error: ValidationError) -> bool:
    where = list(error.path)
    if where == [] and error.validator == "anyOf":
        return not any(_is_meant(alternative) for alternative in _alternatives(error))
    if where == [] and error.validator in ("type", "enum", "const"):
        return True
    if any(_lacks(error, tag) for tag in _TAGS):
        return True
    return len(where) == 1 and where[0] in _TAGS and error.validator in ("enum", "const")


def _leaves(error: ValidationError) -> Iterable[ValidationError]:
    """The errors of a union and of the unions that are its alternatives."""
    for child in error.context or []:
        if child.validator == "anyOf" and not child.path:
            yield from _leaves(child)
        else:
            yield child


def _lacks(error: ValidationError, tag: str) -> bool:
    return (
        error.validator == "required"
        and not error.path
        and tag in as_list(error.validator_value)
        and tag not in as_object(error.instance)
    )


def _allowed(error: ValidationError) -> list[Any]:
    if error.validator == "enum":
        return as_list(error.validator_value)
    return [error.validator_value] if error.validator == "const" else []


def _types(value: Any) -> list[str]:
    return [str(name) for name in as_list(value)] if isinstance(value, list) else [str(value)]


def _received(instance: Any, expected: Any) -> str:
    """The kind received; a fraction is called one where a whole number is wanted."""
    kind = kind_of(instance)
    return "a fraction" if kind == "number" and "integer" in _types(expected) else kind


def _one_of(names: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(names)) or "another kind"


def _quote(value: Any) -> str:
    if not isinstance(value, str):
        return kind_of(value) if isinstance(value, dict | list) else str(value)
    return f"'{value}'" if len(value) <= _MAX_QUOTED else f"'{value[:_MAX_QUOTED]}…'"
