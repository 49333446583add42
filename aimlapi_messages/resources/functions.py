"""Functions among the tools of a request, made into what stands for them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast


def with_tool_params(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same options, where functions and toolboxes among the tools are JSON objects.

    Raises ToolDefinitionError for a function that cannot be a tool.
    """
    tools = options.get("tools")
    if not isinstance(tools, (list, tuple, Iterator)):
        return options
    items = list(cast("Iterable[object]", tools))
    if any(callable(item) or hasattr(item, "tools") for item in items):
        from ..tools.tool import tool_params  # noqa: PLC0415 (loads what reads annotations)

        items = tool_params(items)
    return {**options, "tools": items}
