"""From an annotation to the codec of its values."""

from __future__ import annotations

import collections.abc
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Final, TypeVar, cast, get_args, get_origin

from ..core.errors import ToolDefinitionError
from .annotation_notes import example_of, note_of, with_note
from .annotation_records import (
    RecordMember,
    docstring_of,
    enum_docstring,
    filled,
    is_record,
    is_typed_dict,
    member_variables,
    members_of,
)
from .codec import ABSENT, Field, Named, TypeCodec
from .containers import Array, FixedTuple, IntKey, Map, SetOf
from .pydantic import PydanticCodec, is_pydantic
from .records import Member, Record
from .texts import TEXTS
from .unions import Constrained, Union
from .values import ANY, BOOL, FLOAT, INT, NULL, STR, Choice, json_type

__all__ = ["CodecBuilder", "codec_of", "member_of", "resolve"]

_PLAIN: Final[Mapping[Any, TypeCodec]] = {
    Any: ANY,
    object: ANY,
    None: NULL,
    type(None): NULL,
    str: STR,
    typing.LiteralString: STR,
    bool: BOOL,
    int: INT,
    float: FLOAT,
    **TEXTS,
}
_LISTS: Final = frozenset(
    {list, *(getattr(collections.abc, name) for name in ("Collection", "Iterable", "MutableSequence", "Sequence"))}
)
_SETS: Final[Mapping[Any, Any]] = {
    set: set,
    frozenset: frozenset,
    collections.abc.Set: frozenset,
    collections.abc.MutableSet: set,
}
_MAPS: Final = frozenset({dict, collections.abc.Mapping, collections.abc.MutableMapping})


def codec_of(annotation: Any, *, where: str) -> TypeCodec:
    """The codec of the values of an annotation. Raises ToolDefinitionError, which says where it stands."""
    return CodecBuilder().build(annotation, where)


def resolve(annotation: Any, names: Mapping[str, Any], where: str) -> Any:
    """An annotation with the names in its strings resolved. Raises ToolDefinitionError."""
    holder: Any = types.SimpleNamespace(__annotations__={"it": annotation})
    try:
        return typing.get_type_hints(holder, globalns=dict(names), include_extras=True)["it"]
    except (NameError, SyntaxError, TypeError, AttributeError) as error:
        raise ToolDefinitionError(
            f"{where} is annotated with {annotation!r}, which cannot be resolved ({error}). "
            "Import or define what it names at the top level of the module."
        ) from error


class CodecBuilder:
    """CodecBuilder that go into one schema.

    names: what string annotations may name besides what their module has.
    """

    def __init__(self, names: Mapping[str, Any] | None = None) -> None:
        self._names = names or {}
        self._named: dict[Any, Named] = {}

    def build(self, annotation: Any, where: str, variables: Mapping[Any, Any] | None = None) -> TypeCodec:
        """The codec of an annotation. `variables` are what type variables in it stand for."""
        variables = variables or {}
        origin, arguments = get_origin(annotation), get_args(annotation)
        if isinstance(annotation, TypeVar):
            return self._variable(annotation, where, variables)
        if getattr(annotation, "__unpacked__", False):
            raise _unsupported(annotation, where)
        if origin is typing.Annotated:
            return self._annotated(annotation, where, variables)
        if origin is typing.Final and arguments:
            return self.build(arguments[0], where, variables)
        if (plain := _plain(annotation)) is not None:
            return plain
        if origin is typing.Literal:
            return _choices(arguments, where)
        if origin in (typing.Union, types.UnionType):
            return Union([self.build(one, where, variables) for one in arguments])
        if hasattr(annotation, "__supertype__"):
            return self.build(annotation.__supertype__, where, variables)
        bare: Any = annotation if origin is None else origin
        if hasattr(bare, "__value__"):
            return self._alias(bare, arguments, where, variables)
        if (container := self._container(bare, arguments, where, variables, is_bare=origin is None)) is not None:
            return container
        if isinstance(bare, type) and issubclass(bare, Enum):
            return _choices(bare, where, enum_docstring(bare))
        if is_pydantic(annotation):
            return self._pydantic(annotation, where)
        if is_record(bare):
            return self._record(bare, arguments, where, variables)
        raise _unsupported(annotation, where)

    def _variable(self, variable: TypeVar, where: str, variables: Mapping[Any, Any]) -> TypeCodec:
        found = variables.get(variable, ABSENT)
        if found is not ABSENT and found is not variable:
            return self.build(found, where)
        if getattr(variable, "has_default", bool)():
            return self.build(cast("Any", variable).__default__, where, variables)
        if variable.__constraints__:
            return Union([self.build(one, where, variables) for one in variable.__constraints__])
        return ANY if variable.__bound__ is None else self.build(variable.__bound__, where, variables)

    def _annotated(self, annotation: Any, where: str, variables: Mapping[Any, Any]) -> TypeCodec:
        if any(is_pydantic(one) for one in annotation.__metadata__):
            return self._pydantic(annotation, where)
        codec = self.build(annotation.__origin__, where, variables)
        note = note_of(annotation.__metadata__)
        if note.examples:
            note = replace(note, examples=[example_of(codec, one, where) for one in note.examples])
        return with_note(codec, note, where) if note != Field() else codec

    def _alias(self, alias: Any, arguments: tuple[Any, ...], where: str, variables: Mapping[Any, Any]) -> TypeCodec:
        """The alias of a `type` statement, which may be recursive."""
        arguments = tuple(filled(one, variables) for one in arguments)
        key = (alias, arguments)
        if key in self._named:
            self._named[key].reused = True
            return self._named[key]
        named = self._named[key] = Named(_name(alias.__name__, arguments))
        inner = dict(zip(alias.__type_params__, arguments, strict=False))
        # The value of an alias made by a call may be text.
        value = resolve(alias.__value__, {**vars(sys.modules[alias.__module__]), **self._names}, where)
        named.target = self.build(value, where, inner)
        if named.reused:
            return named
        del self._named[key]
        return named.target

    def _container(
        self, bare: Any, arguments: tuple[Any, ...], where: str, variables: Mapping[Any, Any], *, is_bare: bool
    ) -> TypeCodec | None:
        if not isinstance(bare, type):
            return None
        codecs = (
            [self.build(one, where, variables) for one in arguments if one is not ...] if bare in _CONTAINERS else []
        )
        if bare in _LISTS:
            return Array(codecs[0] if codecs else ANY)
        if bare in _SETS:
            if arguments and _is_unhashable(arguments[0]):
                raise ToolDefinitionError(f"{where}: a set cannot hold {_shown(arguments[0])}. Use a list of it.")
            return SetOf(codecs[0] if codecs else ANY, _SETS[bare])
        if bare in _MAPS:
            return Map(_key(codecs[0], arguments[0], where), codecs[1]) if codecs else Map(STR, ANY)
        if bare is tuple:
            if is_bare or arguments[-1:] == (...,):
                return Array(codecs[0] if codecs else ANY, tuple)
            return FixedTuple(tuple(codecs))
        return None

    def _pydantic(self, annotation: Any, where: str) -> TypeCodec:
        key = (annotation,) if isinstance(annotation, type) else None
        if key in self._named:
            return self._named[key]
        try:
            codec = PydanticCodec(annotation)
        except Exception as error:  # pydantic has many, and a type's own code may raise any
            raise ToolDefinitionError(f"{where}: pydantic has no schema of {_shown(annotation)} ({error}).") from error
        if key is None or codec.is_recursive:
            return codec
        named = self._named[key] = Named(_name(annotation.__name__, ()))
        named.target = codec
        return named

    def _record(self, found: type, arguments: tuple[Any, ...], where: str, variables: Mapping[Any, Any]) -> TypeCodec:
        arguments = tuple(filled(one, variables) for one in arguments)
        key = (found, arguments)
        if key in self._named:
            self._named[key].reused = True
            return self._named[key]
        named = self._named[key] = Named(_name(found.__name__, arguments))
        parameters = getattr(found, "__parameters__", ())
        inner = dict(zip(parameters, arguments, strict=False))
        docstring = docstring_of(found)
        members: list[Member] = []
        for member in members_of(found, self._names, where):
            here = f"{where}, field {member.name!r} of {found.__name__}"
            codec = self.build(member.annotation, here, member_variables(found, member.attribute, inner))
            members.append(member_of(member, codec, docstring.params.get(member.attribute, "")))
        python = dict if is_typed_dict(found) else found
        named.target = Record(python, found, members, docstring.summary_and_body)
        return named


def _plain(annotation: Any) -> TypeCodec | None:
    try:
        return _PLAIN.get(annotation)
    except TypeError:  # not hashable
        return None


_CONTAINERS: Final = _LISTS | _SETS.keys() | _MAPS | {tuple}


def member_of(member: RecordMember, codec: TypeCodec, description: str) -> Member:
    """The member with its codec, and the default if JSON can say it. What the annotation says beats the docstring."""
    default = ABSENT
    if member.default is not ABSENT:
        try:
            default = codec.encode(member.default)
        except Exception:  # a default is only shown, and may be of any type
            default = ABSENT
    own = isinstance(codec, Constrained) and codec.field.description
    return Member(member.name, member.attribute, codec, member.required, default, "" if own else description)


def _choices(values: Iterable[Any], where: str, description: str = "") -> Choice:
    choices = [_choice(value, where) for value in values]
    if not choices:
        raise ToolDefinitionError(f"{where} is annotated with an Enum or Literal of no values. Give it some.")
    return Choice(choices, description)


def _choice(value: Any, where: str) -> tuple[Any, Any]:
    plain = value.value if isinstance(value, Enum) else value
    if plain is not None and type(plain) not in (str, int, float, bool):
        raise ToolDefinitionError(f"{where}: JSON has no value for the choice {value!r}. Use str or int values.")
    return plain, value


def _key(codec: TypeCodec, annotation: Any, where: str) -> TypeCodec:
    match json_type(codec):
        case "string":
            return codec
        case "integer":
            return IntKey(codec)
        case _:
            raise ToolDefinitionError(f"{where}: a dict in JSON cannot have {_shown(annotation)} as keys. Use str.")


def _is_unhashable(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (tuple, typing.Union, types.UnionType):
        return any(map(_is_unhashable, get_args(annotation)))
    bare: Callable[..., Any] = annotation if origin is None else origin
    return isinstance(bare, type) and bare.__hash__ is None


def _name(name: str, arguments: Iterable[Any]) -> str:
    shown = "_".join([name, *(getattr(one, "__name__", str(one)) for one in arguments)])
    return re.sub(r"[^a-zA-Z0-9_]+", "_", shown).strip("_")


def _shown(annotation: Any) -> str:
    """An annotation as it is written, with the module of a class that is not built in."""
    if isinstance(annotation, type) and not get_args(annotation):
        module = annotation.__module__
        return annotation.__qualname__ if module == "builtins" else f"{module}.{annotation.__qualname__}"
    return repr(annotation)


def _unsupported(annotation: Any, where: str) -> ToolDefinitionError:
    return ToolDefinitionError(
        f"{where} is annotated with {_shown(annotation)}, which has no JSON Schema. Use str, int, float, bool, "
        "Literal, an Enum, list, dict, a date, or a dataclass of these; or Any, for JSON as it is."
    )
