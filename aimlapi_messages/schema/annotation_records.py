"""The members of dataclasses, attrs classes, TypedDicts and named tuples, as they are written. No codecs."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar, cast, get_args, get_origin, get_type_hints

import attrs

from ..core.errors import ToolDefinitionError
from .codec import ABSENT
from .docstrings import Docstring, read_docstring

__all__ = [
    "RecordMember",
    "docstring_of",
    "enum_docstring",
    "filled",
    "is_record",
    "is_typed_dict",
    "member_variables",
    "members_of",
]


@dataclass(frozen=True, slots=True)
class RecordMember:
    """A member of a record class: its name in JSON, the attribute, the annotation, and the default as Python."""

    name: str
    attribute: str
    annotation: Any
    required: bool
    default: Any = ABSENT


def is_record(found: Any) -> TypeGuard[type[Any]]:
    """Whether it is a class whose values are JSON objects with known members."""
    cls: Any = found
    return isinstance(found, type) and (
        dataclasses.is_dataclass(cls) or attrs.has(cls) or is_typed_dict(cls) or _is_named_tuple(cls)
    )


def is_typed_dict(found: Any) -> bool:
    return hasattr(found, "__required_keys__") and issubclass(found, dict)


def _is_named_tuple(found: Any) -> bool:
    return hasattr(found, "_fields") and issubclass(found, tuple)


def docstring_of(found: type) -> Docstring:
    """The docstring that somebody wrote for a class; dataclasses and named tuples make one up."""
    text = vars(found).get("__doc__")
    if not isinstance(text, str) or text.startswith(f"{found.__name__}("):
        return Docstring()
    return read_docstring(text)


def members_of(found: type, names: Mapping[str, Any], where: str) -> list[RecordMember]:
    """The members of a record class, in order.

    names: what string annotations may name besides what their module has. Raises ToolDefinitionError.
    """
    hints = _hints(found, names, where)
    if is_typed_dict(found):
        return [_typed_dict_member(found, name, hint) for name, hint in hints.items()]
    if _is_named_tuple(found):
        fields = cast("Any", found)._fields
        defaults = cast("Any", found)._field_defaults
        return [
            RecordMember(name, name, _hint(hints, name, where), name not in defaults, defaults.get(name, ABSENT))
            for name in fields
        ]
    if attrs.has(found):
        return [
            RecordMember(
                cast("str", field.alias),
                field.name,
                _hint(hints, field.name, where),
                field.default is attrs.NOTHING,
                ABSENT if _is_made(field.default) else field.default,
            )
            for field in attrs.fields(found)
            if field.init
        ]
    if any(isinstance(hint, dataclasses.InitVar) for hint in hints.values()):
        raise ToolDefinitionError(f"{where}: {found.__name__} has an InitVar. Make it a field.")
    return [
        RecordMember(
            field.name,
            field.name,
            _hint(hints, field.name, where),
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            ABSENT if field.default is dataclasses.MISSING else field.default,
        )
        for field in dataclasses.fields(found)
        if field.init
    ]


def filled(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """An annotation with what its type variables stand for in their places."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if not parameters or isinstance(annotation, type):
        return annotation
    return annotation[tuple(variables.get(one, one) for one in parameters)]


def member_variables(found: type, attribute: str, variables: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """What the type variables in the annotation of a member stand for, in the class or base that it comes from.

    variables: what those of the class itself stand for.
    """
    if attribute in inspect.get_annotations(found) and not is_typed_dict(found):
        return variables
    for base in vars(found).get("__orig_bases__", found.__bases__):
        origin = get_origin(base) or base
        if is_record(origin) and attribute in _annotated(origin):
            arguments = [filled(one, variables) for one in get_args(base)]
            inherited = dict(zip(getattr(origin, "__parameters__", ()), arguments, strict=False))
            return member_variables(origin, attribute, inherited)
    return variables


def _annotated(found: type) -> set[str]:
    """The names that a class and its bases annotate."""
    return {name for cls in found.__mro__ for name in inspect.get_annotations(cls)}


def _hints(found: type, names: Mapping[str, Any], where: str) -> dict[str, Any]:
    resolve: Callable[..., dict[str, Any]] = get_type_hints
    try:
        return resolve(found, include_extras=True)
    except NameError:
        pass
    try:
        # A class inside a function, or in another class: only these names can be had.
        return resolve(found, localns={**names, **vars(found), found.__name__: found}, include_extras=True)
    except (NameError, TypeError) as error:
        raise ToolDefinitionError(
            f"{where}: the annotations of {found.__name__} cannot be resolved ({error}). "
            "Define what they name at the top level of a module."
        ) from error


def _hint(hints: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in hints:
        raise ToolDefinitionError(f"{where}: the field {name!r} has no annotation. Annotate it.")
    return hints[name]


def _is_made(default: object) -> bool:
    """Whether attrs has no default, or makes it anew for each object."""
    return default is attrs.NOTHING or type(default).__name__ == "Factory"


def _typed_dict_member(found: type, name: str, hint: Any) -> RecordMember:
    # String annotations hide Required and NotRequired from the class, so that its own list may be wrong.
    required = name in cast("Any", found).__required_keys__
    while (qualifier := getattr(get_origin(hint), "_name", None)) in ("Required", "NotRequired", "ReadOnly"):
        required = required if qualifier == "ReadOnly" else qualifier == "Required"
        hint = get_args(hint)[0]
    return RecordMember(name, name, hint, required)


def enum_docstring(found: type) -> str:
    """The description of an Enum, "" if it has none of its own."""
    return inspect.cleandoc(vars(found).get("__doc__") or "")
