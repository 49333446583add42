"""The parameters of a function as one JSON object: its schema, and the way back to arguments."""

from __future__ import annotations

import functools
import inspect
import re
import types
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, cast, get_args

from ..core.errors import ToolDefinitionError
from .annotations import CodecBuilder, bound_variables, module_names, resolve, substitute, type_parameters
from .containers import Member, Record
from .field import check_default, described, own_docstring, read_docstring

# What the API takes as the name of a property.
PROPERTY_NAME: Final = re.compile(r"[a-zA-Z0-9_.-]{1,64}")

_STARRED: Final = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class Parameters:
    """The parameters of a function, method, partial or object that can be called; bound ones are left out.

    schema: the JSON Schema of the arguments, an object: the given one, or that of the annotations.
    description: the text of the docstring, without its sections.
    Raises ToolDefinitionError, which names the parameter that has no schema. Where one is given, a parameter needs no
    annotation, and `**names` takes what the others do not.
    """

    def __init__(self, function: Callable[..., Any], schema: Mapping[str, Any] | None = None) -> None:
        called, inner, bound = _inside(function)
        name = str(getattr(inner, "__name__", type(inner).__name__))
        try:
            signature = inspect.signature(_bare(function))
        except NameError as error:  # since Python 3.14, which evaluates annotations when they are asked for
            raise ToolDefinitionError(
                f"The annotations of {name!r} cannot be resolved ({error}). Define or import it before the function."
            ) from error
        except (TypeError, ValueError) as error:
            raise ToolDefinitionError(f"The parameters of {name!r} cannot be read ({error}). Wrap it.") from error
        description, of_parameters = _documentation(function, inner)
        definer, variables = _definer(called, inner)
        names = _names(called, inner) | type_parameters(definer) | type_parameters(_code(inner))
        builder = CodecBuilder(names)
        members: dict[str, Member] = {}
        rest: set[Any] = set()
        self._positional: dict[str, Any] = {}
        for parameter in signature.parameters.values():
            if parameter.name in bound:
                continue
            where = f"parameter {parameter.name!r} of {name!r}"
            if schema is None:
                _check(parameter, where, inner)
            elif parameter.kind in _STARRED:
                rest.add(parameter.kind)
                continue
            annotation = Any if parameter.annotation is parameter.empty else parameter.annotation
            codec = builder.build(substitute(resolve(annotation, names, where), variables), where)
            codec = described(codec, of_parameters.get(parameter.name, ""))
            required = parameter.default is parameter.empty
            check_default(parameter.default, where)
            members[parameter.name] = Member(codec, required, parameter.default)
            if parameter.kind is parameter.POSITIONAL_ONLY:
                self._positional[parameter.name] = parameter.default
        self.description: str = description
        is_open = inspect.Parameter.VAR_KEYWORD in rest
        self._record = Record(dict, members, is_open=is_open, reserved=_named(inner) | bound if is_open else ())
        self.schema: dict[str, Any] = {"properties": {}, **self._record.schema()} if schema is None else dict(schema)

    def convert(self, arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments to call the function with: `function(*args, **kwargs)`. Raises InvalidValue."""
        kwargs: dict[str, Any] = self._record.convert(arguments, "")
        last = max((n for n, name in enumerate(self._positional, 1) if name in kwargs), default=0)
        # A positional argument can be left out only if all after it are, so that defaults fill the gaps.
        args = [kwargs.pop(name, default) for name, default in list(self._positional.items())[:last]]
        return args, kwargs


def _inside(function: Any) -> tuple[Any, Any, set[str]]:
    """What partials call, the function within its methods and wrappers, and the keywords that partials have bound."""
    bound: set[str] = set()
    while isinstance(function, functools.partial):
        bound.update(function.keywords)
        function = cast("Any", function.func)
    if isinstance(function, classmethod):
        raise ToolDefinitionError("A classmethod was given by itself. Give it as a member of its class.")
    called = function
    if not isinstance(function, (type, types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        unwrapped = inspect.unwrap(function)
        # An object with a method for its call. Its name is that of its class.
        function = unwrapped if isinstance(unwrapped, types.FunctionType) else function
    inner = inspect.unwrap(getattr(function, "__func__", function))
    if isinstance(inner, (functools.partial, types.MethodType)):  # a method of a partial, or a wrapper of a method
        return called, _inside(inner)[1], bound
    return called, inner, bound


def _bare(function: Any) -> Any:
    """A partial without what `update_wrapper` gives it, behind which its signature would not show what it binds."""
    if not isinstance(function, functools.partial):
        return function
    return functools.partial(_bare(function.func), *function.args, **function.keywords)


def _named(inner: Any) -> set[str]:
    """The names of all parameters of a function, also of those that are bound."""
    with suppress(TypeError, ValueError):
        return {one.name for one in inspect.signature(inner).parameters.values() if one.kind not in _STARRED}
    return set()


def _code(inner: Any) -> Any:
    """The function whose annotations they are: of a class its `__init__`, of an object its `__call__`."""
    if isinstance(inner, types.FunctionType):
        return inner
    owner, name = (inner, "__init__") if isinstance(inner, type) else (type(inner), "__call__")
    return inspect.unwrap(inspect.getattr_static(cast("Any", owner), name))


def _names(function: Any, inner: Any) -> dict[str, Any]:
    """The names that string annotations may use: those of the module, the class, and the variables of a closure."""
    code = _code(inner)
    names: dict[str, Any] = dict(getattr(code, "__globals__", {}))
    owner: Any = inner if isinstance(inner, type) else getattr(function, "__self__", None)
    if isinstance(inner, type):
        # Its `__init__` may have been written elsewhere, by dataclasses or attrs.
        names.update(module_names(inner))
    if owner is not None:
        members: dict[str, Any] = dict(vars(owner if isinstance(owner, type) else type(owner)))
        names.update({name: one for name, one in members.items() if isinstance(one, type)})
    free = getattr(getattr(code, "__code__", None), "co_freevars", ())
    for name, cell in zip(free, getattr(code, "__closure__", None) or (), strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return names


def _definer(function: Any, inner: Any) -> tuple[type | None, Mapping[Any, Any]]:
    """The class whose body has the function, and the values of its type variables where the function is bound."""
    bound: Any = getattr(function, "__self__", inner if isinstance(inner, type) else None)
    if bound is None:
        return None, {}
    owner: type[Any] = bound if isinstance(bound, type) else type(bound)
    classes = bound_variables(owner, get_args(getattr(bound, "__orig_class__", None)))
    name = getattr(inner, "__name__", "")
    for cls, variables in classes.items():
        if inspect.unwrap(cast("Any", vars(cls).get(name))) is inner:
            return cls, variables
    return owner, classes[owner]


def _documentation(function: Any, inner: Any) -> tuple[str, Mapping[str, str]]:
    """The description of a function and of its parameters: a partial's own, where it was given one, goes first."""
    if isinstance(function, functools.partial):
        description, of_parameters = _documentation(function.func, inner)
        own, own_of_parameters = read_docstring(vars(function).get("__doc__"))
        return own or description, {**of_parameters, **own_of_parameters}
    if isinstance(inner, type):
        return read_docstring(own_docstring(inner))
    if isinstance(inner, types.FunctionType):
        return read_docstring(inner.__doc__)
    code = _code(inner)
    return read_docstring((code.__doc__ if isinstance(code, types.FunctionType) else None) or inner.__doc__)


def _check(parameter: inspect.Parameter, where: str, inner: Any) -> None:
    if parameter.kind in _STARRED:
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
        raise ToolDefinitionError(f"{where} is {stars}{parameter.name}. Name each parameter, or take a list or dict.")
    if parameter.annotation is parameter.empty:
        if parameter.name in ("self", "cls"):
            *_, owner, name = ["...", *str(getattr(inner, "__qualname__", "method")).split(".")]
            raise ToolDefinitionError(f"{where} has no value. Give the method of an object: {owner}(...).{name}.")
        raise ToolDefinitionError(f"{where} has no annotation. Write {parameter.name}: str, or Any for any JSON value.")
    if not PROPERTY_NAME.fullmatch(parameter.name):
        raise ToolDefinitionError(f"{where} has a name that the API does not take. Use at most 64 of a-z A-Z 0-9 _.")
