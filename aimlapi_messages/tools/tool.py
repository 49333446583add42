"""Tools: functions that the model may call, and what they return as a result for the model. No I/O.

`tools/async_runners.py` runs them; `schema/parameters.py` makes the schema of their arguments.
"""

from __future__ import annotations

import copy
import functools
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import ClassMethodDescriptorType, MethodDescriptorType
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

from ..content.blocks import CacheControl, cache_control_param
from ..core.arguments import check_limit, dump_model, is_async
from ..core.errors import InvalidRequestError, ToolArgumentsError, ToolDefinitionError
from ..core.json import is_array, is_object
from ..schema.codec import InvalidValue, to_json
from ..schema.parameters import Parameters

_P = ParamSpec("_P")
_R = TypeVar("_R")

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")

# The types of the tools that the provider declares and the caller runs.
_RUN_HERE: Final = re.compile(r"(bash|computer|memory|text_editor)_\d+")

# The content blocks of a tool's result, and the member that tells each from other data.
_BLOCKS: Final[Mapping[str, tuple[str, type]]] = {
    "document": ("source", dict),
    "image": ("source", dict),
    "search_result": ("source", str),
    "text": ("text", str),
    "tool_reference": ("tool_name", str),
}


class Tool(Generic[_P, _R]):
    """A function as a tool. It can still be called, and bound as a method, like the function.

    name: its name for the model, by default that of the function.
    description: by default the text of the docstring.
    sequential: never run concurrently with another tool.
    timeout: the seconds that one call may take; None for the runner's limit.
    cache_control: True, or the API's JSON object, to cache the prompt up to this tool.
    input_schema: the JSON Schema of its arguments, where annotations cannot say it, as of tools that another program
        describes. The arguments are not checked against it; they are passed by name, `**arguments` taking any.
    declaration: the tool as the provider declares it, such as `{"type": "bash_20250124", "name": "bash"}`, for which
        the request has neither description nor schema. Arguments are passed as with `input_schema`.
    extra: further members of the tool in the request, such as `{"strict": True}`.
    """

    def __init__(
        self,
        function: Callable[_P, _R],
        *,
        name: str | None = None,
        description: str | None = None,
        sequential: bool = False,
        timeout: float | None = None,
        cache_control: CacheControl = None,
        input_schema: Mapping[str, Any] | None = None,
        declaration: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self._schema = _schema(input_schema)
        self._declaration = _object("declaration", declaration)
        self.name: str = _name(function, name or (self._declaration or {}).get("name"))
        self.sequential = sequential
        check_limit("timeout", timeout, ToolDefinitionError)
        self.timeout = timeout
        if not isinstance(cast("object", description), str | None):
            raise ToolDefinitionError(f"description is a {type(description).__name__}. Give a str.")
        self._description = description
        self._cache_control = cache_control_param(cache_control, ToolDefinitionError)
        self._extra = _object("extra", extra) or {}
        if "name" in self._extra:
            raise ToolDefinitionError("extra has a name. Give it as name=..., so that the tool is found by it.")
        self.__name__: str = self.name
        self.__doc__ = inspect.getdoc(function)
        self.__wrapped__ = function
        if not _is_method_of_a_class(function):
            _ = self.parameters

    @cached_property
    def parameters(self) -> Parameters:
        """The arguments. Raises ToolDefinitionError for a method that is not bound."""
        schema = self._schema
        if schema is None and self._declaration is not None:
            schema = {"type": "object"}
        return Parameters(self.function, schema)

    @property
    def description(self) -> str:
        return self.parameters.description if self._description is None else self._description

    @property
    def input_schema(self) -> dict[str, Any]:
        return self.parameters.schema

    @cached_property
    def is_async(self) -> bool:
        """Whether calling it returns an awaitable."""
        return is_async(self.function)

    def to_dict(self) -> dict[str, Any]:
        """The tool as a member of `tools` in a request."""
        param: dict[str, Any] = {"name": self.name, "input_schema": self.input_schema, **self._extra}
        if self._declaration is not None:
            param = {**self._declaration, "name": self.name, **self._extra}
        elif self.description:
            param["description"] = self.description
        if self._cache_control is not None:
            param["cache_control"] = dict(self._cache_control)
        return param

    def __call__(self, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        return self.function(*args, **kwargs)

    def call(self, arguments: Mapping[str, Any]) -> _R:
        """Call the function with arguments as a model writes them, in JSON. Raises ToolArgumentsError."""
        try:
            args, kwargs = self.parameters.convert(arguments)
        except InvalidValue as error:
            raise ToolArgumentsError(f"The arguments of {self.name} are wrong. {error}") from error
        return cast("Callable[..., _R]", self.function)(*args, **kwargs)

    def declared(self, declaration: Mapping[str, Any]) -> Tool[_P, _R]:
        """The same tool as the provider declares it."""
        made = copy.copy(self)
        made._declaration = dict(declaration)
        vars(made).pop("parameters", None)
        return made

    def __get__(self, instance: object, owner: type | None = None) -> Tool[..., _R]:
        """As a method: the tool of the bound function."""
        bind = getattr(self.function, "__get__", None)
        if bind is None or (instance is None and not isinstance(self.function, classmethod)):
            return cast("Tool[..., _R]", self)
        bound = cast("Tool[..., _R]", copy.copy(self))
        bound.function = bound.__wrapped__ = bind(instance, owner)
        # The schema is made on first use, since a call of the method needs none.
        for name in ("parameters", "is_async"):
            vars(bound).pop(name, None)
        return bound

    def __repr__(self) -> str:
        return f"Tool({self.name!r})"


@overload
def tool(function: Callable[_P, _R], /) -> Tool[_P, _R]: ...


@overload
def tool(
    *,
    name: str | None = ...,
    description: str | None = ...,
    sequential: bool = ...,
    timeout: float | None = ...,
    cache_control: CacheControl = ...,
    input_schema: Mapping[str, Any] | None = ...,
    declaration: Mapping[str, Any] | None = ...,
    extra: Mapping[str, Any] | None = ...,
) -> Callable[[Callable[_P, _R]], Tool[_P, _R]]: ...


def tool(
    function: Callable[_P, _R] | None = None,
    /,
    **options: Any,
) -> Tool[_P, _R] | Callable[[Callable[_P, _R]], Tool[_P, _R]]:
    """Make a function a tool: `@tool`, or `@tool(name=..., sequential=True)` with the options of `Tool`.

    Raises ToolDefinitionError if no schema can be made for the function.
    """
    if function is None:
        return lambda decorated: Tool(decorated, **options)
    return Tool(function, **options)


class Toolbox:
    """A base class whose public methods are tools. Pass an instance as one of `tools`.

    Methods decorated with `@tool(...)` keep their options. Names with a leading underscore, properties and attributes
    are no tools.
    """

    def tools(self) -> list[Tool[..., Any]]:
        """The tools of this object, in the order of their definition, those of base classes first."""
        return _tools_in(self, {})


def as_tools(given: Iterable[object]) -> list[Tool[..., Any] | Mapping[str, Any]]:
    """The tools that a run can call, and as JSON objects those of the provider, such as web search.

    Raises ToolDefinitionError for a tool of the user without a function, and for two tools with one name.
    """
    if not isinstance(cast("object", given), Iterable):
        raise InvalidRequestError(f"tools is a {type(given).__name__}. Give a list, also of one.")
    tools: list[Tool[..., Any] | Mapping[str, Any]] = []
    for item in expand_tools(given):
        one = cast("Tool[..., Any] | Mapping[str, Any]", item if isinstance(item, Tool) else dump_model(item))
        if not isinstance(cast("object", one), (Tool, Mapping)):
            kind = type(one).__name__
            raise ToolDefinitionError(f"tools holds a {kind}. Give functions, @tool functions or a Toolbox.")
        if isinstance(one, Mapping) and _runs_here(one) and not _declared_name(one):
            raise ToolDefinitionError(f"The tool of type {one['type']!r} has no name. Give the one that is documented.")
        if isinstance(one, Mapping) and (one.get("type", "custom") == "custom" or _declared_name(one)):
            raise ToolDefinitionError(
                f"The tool {one.get('name')!r} has no function to run. Give the function, with @tool if need be."
            )
        tools.append(one)
    names = [one.name if isinstance(one, Tool) else one.get("name") for one in tools]
    for name in names:
        if name is not None and names.count(name) > 1:
            raise ToolDefinitionError(f"Two tools are called {name!r}. Give one of them another name=...")
    return tools


def expand_tools(given: Iterable[object]) -> Iterator[object]:
    """The tools of functions and toolboxes, and anything else as it is.

    A tool that the provider declares and the caller runs becomes one with the function of its name.
    """
    items = list(given)
    declared = {name: one for one in items if (name := _declared_name(one))}
    run: set[str] = set()
    tools: list[object] = []
    for item in items:
        if isinstance(item, Toolbox):
            tools += item.tools() if "tools" in _members_of(item) else _tools_in(item, declared)
        elif callable(item) and not isinstance(item, (Tool, Mapping)):
            tools.append(_tool_of(item, declared))
        else:
            tools += [item]
    for index, one in enumerate(tools):
        if isinstance(one, Tool) and one.name in declared:
            run.add(one.name)
            tools[index] = one.declared(cast("Any", dump_model(declared[one.name])))
    return (one for one in tools if _declared_name(one) not in run)


def _declared_name(item: object) -> str:
    """The name of a tool that the provider declares and the caller runs; "" for anything else."""
    plain = None if isinstance(item, Tool) or callable(item) else dump_model(item)
    name = plain.get("name") if is_object(plain) and _runs_here(plain) else None
    return name if isinstance(name, str) else ""


def _runs_here(declaration: Mapping[str, Any]) -> bool:
    """Whether a tool that the provider declares is one that the caller runs."""
    kind = declaration.get("type")
    return isinstance(kind, str) and _RUN_HERE.fullmatch(kind) is not None


def _is_method(member: object) -> bool:
    """Whether a member of a class is a method, also one that a decorator made an object of, such as `lru_cache`."""
    if isinstance(member, (Tool, staticmethod, classmethod, functools.partialmethod)):
        return True
    # What `dict` and other types of C have says nothing of its parameters; a partial is a value before Python 3.14.
    is_other = isinstance(member, (MethodDescriptorType, ClassMethodDescriptorType, functools.partial))
    return callable(member) and hasattr(type(member), "__get__") and not is_other


def _members_of(box: Toolbox) -> dict[str, object]:
    """The members of its classes, those of base classes first."""
    found: dict[str, object] = {}
    for cls in reversed(type(box).__mro__):
        if cls not in (object, Toolbox):  # whose method `tools` is not a tool, nor is one in its place
            found.update(vars(cls))
    return found


def _tools_in(box: Toolbox, declared: Mapping[str, object]) -> list[Tool[..., Any]]:
    """Its methods as tools; one that the provider declares needs no schema."""
    names = [name for name, one in _members_of(box).items() if _is_method(one) and not name.startswith("_")]
    members = {name: getattr(box, name) for name in names if name != "tools"}
    return [one if isinstance(one, Tool) else _tool_of(one, declared, name) for name, one in members.items()]


def _tool_of(item: Callable[..., Any], declared: Mapping[str, object], member: str | None = None) -> Tool[..., Any]:
    """The tool of a function. A partial that is a member of a class has the name of that."""
    if inspect.isclass(item) and issubclass(item, Toolbox):
        raise ToolDefinitionError(f"{item.__name__} is the class of a toolbox. Give an object of it.")
    inner: Any = getattr(item, "__func__", None)
    if isinstance(inner, Tool):  # a classmethod of a tool, since Python 3.13
        return cast("Tool[..., Any]", inner).__get__(cast("Any", item).__self__)
    name = member if member and _is_partial(item) else _own_name(item)
    return Tool(item, name=name if member else None, declaration={"name": name} if name in declared else None)


def _name(function: Callable[..., Any], given: object) -> str:
    name = given or _own_name(function)
    if not isinstance(name, str):
        raise ToolDefinitionError(f"The name of a tool is a {type(name).__name__}. Give a str.")
    if name == "<lambda>":
        raise ToolDefinitionError("A lambda has no name and no annotations. Write a function with both.")
    if not _NAME.fullmatch(name):
        raise ToolDefinitionError(
            f"{name!r} is not a tool's name, which is 1 to 128 of a-z A-Z 0-9 _ -. Give another name=..."
        )
    return name


def _own_name(function: Any) -> str:
    """The name of a function, of a partial that has none of its own that of its function, of an object its class's."""
    while _is_partial(function) and "__name__" not in vars(function):
        function = function.func
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _schema(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A schema of arguments as the API takes it. Raises ToolDefinitionError for what is none of an object."""
    if given is None:
        return None
    if not isinstance(cast("object", given), Mapping) or given.get("type", "object") != "object":
        kind = f"a schema of {given['type']!r}" if isinstance(cast("object", given), Mapping) else type(given).__name__
        raise ToolDefinitionError(f"input_schema is {kind}. Give the JSON Schema of an object, a dict.")
    return {"type": "object", **given}


def _object(option: str, given: object) -> dict[str, Any] | None:
    """An option that is a JSON object, or a generated model of one. Raises ToolDefinitionError."""
    if given is None:
        return None
    plain = dump_model(given)
    if not isinstance(plain, Mapping):
        raise ToolDefinitionError(f"{option} is a {type(given).__name__}. Give a dict.")
    members = cast("Mapping[str, Any]", plain).items()
    # An iterator, as of `input_examples`, can be read only once, and a tool is sent often.
    return {name: list(cast("Any", one)) if isinstance(one, Iterator) else one for name, one in members}


def _is_partial(function: Any) -> bool:
    return isinstance(function, functools.partial)


def _is_method_of_a_class(function: object) -> bool:
    """Whether a function is decorated in the body of a class, so that its first argument is not known yet."""
    if isinstance(function, (classmethod, staticmethod)):
        return True
    inner: object = inspect.unwrap(function) if inspect.isfunction(function) else None
    if not inspect.isfunction(inner):
        return False
    code = inner.__code__
    return code.co_argcount > 0 and code.co_varnames[0] in ("self", "cls")


def result_block(call_id: str, content: str | list[dict[str, Any]] | None, *, is_error: bool = False) -> dict[str, Any]:
    """The block that answers a call. `content` is what `result_content` returns."""
    block: dict[str, Any] = {"type": "tool_result", "tool_use_id": call_id}
    if content is not None:
        block["content"] = content
    return {**block, "is_error": True} if is_error else block


def result_content(value: object) -> str | list[dict[str, Any]] | None:
    """What a tool returned, as the content of a result.

    Text stays text, content blocks stay blocks, also several with text between them, and None is no content.
    Anything else becomes JSON text: dataclasses, attrs, pydantic and generated models, enums, dates, decimals, sets
    and paths included; durations as in arguments, such as P0DT1H0M0S; NaN and Infinity, which JSON lacks, as text.
    Raises TypeError for what has no JSON form.
    """
    if value is None or isinstance(value, str):
        return value
    plain = to_json(value)
    items = plain if is_array(plain) else [plain]
    if any(map(_is_block, items)) and all(isinstance(item, str) or _is_block(item) for item in items):
        blocks = [{"type": "text", "text": item} if isinstance(item, str) else item for item in items]
        return [block for block in blocks if block.get("text") != ""]  # which the API refuses
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def _is_block(value: object) -> bool:
    kind = value.get("type") if is_object(value) else None
    member, python = _BLOCKS.get(kind, ("", dict)) if isinstance(kind, str) else ("", dict)
    return is_object(value) and isinstance(value.get(member), python)
