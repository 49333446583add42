"""Tools: functions that the model may call. No I/O.

`tools/async_runners.py` runs them; `schema/parameters.py` makes the schema of their arguments.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

from ..content.blocks import CacheControl, cache_control_param
from ..core.arguments import SupportsToDict, check_limit
from ..core.errors import InvalidRequestError, ToolDefinitionError
from ..schema.parameters import Parameters

_P = ParamSpec("_P")
_R = TypeVar("_R")

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")


class Tool(Generic[_P, _R]):
    """A function as a tool. It can still be called, and bound as a method, like the function.

    name: its name for the model, by default that of the function.
    description: by default the text of the docstring.
    input_schema: the JSON Schema of its arguments, from their annotations.
    sequential: never run concurrently with another tool.
    timeout: the seconds that one call may take; None for the runner's limit.
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
        self._parameters: Parameters | None = None
        self._is_async: bool | None = None
        self._description = description
        self._cache_control = cache_control_param(cache_control, ToolDefinitionError)
        self._extra = dict(extra or {})
        self.__name__: str = self.name
        self.__doc__ = inspect.getdoc(function)
        self.__wrapped__ = function
        if not _is_method_of_a_class(function):
            self._parameters = Parameters.of(function)

    @property
    def parameters(self) -> Parameters:
        """The arguments. Raises ToolDefinitionError for a method that is not bound."""
        if self._parameters is None:
            self._parameters = Parameters.of(self.function)
        return self._parameters

    @property
    def description(self) -> str:
        return self.parameters.description if self._description is None else self._description

    @property
    def input_schema(self) -> dict[str, Any]:
        return self.parameters.schema

    @property
    def is_async(self) -> bool:
        """Whether calling it returns an awaitable."""
        if self._is_async is None:
            inner: Any = _innermost(self.function)
            called = getattr(cast("Any", type(inner)), "__call__", None)  # noqa: B004 (it may be an async method)
            self._is_async = inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(called)
        return self._is_async

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
        # The schema is made on first use, since a call of the method needs none.
        bound = cast("Tool[..., _R]", copy.copy(self))
        bound.function = bound.__wrapped__ = bind(instance, owner)
        bound._parameters = bound._is_async = None
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
    """Make a function a tool: `@tool`, or `@tool(name=..., sequential=True)`.

    name, description: instead of the function's name and docstring.
    sequential: never run it concurrently with another tool.
    timeout: the seconds that one call may take.
    cache_control: True, or the API's JSON object, to cache the prompt up to this tool.
    extra: further members of the tool in the request, such as `{"strict": True}`.
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
        found: dict[str, bool] = {}
        for cls in reversed(type(self).__mro__):
            if cls not in (object, Toolbox):
                found.update({name: _is_tool(name, member) for name, member in vars(cls).items()})
        members = [getattr(self, name) for name, is_tool in found.items() if is_tool]
        return [member if isinstance(member, Tool) else _tool_of(member) for member in members]


def as_tools(given: Iterable[object]) -> list[Tool[..., Any] | dict[str, Any]]:
    """The tools that a run can call, and as JSON objects those of the provider, such as web search.

    Raises ToolDefinitionError for a tool of the user without a function, and for two tools with one name.
    """
    if not isinstance(cast("object", given), Iterable):
        raise InvalidRequestError(f"tools is a {type(given).__name__}. Give a list, also of one.")
    tools: list[Tool[..., Any] | dict[str, Any]] = []
    for item in given:
        if isinstance(item, Toolbox):
            tools.extend(item.tools())
        elif isinstance(item, Tool):
            tools.append(cast("Tool[..., Any]", item))
        elif isinstance(item, Mapping) or (isinstance(item, SupportsToDict) and not callable(item)):
            tools.append(_server_tool(cast("Mapping[str, Any] | SupportsToDict", item)))
        elif callable(item):
            tools.append(_tool_of(item))
        else:
            kind = type(item).__name__
            raise ToolDefinitionError(f"tools holds a {kind}. Give functions, @tool functions or a Toolbox.")
    names = [one.name if isinstance(one, Tool) else one.get("name") for one in tools]
    for name in names:
        if name is not None and names.count(name) > 1:
            raise ToolDefinitionError(f"Two tools are called {name!r}. Give one of them another name=...")
    return tools


def tool_params(given: Iterable[object]) -> list[object]:
    """The `tools` of a request: functions and toolboxes become JSON objects, anything else stays."""
    params: list[object] = []
    for item in given:
        if isinstance(item, Toolbox):
            params.extend(one.to_dict() for one in item.tools())
        elif callable(item) and not isinstance(item, (Mapping, SupportsToDict)):
            params.append(_tool_of(item).to_dict())
        else:
            params.append(cast("Any", item))
    return params


def _tool_of(item: Callable[..., Any]) -> Tool[..., Any]:
    if inspect.isclass(item) and issubclass(item, Toolbox):
        raise ToolDefinitionError(f"{item.__name__} is the class of a toolbox. Give an object of it.")
    inner: Any = getattr(item, "__func__", None)
    if isinstance(inner, Tool):  # a classmethod of a tool, since Python 3.13
        return cast("Tool[..., Any]", inner).__get__(cast("Any", item).__self__)
    return Tool(cast("Callable[..., Any]", item))


def _server_tool(item: Mapping[str, Any] | SupportsToDict) -> dict[str, Any]:
    data: dict[str, Any] = dict(item) if isinstance(item, Mapping) else item.to_dict()
    if data.get("type", "custom") == "custom":
        raise ToolDefinitionError(
            f"The tool {data.get('name')!r} has no function to run. Give the function itself, with @tool if need be."
        )
    return data


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


def _is_tool(name: str, member: object) -> bool:
    # A toolbox may choose its tools with its own `tools` method, which is not a tool.
    return (
        not name.startswith("_")
        and name != "tools"
        and (isinstance(member, (Tool, staticmethod, classmethod)) or inspect.isfunction(member))
    )


def _is_method_of_a_class(function: object) -> bool:
    """Whether a function is decorated in the body of a class, so that its first argument is not known yet."""
    if isinstance(function, (classmethod, staticmethod)):
        return True
    first = next(iter(inspect.signature(cast("Any", function)).parameters), "") if inspect.isfunction(function) else ""
    return first in ("self", "cls")
