"""Functions as tools, by the names of the `anthropic` SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from inspect import isfunction, signature
from typing import Any, Generic, TypeAlias, TypeVar, cast, overload

from ...core.errors import ToolError as ToolError
from ...tools.tool import Tool
from ..async_runners import AsyncToolRunner, AsyncToolStreamRunner
from ..runners import ToolRunner, ToolStreamRunner

_F = TypeVar("_F", bound=Callable[..., Any])

BetaAsyncStreamingToolRunner = AsyncToolStreamRunner
BetaAsyncToolRunner = AsyncToolRunner
BetaFunctionToolResultType: TypeAlias = str | Iterable[Any]
BetaStreamingToolRunner = ToolStreamRunner
BetaToolRunner = ToolRunner


class BetaFunctionTool(Tool[..., Any], Generic[_F]):
    """A function as a tool. It can still be called like the function."""

    @property
    def func(self) -> _F:
        return cast("_F", self.function)

    def to_dict(self) -> Any:
        return super().to_dict()


BetaAsyncFunctionTool = BetaFunctionTool


@overload
def beta_tool(
    func: _F,
    *,
    name: str | None = ...,
    description: str | None = ...,
    input_schema: Mapping[str, Any] | type[Any] | None = ...,
    cache_control: Mapping[str, Any] | None = ...,
    **members: Any,
) -> BetaFunctionTool[_F]: ...


@overload
def beta_tool(
    *,
    name: str | None = ...,
    description: str | None = ...,
    input_schema: Mapping[str, Any] | type[Any] | None = ...,
    cache_control: Mapping[str, Any] | None = ...,
    **members: Any,
) -> Callable[[_F], BetaFunctionTool[_F]]: ...


def beta_tool(
    func: _F | None = None, *, input_schema: Any = None, cache_control: Any = None, **options: Any
) -> BetaFunctionTool[_F] | Callable[[_F], BetaFunctionTool[_F]]:
    """Make a function a tool: `@beta_tool`, or `@beta_tool(name=..., description=..., defer_loading=True)`.

    input_schema: a JSON Schema, or a pydantic model that has one. sequential, timeout: as of `aimlapi_messages.tool`.
    Other names, such as `strict`, are members of the tool in the request. A parameter without an annotation takes any
    JSON. Raises ToolDefinitionError.
    """
    if func is None:
        decorate: Any = partial(beta_tool, input_schema=input_schema, cache_control=cache_control, **options)
        return cast("Callable[[_F], BetaFunctionTool[_F]]", decorate)
    if isinstance(input_schema, type):
        input_schema = cast("Any", input_schema).model_json_schema()
    for name in signature(func).parameters if isfunction(func) else ():
        func.__annotations__.setdefault(name, Any)
    named = {name: options.pop(name) for name in ("name", "description", "sequential", "timeout") if name in options}
    extra = {name: value for name, value in options.items() if value is not None}
    return BetaFunctionTool(func, input_schema=input_schema, cache_control=cache_control, extra=extra, **named)


beta_async_tool = beta_tool
