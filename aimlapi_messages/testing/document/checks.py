"""What the gateway and the model's provider refuse although the schema admits it.

Schemas of the published documents end in alternatives that take anything with a `type`, and cannot compare
one field with another; these checks stand in for the provider's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..faults.errors import Issue
from .json_values import as_object, as_objects, as_text, kind_of
from .validation import is_schema

# Refused when null even where the document has no such field or would admit null.
_NEVER_NULL = frozenset({"max_tokens", "metadata", "stop_sequences", "stream", "system", "temperature"}).union(
    ("thinking", "tool_choice", "tools", "top_k", "top_p")
)
_MIN_THINKING_TOKENS = 1_024


def check_nulls(body: dict[str, Any], fields: Iterable[str]) -> list[Issue]:
    """A field that is given must not be null. `fields` are the ones that the document names."""
    names = _NEVER_NULL.union(fields)
    return [
        Issue(name, "Expected a value or no field at all, received null")
        for name, value in body.items()
        if value is None and name in names
    ]


def check_body(body: dict[str, Any]) -> list[Issue]:
    """The problems of a body that is valid by its schema."""
    messages = as_objects(body["messages"])
    issues = [] if messages else [Issue("messages", "Expected at least 1 message")]
    issues += [issue for turn, message in enumerate(messages) for issue in _check_content(turn, message)]
    return [*issues, *_check_limits(body), *_check_tools(body), *_check_pairs(messages)]


def _check_content(turn: int, message: dict[str, Any]) -> list[Issue]:
    """A user says something, and no text is empty."""
    path = f"messages[{turn}].content"
    content = message.get("content")
    if message.get("role") == "user" and not content:
        return [Issue(path, "Expected text or blocks that are not empty")]
    return [
        Issue(f"{path}[{index}].text", "Expected text that is not empty")
        for index, block in enumerate(as_objects(content))
        if block.get("type") == "text" and block.get("text") == ""
    ]


def _check_limits(body: dict[str, Any]) -> list[Issue]:
    limit: Any = body.get("max_tokens")
    thinking = as_object(body.get("thinking"))
    budget: Any = thinking.get("budget_tokens")
    if limit is not None and not _is_whole(limit, 1):
        return [Issue("max_tokens", "Expected a whole number of at least 1")]
    if thinking.get("type") == "enabled" and not _is_whole(budget, _MIN_THINKING_TOKENS):
        return [Issue("thinking.budget_tokens", f"Expected a whole number of at least {_MIN_THINKING_TOKENS}")]
    if thinking.get("type") == "enabled" and limit is not None and budget >= limit:
        return [Issue("thinking.budget_tokens", "Expected less than max_tokens")]
    return []


def _check_tools(body: dict[str, Any]) -> list[Issue]:
    issues: list[Issue] = []
    names: list[str] = []
    for index, tool in enumerate(as_objects(body.get("tools"))):
        issues += [Issue(f"tools[{index}].{path}", reason) for path, reason in _check_tool(tool)]
        name = as_text(as_object(tool.get("function") or tool.get("custom") or tool).get("name"))
        if name in names:
            issues.append(Issue(f"tools[{index}].name", "Expected a name that no other tool has"))
        names.append(name)
    choice = as_object(body.get("tool_choice"))
    if choice.get("type") in ("any", "tool") and not names:
        issues.append(Issue("tool_choice", "Expected tools beside it"))
    elif choice.get("type") == "tool" and as_text(choice.get("name")) not in names:
        issues.append(Issue("tool_choice.name", "Expected the name of one of the tools"))
    return issues


def _check_tool(tool: dict[str, Any]) -> list[tuple[str, str]]:
    """The paths and reasons of the problems of a tool's schema."""
    if tool.get("type", "custom") == "custom" and "custom" not in tool and "input_schema" not in tool:
        return [("input_schema", "Required")]
    parameters = as_object(tool.get("function")).get("parameters")
    schemas = {"input_schema": tool.get("input_schema"), "function.parameters": parameters}
    return [
        (path, "Expected a JSON Schema of draft 2020-12")
        for path, schema in schemas.items()
        if schema is not None and not is_schema(schema)
    ]


def _check_pairs(messages: list[dict[str, Any]]) -> list[Issue]:
    """Every call of a tool is answered in the next message, and nothing else is."""
    issues: list[Issue] = []
    calls: dict[str, str] = {}
    for turn, message in enumerate(messages):
        path = f"messages[{turn}].content"
        blocks = as_objects(message.get("content"))
        answered: set[str] = set()
        for index, block in enumerate(blocks):
            if block.get("type") == "tool_result":
                identifier = as_text(block.get("tool_use_id"))
                answered.add(identifier)
                if identifier not in calls:
                    reason = "Expected the id of a tool_use block in the message before"
                    issues.append(Issue(f"{path}[{index}].tool_use_id", reason))
        for identifier, where in calls.items():
            if identifier not in answered:
                issues.append(Issue(where, "Expected a tool_result for it in the next message"))
        calls = {
            as_text(block.get("id")): f"{path}[{index}]"
            for index, block in enumerate(blocks)
            if block.get("type") == "tool_use" and message.get("role") == "assistant"
        }
    return issues


def _is_whole(value: Any, least: int) -> bool:
    """Whether a JSON number is whole and at least `least`; 5.0 is as whole as 5."""
    return kind_of(value) == "number" and value % 1 == 0 and value >= least
