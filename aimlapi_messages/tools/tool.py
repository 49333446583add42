"""Tools: functions that the model may call, and what they return as a result for the model. No I/O.

`tools/async_runners.py` runs them; `schema/parameters.py` makes the schema of their arguments.
"""

from __future__ import annotations

import copy
import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import FunctionType
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

from ..content.blocks import CacheControl, cache_control_param
from ..core.arguments import check_limit, dump_model
from ..core.errors import InvalidRequestError, ToolDefinitionError
from ..core.json import is_array, is_object
from ..schema.codec import to_json
from ..schema.parameters import Parameters

_P = ParamSpec("_P")
_R = TypeVar("_R")

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")

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
    input_schema: the JSON Schema of its arguments, from their annotations.
    sequential: never run concurrently with another tool.
    timeout: the seconds that one call may take; None for the runner's limit.
    cache_control: True, or the API's JSON object, to cache the prompt up to this tool.
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
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.function = function
        self.name: str = _name(function, name)
        self.sequential = sequential
        check_limit("timeout", timeout, ToolDefinitionError)
        self.timeout = timeout
        self._description = description
        self._cache_control = cache_control_param(cache_control, ToolDefinitionError)
        self._extra = dict(extra or {})
        self.__name__: str = self.name
        self.__doc__ = inspect.getdoc(function)
        self.__wrapped__ = function
        if not _is_method_of_a_class(function):
            _ = self.parameters

    @cached_property
    def parameters(self) -> Parameters:
        """The arguments. Raises ToolDefinitionError for a method that is not bound."""
        return Parameters(self.function)

    @property
    def description(self) -> str:
        return self.parameters.description if self._description is None else self._description

    @property
    def input_schema(self) -> dict[str, Any]:
        return self.parameters.schema

    @cached_property
    def is_async(self) -> bool:
        """Whether calling it returns an awaitable."""
        inner: Any = _innermost(self.function)
        called = getattr(cast("Any", type(inner)), "__call__", None)  # noqa: B004 (it may be an async method)
        return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(called)

    def to_dict(self) -> dict[str, Any]:
        """The tool as a member of `tools` in a request."""
        param: dict[str, Any] = {"name": self.name, "input_schema": self.input_schema, **self._extra}
        if self.description:
            param["description"] = self.description
        if self._cache_control is not None:
            param["cache_control"] = dict(self._cache_control)
        return param

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        return self.function(*args, **kwargs)

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
        found: dict[str, object] = {}
        for cls in reversed(type(self).__mro__):
            if cls not in (object, Toolbox):  # whose method `tools` is not a tool, nor is one in its place
                found.update(vars(cls))
        kinds = (Tool, staticmethod, classmethod, FunctionType)
        names = [name for name, member in found.items() if isinstance(member, kinds) and not name.startswith("_")]
        members = [getattr(self, name) for name in names if name != "tools"]
        return [member if isinstance(member, Tool) else _tool_of(member) for member in members]


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
        if isinstance(one, Mapping) and one.get("type", "custom") == "custom":
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
    """The tools of functions and toolboxes, and anything else as it is."""
    for item in given:
        if isinstance(item, Toolbox):
            yield from item.tools()
        elif callable(item) and not isinstance(item, (Tool, Mapping)):
            yield _tool_of(item)
        else:
            yield item


def _tool_of(item: Callable[..., Any]) -> Tool[..., Any]:
    if inspect.isclass(item) and issubclass(item, Toolbox):
        raise ToolDefinitionError(f"{item.__name__} is the class of a toolbox. Give an object of it.")
    inner: Any = getattr(item, "__func__", None)
    if isinstance(inner, Tool):  # a classmethod of a tool, since Python 3.13
        return cast("Tool[..., Any]", inner).__get__(cast("Any", item).__self__)
    return Tool(cast("Callable[..., Any]", item))


def _name(function: Callable[..., Any], given: str | None) -> str:
    inner = _innermost(function)
    name = given or getattr(inner, "__name__", None) or type(inner).__name__
    if name == "<lambda>":
        raise ToolDefinitionError("A lambda has no name and no annotations. Write a function with both.")
    if not _NAME.fullmatch(name):
        raise ToolDefinitionError(
            f"{name!r} is not a tool's name, which is 1 to 128 of a-z A-Z 0-9 _ -. Give another name=..."
        )
    return name


def _innermost(function: Any) -> Any:
    """The function behind partials."""
    while hasattr(function, "func") and hasattr(function, "keywords"):
        function = function.func
    return function


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
        return [{"type": "text", "text": item} if isinstance(item, str) else item for item in items if item]
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def _is_block(value: object) -> bool:
    kind = value.get("type") if is_object(value) else None
    member, python = _BLOCKS.get(kind, ("", dict)) if isinstance(kind, str) else ("", dict)
    return is_object(value) and isinstance(value.get(member), python)
