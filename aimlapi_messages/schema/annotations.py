"""From an annotation to the codec of its values."""

from __future__ import annotations

import collections.abc
import dataclasses
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from typing import Any, Final, TypeGuard, TypeVar, TypeVarTuple, cast, get_args, get_origin

import attrs

from ..core.arguments import NOT_GIVEN
from ..core.errors import ToolDefinitionError
from .codec import ANY, SCALARS, STR, Choice, Definitions, Named, TypeCodec
from .containers import Array, FixedTuple, IntKey, Map, Member, PydanticCodec, Record, Union, is_pydantic
from .field import Constrained, check_default, constrain, described, own_docstring, read_docstring

_QUALIFIERS: Final = ("Final", "NotRequired", "ReadOnly", "Required")
_ARRAYS: Final[Mapping[Any, Callable[[Any], Any]]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    collections.abc.Collection: list,
    collections.abc.Iterable: list,
    collections.abc.MutableSequence: list,
    collections.abc.Sequence: list,
    collections.abc.Set: frozenset,
    collections.abc.MutableSet: set,
}
_MAPS: Final = (dict, collections.abc.Mapping, collections.abc.MutableMapping)


def codec_of(annotation: Any, *, where: str) -> TypeCodec:
    """The codec of an annotation. Raises ToolDefinitionError, which says where it stands."""
    return CodecBuilder().build(annotation, where)


class CodecBuilder:
    """Builds the codecs that go into one schema.

    names: what string annotations may name besides what their module has.
    """

    def __init__(self, names: Mapping[str, Any] | None = None) -> None:
        self._names = names or {}
        self._named: list[tuple[Any, tuple[Any, ...], Named]] = []

    def build(self, annotation: Any, where: str) -> TypeCodec:
        """The codec of an annotation without strings. Raises ToolDefinitionError."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        bare: Any = annotation if origin is None else origin
        if isinstance(annotation, TypeCodec):
            return annotation
        if isinstance(annotation, TypeVar):
            return self.build(self._resolved(annotation, _unbound(annotation), where), where)
        if getattr(annotation, "__unpacked__", False):
            raise _unsupported(annotation, where)
        if origin is typing.Annotated:
            if any(is_pydantic(one) for one in annotation.__metadata__):
                return self._pydantic(annotation, where)
            return constrain(self.build(annotation.__origin__, where), annotation.__metadata__, where)
        if arguments and getattr(origin, "_name", None) in _QUALIFIERS:
            return self.build(arguments[0], where)
        for known, scalar in SCALARS.items():
            if annotation is known:  # not every annotation has a hash
                return scalar
        if origin is typing.Literal:
            return _choice(arguments, where)
        if origin in (typing.Union, types.UnionType):
            return Union([self.build(one, where) for one in arguments])
        if hasattr(annotation, "__supertype__"):
            return self.build(self._resolved(annotation, annotation.__supertype__, where), where)
        if hasattr(bare, "__value__"):
            return self._alias(bare, arguments, where)
        if isinstance(bare, type) and bare in _ARRAYS:
            return self._array(annotation, bare, arguments, where)
        if isinstance(bare, type) and bare in _MAPS:
            return self._map(arguments, where)
        if isinstance(bare, type) and issubclass(bare, Enum):
            return _choice(bare, where, inspect.cleandoc(own_docstring(bare)))
        if is_pydantic(annotation):
            return self._pydantic(annotation, where)
        if _is_record(bare):
            return self._once(bare, arguments, where, lambda: self._record(bare, arguments, where))
        raise _unsupported(annotation, where)

    def _alias(self, alias: Any, arguments: tuple[Any, ...], where: str) -> TypeCodec:
        """The alias of a `type` statement, which may be recursive."""

        def build() -> TypeCodec:
            value = self._resolved(alias, alias.__value__, where)
            return self.build(substitute(value, _bind(alias.__type_params__, arguments)), where)

        named = self._once(alias, arguments, where, build)
        if _stands_for(named, getattr(named, "target", None)):
            raise ToolDefinitionError(f"{where}: the type {alias.__name__} stands for itself, and so for nothing.")
        return named if named.reused else named.target

    def _resolved(self, holder: Any, annotation: Any, where: str) -> Any:
        """What an alias, type variable or new type that was made by a call stands for, which may be text."""
        return resolve(annotation, {**module_names(holder), **self._names}, where)

    def _array(self, annotation: Any, bare: type, arguments: tuple[Any, ...], where: str) -> TypeCodec:
        make = _ARRAYS[bare]
        codecs = [self.build(one, where) for one in arguments if one is not ...]
        if bare is tuple and annotation not in (tuple, typing.Tuple) and arguments[-1:] != (...,):  # noqa: UP006
            return FixedTuple(tuple(codecs))
        if make in (set, frozenset) and arguments and _is_unhashable(arguments[0]):
            raise ToolDefinitionError(f"{where}: a set cannot hold {_shown(arguments[0])}. Use a list of it.")
        return Array(codecs[0] if codecs else ANY, make)

    def _map(self, arguments: tuple[Any, ...], where: str) -> TypeCodec:
        keys, values = [self.build(one, where) for one in arguments] or (STR, ANY)
        match keys.json_schema(Definitions()).get("type"):
            case "string":
                return Map(keys, values)
            case "integer":
                return Map(IntKey(keys), values)
            case _:
                shown = _shown(arguments[0])
                raise ToolDefinitionError(f"{where}: a dict in JSON cannot have {shown} as keys. Use str.")

    def _pydantic(self, annotation: Any, where: str) -> TypeCodec:
        try:
            codec = PydanticCodec(annotation)
        except Exception as error:  # pydantic has many, and a type's own code may raise any
            raise ToolDefinitionError(f"{where}: pydantic has no schema of {_shown(annotation)} ({error}).") from error
        if codec.is_recursive or not isinstance(annotation, type):
            return codec
        return self._once(annotation, (), where, lambda: codec)

    def _record(self, found: type[Any], arguments: tuple[Any, ...], where: str) -> Record:
        description, of_fields = read_docstring(own_docstring(found))
        hints = _class_hints(found, arguments, self._names, where)
        if any(isinstance(hint, dataclasses.InitVar) for hint in hints.values()):
            raise ToolDefinitionError(f"{where}: {found.__name__} has an InitVar. Make it a field.")
        members: dict[str, Member] = {}
        for name, attribute, required, default in _fields(found, hints):
            here = f"{where}, field {name!r} of {found.__name__}"
            if attribute not in hints:
                raise ToolDefinitionError(f"{where}: the field {attribute!r} has no annotation. Annotate it.")
            codec = self.build(hints[attribute], here)
            codec = described(codec, of_fields.get(attribute, ""))
            check_default(default, here)
            members[name] = Member(codec, required, default)
        _check_makes(found, members, where)
        return Record(dict if _is_typed_dict(found) else found, members, description)

    def _once(self, found: Any, arguments: tuple[Any, ...], where: str, build: Callable[[], TypeCodec]) -> Named:
        """The codec of a class or alias, built once, even if it contains itself."""
        for known, its_arguments, named in self._named:
            if known is found and its_arguments == arguments:
                named.reused = named.reused or not hasattr(named, "target")
                return named
        named = Named(_name(found.__name__, arguments))
        self._named.append((found, arguments, named))
        with suppress(RecursionError):
            named.target = build()
            return named
        raise ToolDefinitionError(f"{where[:200]}: the type {found.__name__} holds ever new types of itself.")


def _stands_for(named: Named, codec: TypeCodec | None) -> bool:
    """Whether a value of this type may be one of the named type with nothing around it."""
    match codec:
        case Named():
            return codec is named or _stands_for(named, getattr(codec, "target", None))
        case Union():
            return any(_stands_for(named, member) for member in codec.members)
        case Constrained():
            return _stands_for(named, codec.codec)
        case _:
            return False


def _check_makes(found: type, members: Iterable[str], where: str) -> None:
    """Check that a class can be made from its members. Raises ToolDefinitionError."""
    signature = inspect.Signature([inspect.Parameter("members", inspect.Parameter.VAR_KEYWORD)])
    with suppress(Exception):  # not every class has one, and in Python 3.14 it may not be resolved
        signature = inspect.signature(found)
    try:
        signature.bind(**dict.fromkeys(members))
    except TypeError as error:
        raise ToolDefinitionError(
            f"{where}: {found.__name__} is not made from its fields ({error}). Let its __init__ take each."
        ) from error


def _unbound(variable: TypeVar) -> Any:
    """What a type variable stands for that has no argument: its default, its constraints or its bound."""
    if getattr(variable, "has_default", bool)():
        return cast("Any", variable).__default__
    if variable.__constraints__:
        return cast("Any", typing.Union)[variable.__constraints__]
    return Any if variable.__bound__ is None else variable.__bound__


def _choice(values: Iterable[Any], where: str, description: str = "") -> Choice:
    choices = [(value.value if isinstance(value, Enum) else value, value) for value in values]
    if not choices:
        raise ToolDefinitionError(f"{where} is annotated with an Enum or Literal of no values. Give it some.")
    for plain, value in choices:
        if plain is not None and type(plain) not in (str, int, float, bool):
            raise ToolDefinitionError(f"{where}: JSON has no value for the choice {value!r}. Use str or int values.")
    return Choice(choices, description)


def _is_unhashable(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (tuple, typing.Union, types.UnionType):
        return any(map(_is_unhashable, get_args(annotation)))
    bare: Callable[..., Any] = annotation if origin is None else origin
    return isinstance(bare, type) and bare.__hash__ is None


def name_of(annotation: Any) -> str | None:
    """The name of a type that has one. A union has none, though Python 3.14 calls each "Union"."""
    while get_origin(annotation) is typing.Annotated:  # which calls itself so
        annotation = annotation.__origin__
    is_union = get_origin(annotation) in (typing.Union, types.UnionType)
    return None if is_union else getattr(annotation, "__name__", None)


def _name(name: str, arguments: Iterable[Any]) -> str:
    shown = "_".join([name, *(name_of(one) or str(one) for one in arguments)])
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


def _is_record(found: Any) -> TypeGuard[type[Any]]:
    """Whether it is a class whose values are JSON objects with known members."""
    cls: Any = found
    return isinstance(found, type) and (
        dataclasses.is_dataclass(cls) or attrs.has(cls) or _is_typed_dict(cls) or _is_named_tuple(cls)
    )


def _is_typed_dict(found: Any) -> bool:
    return hasattr(found, "__required_keys__") and issubclass(found, dict)


def _is_named_tuple(found: Any) -> bool:
    return hasattr(found, "_fields") and issubclass(found, tuple)


def _fields(found: type[Any], hints: Mapping[str, Any]) -> Iterator[tuple[str, str, bool, Any]]:
    """For each field that a record class is made from: its name, its attribute, if it is required, and its default.

    What stands for a default that a factory makes cannot be encoded, so it is not shown.
    """
    cls: Any = found
    if _is_typed_dict(found):
        for name, hint in hints.items():
            yield name, name, _is_required(hint, name in cls.__required_keys__), NOT_GIVEN
    elif _is_named_tuple(found):
        for name in cls._fields:
            yield name, name, name not in cls._field_defaults, cls._field_defaults.get(name)
    else:
        for field in attrs.fields(cls) if attrs.has(cls) else dataclasses.fields(cls):
            missing = field.default is attrs.NOTHING or field.default is dataclasses.MISSING
            required = missing and getattr(field, "default_factory", dataclasses.MISSING) is dataclasses.MISSING
            if field.init:
                yield getattr(field, "alias", field.name), field.name, required, field.default


def _is_required(hint: Any, default: bool) -> bool:
    """A TypedDict does not see Required and NotRequired in string annotations, so its own list may be wrong."""
    qualifier = getattr(get_origin(hint), "_name", None)
    if qualifier == "ReadOnly":
        return _is_required(get_args(hint)[0], default)
    return qualifier == "Required" if qualifier in ("Required", "NotRequired") else default


def substitute(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """An annotation with its type variables replaced."""
    if isinstance(annotation, TypeVar):
        return variables.get(annotation, annotation)
    parameters = getattr(annotation, "__parameters__", ())
    if get_origin(annotation) is None or not variables.keys() & set(parameters):
        return annotation
    values: list[Any] = []
    for one in parameters:
        if isinstance(one, TypeVarTuple):
            values += variables.get(one, [one])
        else:
            values.append(variables.get(one, one))
    return annotation[tuple(values)]


def _bind(parameters: Iterable[Any], arguments: Iterable[Any]) -> dict[Any, Any]:
    """The arguments of type parameters; that of a TypeVarTuple is a list of all that the others leave."""
    names, values = list(parameters), list(arguments)
    for index, name in enumerate(names):
        if isinstance(name, TypeVarTuple) and values:
            end = len(values) - len(names) + index + 1
            values[index:end] = [values[index:end]]
    return dict(zip(names, values, strict=False))


def module_names(found: Any) -> Mapping[str, Any]:
    """The names in the module of a class or alias; none for one that was made without a module."""
    return vars(sys.modules.get(found.__module__, types.SimpleNamespace()))


def bound_variables(found: type, arguments: Iterable[Any]) -> dict[type, Mapping[Any, Any]]:
    """The values of the type variables of a class with these arguments, and after it those of each of its bases."""
    variables = _bind(getattr(found, "__parameters__", ()), arguments)
    known: dict[type, Mapping[Any, Any]] = {found: variables}
    for base in vars(found).get("__orig_bases__", found.__bases__):
        origin: Any = get_origin(base) or base
        if isinstance(origin, type):  # `NamedTuple` and `TypedDict` are functions
            known |= bound_variables(origin, [substitute(one, variables) for one in get_args(base)])
    return known


def resolve(annotation: Any, names: Mapping[str, Any], where: str) -> Any:
    """An annotation with the names in its strings resolved. Raises ToolDefinitionError."""
    holder: Any = types.SimpleNamespace(__annotations__={"it": annotation})
    return _hints(holder, f"{where} is annotated with {annotation!r}, which", globalns=dict(names))["it"]


def _class_hints(found: type, arguments: tuple[Any, ...], names: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The annotations of a class and its bases, for these values of its type variables. Raises ToolDefinitionError.

    names: what string annotations may name besides what their module has.
    """
    classes = list(bound_variables(found, arguments).items())
    hints: dict[str, Any] = {}
    # A TypedDict has the annotations of its bases as its own, so theirs come last, and their type parameters are known.
    for cls, _ in reversed(classes):
        names = {**names, **type_parameters(cls)}
    for cls, variables in classes if _is_typed_dict(found) else reversed(classes):
        known = _known_hints(cls, names, where)
        hints |= {name: substitute(known[name], variables) for name in inspect.get_annotations(cls) if name in known}
    return hints


def _known_hints(found: type, names: Mapping[str, Any], where: str) -> dict[str, Any]:
    with suppress(Exception):
        return typing.get_type_hints(found, include_extras=True)
    # A class inside a function or another class, or with type parameters in an early Python 3.12.
    local: dict[str, Any] = {**names, **vars(found), found.__name__: found, **type_parameters(found)}
    return _hints(found, f"{where}: the annotations of {found.__name__}", localns=local)


def type_parameters(found: object) -> dict[str, Any]:
    """The type parameters of a class or function that has them in its own syntax, by name."""
    return {one.__name__: one for one in getattr(found, "__type_params__", ())}


def _hints(holder: Any, subject: str, **namespace: dict[str, Any]) -> dict[str, Any]:
    try:
        return typing.get_type_hints(holder, **namespace, include_extras=True)
    except RecursionError:  # `_once` says of which type
        raise
    except Exception as error:  # a name may be missing, and the text of an annotation may be any code
        raise ToolDefinitionError(
            f"{subject} cannot be resolved ({error}). Import or define the name at the top level of its module."
        ) from error
