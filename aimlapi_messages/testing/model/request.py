"""The parts of a request that the answer depends on, read from a body in Anthropic's or OpenAI's format.

The same route accepts both formats. The body must be valid; unknown parts are ignored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Literal

from ..document.json_values import as_list, as_object, as_objects, as_text
from .media import Media, describe

_Mode = Literal["never", "auto", "must"]

# The default in the current documentation; older versions had others.
_DEFAULT_MAX_TOKENS = 64_000
_SYSTEM_ROLES = ("system", "developer")
# Tools that the client runs, but whose schema is implied by their type.
_BUILT_IN: dict[str, dict[str, Any]] = {
    "bash": {"command": {"const": "ls"}},
    "text_editor": {"command": {"const": "view"}, "path": {"const": "/"}},
    "memory": {"command": {"const": "view"}, "path": {"const": "/memories"}},
}


@dataclass(frozen=True)
class Tool:
    """A tool that the client runs: name, description, and the JSON Schema of its input."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True)
class ToolChoice:
    """Whether tools are called, and which; `names` is None for all."""

    mode: _Mode = "auto"
    names: frozenset[str] | None = None
    parallel: bool = True


@dataclass(frozen=True)
class ToolResult:
    """A tool's result: the tool's name if known, the text, and whether it failed."""

    name: str
    text: str
    failed: bool


@dataclass(frozen=True)
class MessageRequest:
    """A message to be answered.

    question: the user's last text, also if only results of tools followed.
    turns: the number of the user's messages.
    results: those of the tools in the last message.
    choice, tools: which of the caller's tools may be called.
    output_schema: the schema of a structured answer, or None.
    body: the whole request; do not change it.
    """

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
    output_schema: dict[str, Any] | None
    body: dict[str, Any] = field(repr=False)


def read_request(body: dict[str, Any], media: list[Media]) -> MessageRequest:
    """Read a valid `body`; `media` is the result of `read_media`."""
    messages = as_objects(body["messages"])
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
        tools=tuple(filter(None, map(_read_tool, as_objects(body.get("tools"))))),
        choice=_read_choice(body.get("tool_choice")),
        max_tokens=int(body.get("max_tokens", _DEFAULT_MAX_TOKENS)),
        stop_sequences=tuple(filter(None, map(as_text, as_list(body.get("stop_sequences"))))),
        thinking=_read_thinking(as_object(body.get("thinking"))),
        output_schema=as_object(as_object(body.get("output_config")).get("format")).get("schema"),
        body=body,
    )


def _text_of(content: Any) -> str:
    """The text of a content that is a string or a list of blocks, joined by spaces."""
    if isinstance(content, str):
        return content
    return " ".join(filter(None, (as_text(block.get("text")) for block in as_objects(content))))


def _results(messages: list[dict[str, Any]]) -> list[ToolResult]:
    """The tool results of the last turn, which are blocks or separate messages."""
    names = _call_names(messages)
    trailing = [*takewhile(lambda message: message.get("role") == "tool", reversed(messages))][::-1]
    last = messages[-1] if messages[-1].get("role") == "user" else {}
    blocks = [block for block in as_objects(last.get("content")) if block.get("type") == "tool_result"]
    return [_result(block, names) for block in trailing or blocks]


def _call_names(messages: list[dict[str, Any]]) -> dict[str, str]:
    """The names of the called tools, by the call's id."""
    names: dict[str, str] = {}
    for message in messages:
        for block in as_objects(message.get("content")):
            if block.get("type") == "tool_use":
                names[as_text(block.get("id"))] = as_text(block.get("name"))
        for call in as_objects(message.get("tool_calls")):
            names[as_text(call.get("id"))] = _function_name(call)
    return names


def _result(block: dict[str, Any], names: dict[str, str]) -> ToolResult:
    content = block.get("content")
    parts = [_text_of(content), *(f"({text})" for text in map(describe, as_objects(content)) if text)]
    name = names.get(as_text(block.get("tool_use_id") or block.get("tool_call_id")), "")
    return ToolResult(name, " ".join(filter(None, parts)), block.get("is_error") is True)


def _read_tool(tool: dict[str, Any]) -> Tool | None:
    """A tool that the client runs, or None if the provider runs it."""
    name = as_text(tool.get("name"))
    if "function" in tool or "input_schema" in tool:
        inner = as_object(tool.get("function", tool))
        schema = as_object(inner.get("input_schema", inner.get("parameters")))
        return Tool(as_text(inner.get("name")), as_text(inner.get("description")), schema)
    for prefix, properties in _BUILT_IN.items():
        if as_text(tool.get("type")).startswith(f"{prefix}_2"):
            schema = {"type": "object", "properties": properties, "required": list(properties)}
            return Tool(name or prefix, "", schema)
    return None


def _read_choice(value: Any) -> ToolChoice:
    modes: dict[Any, _Mode] = {"none": "never", "required": "must", "any": "must"}
    if isinstance(value, str):
        return ToolChoice(modes.get(value, "auto"))
    choice = as_object(value)
    parallel = choice.get("disable_parallel_tool_use") is not True
    match choice.get("type"):
        case "tool":
            return ToolChoice("must", frozenset({as_text(choice.get("name"))}), parallel)
        case "function":
            return ToolChoice("must", frozenset({_function_name(choice)}), parallel)
        case "allowed_tools":
            allowed = as_object(choice.get("allowed_tools"))
            names = [_function_name(tool) or as_text(tool.get("name")) for tool in as_objects(allowed.get("tools"))]
            return ToolChoice(modes.get(allowed.get("mode"), "auto"), frozenset(names), parallel)
        case other:
            return ToolChoice(modes.get(other, "auto"), parallel=parallel)


def _function_name(value: dict[str, Any]) -> str:
    return as_text(as_object(value.get("function")).get("name"))


def _read_thinking(thinking: dict[str, Any]) -> Literal["off", "shown", "omitted"]:
    if thinking.get("type") not in ("enabled", "adaptive"):
        return "off"
    return "omitted" if thinking.get("display") == "omitted" else "shown"


def canonical(body: dict[str, Any]) -> str:
    """The parts of a body that determine the answer, as a string that is equal for equal requests."""
    deciding = {name: value for name, value in body.items() if name != "stream"}
    return json.dumps(deciding, sort_keys=True, ensure_ascii=False)
