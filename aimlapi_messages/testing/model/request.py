"""A request as the answers need it, read alike from Anthropic's form and the OpenAI form.

The same route takes both forms. Works on a body that was found valid; what it does not know it skips.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from ..document.json_values import as_list, as_object, as_text
from .media import Media, describe

_Mode = Literal["never", "auto", "must"]

# What each generation of the documentation takes when a request gives no limit differs; this is today's.
_DEFAULT_MAX_TOKENS = 64_000
_SYSTEM_ROLES = ("system", "developer")
# Tools whose input is fixed by their type: the client runs them, but the request holds no schema of theirs.
_BUILT_IN: dict[str, dict[str, Any]] = {
    "bash": {"command": {"const": "ls"}},
    "text_editor": {"command": {"const": "view"}, "path": {"const": "/"}},
    "memory": {"command": {"const": "view"}, "path": {"const": "/memories"}},
}


@dataclass(frozen=True)
class Tool:
    """A tool that the caller runs: name, description, and the JSON Schema of its input."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class ToolChoice:
    """`never`, `auto` or `must`; `names` limits which tools count (None: all)."""

    mode: _Mode = "auto"
    names: frozenset[str] | None = None
    parallel: bool = True


@dataclass(frozen=True)
class ToolResult:
    """What a tool gave back: the tool's name when it is known, the text, and whether it failed.

    calls: how often the tool was called in the conversation so far.
    """

    name: str
    text: str
    failed: bool
    calls: int


@dataclass(frozen=True)
class MessageRequest:
    """One request. `question` is the last text of the user's, `turns` counts the user messages."""

    question: str
    turns: int
    system: str
    media: tuple[Media, ...]
    results: tuple[ToolResult, ...]
    tools: tuple[Tool, ...]
    choice: ToolChoice
    max_tokens: int
    stop_sequences: tuple[str, ...]
    thinking: Literal["off", "shown", "omitted"]
    body: dict[str, Any] = field(repr=False)


def read_request(body: dict[str, Any], media: list[Media]) -> MessageRequest:
    """Read a valid `body`; `media` is what `read_media` found in it."""
    messages = [as_object(message) for message in as_list(body["messages"])]
    users = [index for index, message in enumerate(messages) if message.get("role") == "user"]
    last = users[-1] if users else -1
    instructions = [message for message in messages if message.get("role") in _SYSTEM_ROLES]
    system = [_text_of(body.get("system")), *(_text_of(message.get("content")) for message in instructions)]
    return MessageRequest(
        question=next(filter(None, (_text_of(messages[index].get("content")) for index in reversed(users))), ""),
        turns=len(users),
        system=" ".join(filter(None, system)),
        media=tuple(one for one in media if one.turn == last),
        results=tuple(_results(messages)),
        tools=tuple(filter(None, map(_read_tool, as_list(body.get("tools"))))),
        choice=_read_choice(body.get("tool_choice")),
        max_tokens=int(body.get("max_tokens", _DEFAULT_MAX_TOKENS)),
        stop_sequences=tuple(filter(None, map(as_text, as_list(body.get("stop_sequences"))))),
        thinking=_read_thinking(as_object(body.get("thinking"))),
        body=body,
    )


def _text_of(content: Any) -> str:
    """The text of a content that is a string or a list of blocks; texts are joined by a space."""
    if isinstance(content, str):
        return content
    texts = (as_text(as_object(block).get("text")) for block in as_list(content))
    return " ".join(filter(None, texts))


def _results(messages: list[dict[str, Any]]) -> list[ToolResult]:
    """The tool results that the last turn brings."""
    names = _call_names(messages)
    if messages[-1].get("role") == "tool":
        trailing: list[dict[str, Any]] = []
        while messages and messages[-1].get("role") == "tool":
            trailing.insert(0, messages[-1])
            messages = messages[:-1]
        return [_result(message, "tool_call_id", names) for message in trailing]
    if messages[-1].get("role") != "user":
        return []
    blocks = [as_object(block) for block in as_list(messages[-1].get("content"))]
    return [_result(block, "tool_use_id", names) for block in blocks if block.get("type") == "tool_result"]


def _call_names(messages: list[dict[str, Any]]) -> dict[str, str]:
    """The tool's name for each call in the conversation, by the call's id."""
    names: dict[str, str] = {}
    for message in messages:
        for block in map(as_object, as_list(message.get("content"))):
            if block.get("type") == "tool_use":
                names[as_text(block.get("id"))] = as_text(block.get("name"))
        for call in map(as_object, as_list(message.get("tool_calls"))):
            names[as_text(call.get("id"))] = as_text(as_object(call.get("function")).get("name"))
    return names


def _result(block: dict[str, Any], key: str, names: dict[str, str]) -> ToolResult:
    content = block.get("content")
    parts = [_text_of(content)]
    parts += [f"({text})" for text in map(describe, map(as_object, as_list(content))) if text]
    name = names.get(as_text(block.get(key)), "")
    calls = list(names.values()).count(name)
    return ToolResult(name, " ".join(filter(None, parts)), block.get("is_error") is True, calls)


def _read_tool(value: Any) -> Tool | None:
    """A tool that the caller runs, or None for one that the provider runs."""
    tool = as_object(value)
    kind = as_text(tool.get("type")) or "custom"
    if "function" in tool:
        function = as_object(tool["function"])
        return _described(function, as_object(function.get("parameters")))
    if "input_schema" in tool:
        return _described(tool, as_object(tool["input_schema"]))
    for prefix, properties in _BUILT_IN.items():
        if kind.startswith(f"{prefix}_2"):
            schema = {"type": "object", "properties": properties, "required": list(properties)}
            return Tool(as_text(tool.get("name")) or prefix, "", schema)
    return None


def _described(tool: dict[str, Any], schema: dict[str, Any]) -> Tool:
    return Tool(as_text(tool.get("name")), as_text(tool.get("description")), schema)


def _read_choice(value: Any) -> ToolChoice:
    if isinstance(value, str):
        modes: dict[str, _Mode] = {"none": "never", "required": "must"}
        return ToolChoice(modes.get(value, "auto"))
    choice = as_object(value)
    parallel = choice.get("disable_parallel_tool_use") is not True
    match choice.get("type"):
        case "none":
            return ToolChoice("never")
        case "any":
            return ToolChoice("must", parallel=parallel)
        case "tool":
            return ToolChoice("must", frozenset({as_text(choice.get("name"))}), parallel)
        case "function":
            return ToolChoice("must", frozenset({_function_name(choice)}), parallel)
        case "allowed_tools":
            allowed = as_object(choice.get("allowed_tools"))
            tools = [as_object(tool) for tool in as_list(allowed.get("tools"))]
            names = frozenset(_function_name(tool) or as_text(tool.get("name")) for tool in tools)
            return ToolChoice("must" if allowed.get("mode") == "required" else "auto", names, parallel)
        case _:
            return ToolChoice("auto", parallel=parallel)


def _function_name(value: dict[str, Any]) -> str:
    return as_text(as_object(value.get("function")).get("name"))


def _read_thinking(thinking: dict[str, Any]) -> Literal["off", "shown", "omitted"]:
    if thinking.get("type") not in ("enabled", "adaptive"):
        return "off"
    return "omitted" if thinking.get("display") == "omitted" else "shown"


def canonical(body: dict[str, Any]) -> str:
    """The parts of a body that decide the answer, as one text that is equal for equal requests."""
    deciding = {name: value for name, value in body.items() if name != "stream"}
    return json.dumps(deciding, sort_keys=True, ensure_ascii=False)
