"""Tools: functions that the model may call. What a tool is, how it is made, and what it answers. Pure.

A tool is run by `tools/runner.py`; the schema of its arguments comes from `schema/parameters.py`.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast, overload

from ..core.arguments import check_limit
from ..core.errors import InvalidRequestError, ToolDefinitionError
from ..core.types import SupportsToDict
from ..schema.parameters import Parameters

__all__ = ["Tool", "Toolbox", "as_tools", "tool", "tool_params"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")

CacheControl = Mapping[str, Any] | SupportsToDict | bool | None


class Tool(Generic[_P, _R]):
    """A function as a tool. It can still be called like the function; as a method it is bound as one.

    name: what the model calls it; the function's name unless given.
    description: the text of the docstring unless given.
    input_schema: the JSON Schema of its arguments, made from the annotations.
    sequential: never run at the same time as another tool.
    timeout: the seconds that one call may take; None for what the runner says.
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
        self.name = _name(function, name)
        self.sequential = sequential
        check_limit("timeout", timeout, ToolDefinitionError)
        self.timeout = timeout
        self._parameters: Parameters | None = None
        self._description = description
        self._cache_control = _cache_control(cache_control)
        self._extra = dict(extra or {})
        self.__name__ = self.name
        self.__doc__ = inspect.getdoc(function)
        self.__wrapped__ = function
        if not _is_method_of_a_class(function):
            self._parameters = Parameters.of(function)

    @property
    def parameters(self) -> Parameters:
        """The arguments. Raises ToolDefinitionError for a method that no object was given to."""
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
        """Whether calling it gives something to await."""
        inner: Any = _innermost(self.function)
        kind = cast("Any", type(inner))
        # An object may have an async method for its call.
        return any(inspect.iscoroutinefunction(one) for one in (inner, getattr(kind, "__call__", None)))  # noqa: B004

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
        # Its schema is made when it is asked for, since a call of the method needs none.
        bound = cast("Tool[..., _R]", copy.copy(self))
        bound.function = bound.__wrapped__ = bind(instance, owner)
        bound._parameters = None
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
    sequential: never run it at the same time as another tool.
    timeout: the seconds that one call may take.
    cache_control: True, or the API's JSON object, to cache the prompt up to this tool.
    extra: further members of the tool in the request, such as `{"strict": True}`.
    Raises ToolDefinitionError for a function that no schema can be made of.
    """
    if function is None:
        return lambda decorated: Tool(decorated, **options)
    return Tool(function, **options)


class Toolbox:
    """A class whose public methods are tools: derive from it, and give an object of it as one of `tools`.

    Methods decorated with `@tool(...)` keep their options. What begins with an underscore is no tool, and neither
    are properties and attributes.
    """

    def tools(self) -> list[Tool[..., Any]]:
        """The tools of this object, in the order their methods were written, those of base classes first."""
        found: dict[str, bool] = {}
        for cls in reversed(type(self).__mro__):
            if cls not in (object, Toolbox):
                found.update({name: _is_tool(name, member) for name, member in vars(cls).items()})
        members = [getattr(self, name) for name, is_tool in found.items() if is_tool]
        return [member if isinstance(member, Tool) else _tool_of(member) for member in members]


def as_tools(given: Iterable[object]) -> list[Tool[..., Any] | dict[str, Any]]:
    """The tools that a run can call, and as JSON objects those that run elsewhere, such as web search.

    Raises ToolDefinitionError for a tool of your own that has no function, and for two of one name.
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
    """What stands for `tools` in a request: functions and toolboxes become their JSON objects, anything else stays."""
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
    if isinstance(inner, Tool):  # what a classmethod makes of a tool since Python 3.13
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


def _cache_control(given: CacheControl) -> dict[str, Any] | None:
    if given is None or isinstance(given, bool):
        return {"type": "ephemeral"} if given else None
    if isinstance(given, SupportsToDict):
        return given.to_dict()
    if not isinstance(cast("object", given), Mapping):
        raise ToolDefinitionError(f"cache_control is a {type(given).__name__}. Give True, or a JSON object.")
    return dict(given)


def _innermost(function: Any) -> Any:
    """What is behind partials."""
    while hasattr(function, "func") and hasattr(function, "keywords"):
        function = function.func
    return function


def _is_tool(name: str, member: object) -> bool:
    # A toolbox may choose its own tools by a `tools` of its own, which is none itself.
    return (
        not name.startswith("_")
        and name != "tools"
        and (isinstance(member, (Tool, staticmethod, classmethod)) or inspect.isfunction(member))
    )


def _is_method_of_a_class(function: object) -> bool:
    """Whether a function is being decorated in the body of a class, so that its first argument is yet to come."""
    if isinstance(function, (classmethod, staticmethod)):
        return True
    first = next(iter(inspect.signature(cast("Any", function)).parameters), "") if inspect.isfunction(function) else ""
    return first in ("self", "cls")
