"""What the gateway and the model's provider reject although the schema allows it.

The unions of the published schemas end in an alternative that accepts anything with a `type`, and a schema cannot
compare one field with another. These checks replace the provider's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from ..faults.errors import Issue
from .json_values import as_list, as_object, as_objects, as_text, json_type
from .validation import is_schema

# Rejected if null, even where the document lacks the field or allows null.
_NEVER_NULL = frozenset({"max_tokens", "metadata", "stop_sequences", "stream", "system", "temperature"}).union(
    ("thinking", "tool_choice", "tools", "top_k", "top_p")
)
# Members of blocks that the provider takes and the gateway's document does not know.
_UNDOCUMENTED = frozenset({"caller", "citations"})
# Those of the objects in a block, and of other objects of a request, by their type where they have several; objects of
# unknown types pass.
_DATA = frozenset({"type", "media_type", "data"})
_SOURCES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("base64", "text"), _DATA),
    "url": frozenset({"type", "url"}),
    "content": frozenset({"type", "content"}),
    "file": frozenset({"type", "file_id"}),
}
_CACHE_CONTROL: Mapping[str, frozenset[str]] = dict.fromkeys(("ephemeral",), frozenset({"type", "ttl"}))
_CALLERS: Mapping[str, frozenset[str]] = {"direct": frozenset({"type"})}
_THINKING: Mapping[str, frozenset[str]] = {
    "enabled": frozenset({"type", "budget_tokens", "display"}),
    "adaptive": frozenset({"type", "display"}),
    "disabled": frozenset({"type"}),
}
_TOOL_CHOICES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("auto", "any"), frozenset({"type", "disable_parallel_tool_use"})),
    "tool": frozenset({"type", "name", "disable_parallel_tool_use"}),
    "none": frozenset({"type"}),
}
_INSIDE = {"source": _SOURCES, "cache_control": _CACHE_CONTROL, "caller": _CALLERS}
_CUSTOM_TOOL = frozenset({"type", "name", "description", "input_schema", "cache_control", "strict"}).union(
    ("defer_loading", "allowed_callers", "eager_input_streaming", "input_examples")
)
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SCHEMA = "Expected a JSON Schema of draft 2020-12"
_MOST_CACHE_CONTROLS = 4
_MIN_THINKING_TOKENS = 1_024


def check_nulls(body: dict[str, Any]) -> list[Issue]:
    """An issue for each field that is null; optional fields may only be absent."""
    nulls = [name for name, value in body.items() if value is None and name in _NEVER_NULL]
    return [Issue(name, "Expected a value or no field, received null") for name in nulls]


def check_body(body: dict[str, Any], members: Mapping[str, frozenset[str]]) -> list[Issue]:
    """The issues of a body that its schema allows. members: those of each known type of block."""
    messages = as_objects(body["messages"])
    issues = [] if messages else [Issue("messages", "Expected at least 1 message")]
    for turn, message in enumerate(messages):
        issues += _check_members(f"messages[{turn}].content", message.get("content"), members)
    issues += _check_members("system", body.get("system"), members)
    issues += _check_object("thinking", body.get("thinking"), _THINKING)
    issues += _check_object("tool_choice", body.get("tool_choice"), _TOOL_CHOICES)
    issues += [issue for turn, message in enumerate(messages) for issue in _check_content(turn, message)]
    return [*issues, *_check_limits(body), *_check_tools(body), *_check_pairs(messages), *_check_caching(body)]


def _check_members(path: str, content: Any, members: Mapping[str, frozenset[str]]) -> Iterator[Issue]:
    """The provider refuses a block with a member that it does not know; blocks of unknown types pass."""
    for index, block in enumerate(map(as_object, as_list(content))):
        if as_text(block.get("type")) in members:
            yield from _check_object(f"{path}[{index}]", block, members, _UNDOCUMENTED)
            for name, known in _INSIDE.items():
                yield from _check_object(f"{path}[{index}].{name}", block.get(name), known)
            if block.get("type") == "document":
                yield from _unknown(f"{path}[{index}].citations", block.get("citations"), {"enabled"})
            yield from _check_members(f"{path}[{index}].content", block.get("content"), members)
            source = as_object(block.get("source"))
            yield from _check_members(f"{path}[{index}].source.content", source.get("content"), members)


def _check_object(
    path: str, value: Any, members: Mapping[str, frozenset[str]], more: Set[str] = frozenset()
) -> Iterator[Issue]:
    """Those of one object, whose type says which members it has."""
    known = members.get(as_text(as_object(value).get("type")))
    return iter(()) if known is None else _unknown(path, value, known | more)


def _unknown(path: str, value: Any, known: Set[str]) -> Iterator[Issue]:
    for name in sorted(as_object(value).keys() - known):
        yield Issue(f"{path}.{name}", "Unknown field")


def _check_content(turn: int, message: dict[str, Any]) -> list[Issue]:
    """A user message has content, and no text block is empty."""
    path = f"messages[{turn}].content"
    content = message.get("content")
    if message.get("role") == "user" and not content:
        return [Issue(path, "Expected text or blocks, received nothing")]
    return [
        Issue(f"{path}[{index}].text", "Expected non-empty text")
        for index, block in enumerate(as_objects(content))
        if block.get("type") == "text" and block.get("text") == ""
    ]


def _check_limits(body: dict[str, Any]) -> list[Issue]:
    limit: Any = body.get("max_tokens")
    thinking = as_object(body.get("thinking"))
    budget: Any = thinking.get("budget_tokens")
    if limit is not None and not _is_integer(limit, 1):
        return [Issue("max_tokens", "Expected an integer of at least 1")]
    if thinking.get("type") == "enabled" and not _is_integer(budget, _MIN_THINKING_TOKENS):
        return [Issue("thinking.budget_tokens", f"Expected an integer of at least {_MIN_THINKING_TOKENS}")]
    if thinking.get("type") == "enabled" and limit is not None and budget >= limit:
        return [Issue("thinking.budget_tokens", "Expected less than max_tokens")]
    return []


def _check_tools(body: dict[str, Any]) -> list[Issue]:
    form = as_object(as_object(body.get("output_config")).get("format"))
    fits = "schema" not in form or is_schema(form["schema"])
    issues = [] if fits else [Issue("output_config.format.schema", _SCHEMA)]
    names: list[str] = []
    for index, tool in enumerate(as_objects(body.get("tools"))):
        issues += [Issue(f"tools[{index}].{path}", reason) for path, reason in _check_tool(tool)]
        if tool.get("type", "custom") == "custom" and "input_schema" in tool:
            issues += _unknown(f"tools[{index}]", tool, _CUSTOM_TOOL)
            if not _TOOL_NAME.fullmatch(as_text(tool.get("name"))):
                issues.append(Issue(f"tools[{index}].name", f"Expected a match of {_TOOL_NAME.pattern}"))
            issues += _check_object(f"tools[{index}].cache_control", tool.get("cache_control"), _CACHE_CONTROL)
        name = as_text(as_object(tool.get("function") or tool.get("custom") or tool).get("name"))
        if name in names:
            issues.append(Issue(f"tools[{index}].name", "Expected a name that is not used by another tool"))
        names.append(name)
    choice = as_object(body.get("tool_choice"))
    if choice.get("type") in ("any", "tool") and not names:
        issues.append(Issue("tool_choice", "Expected tools as well"))
    elif choice.get("type") == "tool" and as_text(choice.get("name")) not in names:
        issues.append(Issue("tool_choice.name", "Expected the name of one of the tools"))
    return issues


def _check_tool(tool: dict[str, Any]) -> list[tuple[str, str]]:
    """The paths and reasons of the issues of a tool's schema."""
    if tool.get("type", "custom") == "custom" and "custom" not in tool and "input_schema" not in tool:
        return [("input_schema", "Required")]
    parameters = as_object(tool.get("function")).get("parameters")
    schemas = {"input_schema": tool.get("input_schema"), "function.parameters": parameters}
    return [(path, _SCHEMA) for path, schema in schemas.items() if schema is not None and not is_schema(schema)]


def _check_pairs(messages: list[dict[str, Any]]) -> list[Issue]:
    """Every tool_use block has its tool_result in the next message, and no other tool_result is there."""
    issues: list[Issue] = []
    calls: dict[str, str] = {}
    for turn, message in enumerate(messages):
        path = f"messages[{turn}].content"
        blocks = as_objects(message.get("content"))
        results = [
            (index, as_text(block.get("tool_use_id")))
            for index, block in enumerate(blocks)
            if block.get("type") == "tool_result"
        ]
        reason = "Expected the id of a tool_use block in the previous message"
        issues += [Issue(f"{path}[{index}].tool_use_id", reason) for index, called in results if called not in calls]
        reason = "Expected a tool_result for this tool_use in the next message"
        issues += [Issue(where, reason) for called, where in calls.items() if called not in dict(results).values()]
        reason = "Expected one tool_result for each tool_use"
        issues += [Issue(f"{path}[{index}].tool_use_id", reason) for index in _repeated(results)]
        called = [
            (index, as_text(block.get("id"))) for index, block in enumerate(blocks) if block.get("type") == "tool_use"
        ]
        issues += [Issue(f"{path}[{index}].id", "Expected an id of its own") for index in _repeated(called)]
        is_model = message.get("role") == "assistant"
        calls = {name: f"{path}[{index}]" for index, name in called} if is_model else {}
    return issues


def _repeated(names: Iterable[tuple[int, str]]) -> Iterator[int]:
    """The places of those that an earlier one has."""
    seen = set[str]()
    for place, name in names:
        if name in seen:
            yield place
        seen.add(name)


def _check_caching(body: dict[str, Any]) -> list[Issue]:
    """The provider takes four breakpoints of the cache in all."""
    contents = [body.get("system"), *(message.get("content") for message in as_objects(body["messages"]))]
    blocks = [block for content in contents for block in as_objects(content)]
    blocks += [inner for block in blocks for inner in as_objects(block.get("content"))]
    count = sum("cache_control" in one for one in (body, *blocks, *as_objects(body.get("tools"))))
    if count <= _MOST_CACHE_CONTROLS:
        return []
    return [Issue("cache_control", f"Expected at most {_MOST_CACHE_CONTROLS} in a request, received {count}")]


def _is_integer(value: Any, least: int) -> bool:
    """Whether a JSON value is an integer of at least `least`; 5.0 counts as one."""
    return json_type(value) == "number" and value % 1 == 0 and value >= least
