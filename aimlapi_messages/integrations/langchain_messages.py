"""Messages of LangChain as those of the API, and answers, whole or streamed, as messages of LangChain. No I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Final, cast

from langchain_core import exceptions, messages as lc
from langchain_core.messages.block_translators import anthropic as translator, register_translator
from langchain_core.messages.tool import invalid_tool_call, tool_call, tool_call_chunk
from langchain_core.output_parsers import BaseCumulativeTransformOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, Generation

from .. import ContentError, InvalidRequestError, Message, document, image
from ..types import Usage

# The `model_provider` of answers, by which LangChain knows how to read their content.
PROVIDER: Final = "aimlapi"

# Whose thinking is Claude's, signed for Claude.
_NATIVE: Final = (None, PROVIDER, "anthropic")

_CALL_ID: Final = re.compile(r"[a-zA-Z0-9_-]+")
_SHARED: Final = ("cache_control", "citations", "title", "context")
_NOT_READ: Final = "The arguments were cut off, or are no JSON."
_MARK: Final = {"model_provider": PROVIDER}


# --- from LangChain to the API


def conversation(messages: Sequence[lc.BaseMessage]) -> tuple[list[Any], list[Any]]:
    """The system prompt, from wherever it stands, and the turns.

    Raises InvalidRequestError for messages that the API has no role for, and ContentError for content that it does not
    take.
    """
    answered = {_call_id(message.tool_call_id) for message in messages if isinstance(message, lc.ToolMessage)}
    system: list[Any] = []
    turns: list[Any] = []
    for message in messages:
        match message:
            case lc.SystemMessage():
                system += _blocks(message.content)
                continue
            case lc.AIMessage():
                role, content = "assistant", list(_said(message, answered))
            case lc.ToolMessage():
                role, content = "user", _results(message)
            case lc.HumanMessage() | lc.ChatMessage(role="user"):
                role, content = "user", _blocks(message.content)
            case _:
                kind = type(message).__name__
                raise InvalidRequestError(f"A message is a {kind}. Give those of the system, a human, tools and an AI.")
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += content
        else:
            turns.append({"role": role, "content": content})
    return system, turns


def _said(message: lc.AIMessage, answered: set[str]) -> Iterator[dict[str, Any]]:
    """The blocks of a model's turn: of another provider's, what it said and called.

    A call that could not be read goes along only where its result does.
    """
    given: Any = message.content
    if message.response_metadata.get("model_provider") not in _NATIVE:
        given = [block for block in message.content_blocks if block["type"] in ("text", "tool_call")]
    calls: dict[str, tuple[Any, Any]] = {_call_id(one["id"]): (one["name"], one["args"]) for one in message.tool_calls}
    unread = {_call_id(one["id"]): one["name"] for one in message.invalid_tool_calls}
    calls |= {id: (name, {}) for id, name in unread.items() if id in answered}
    for block in _blocks(given):
        id = _call_id(block.get("id"))
        if block.get("type") != "tool_use":
            yield block
        elif id in calls or id not in unread:
            yield {**block, "id": id, "input": calls.pop(id, ("", block.get("input") or {}))[1]}
    for id, (name, args) in calls.items():
        yield {"type": "tool_use", "id": id, "name": name, "input": args}


def _results(message: lc.ToolMessage) -> list[dict[str, Any]]:
    """The result of a tool; or the results that the message has as blocks of the API."""
    content = _blocks(message.content)
    if content and all(block.get("type") == "tool_result" for block in content):
        return content
    failed = {"is_error": True} if message.status == "error" else {}
    return [{"type": "tool_result", "tool_use_id": _call_id(message.tool_call_id), "content": content, **failed}]


def _call_id(id: object) -> str:
    """The id of a call as the API takes it, for those of other providers may have other signs."""
    text = id if isinstance(id, str) else ""
    return text if not text or _CALL_ID.fullmatch(text) else f"toolu_{sha256(text.encode()).hexdigest()[:24]}"


def _blocks(content: Any) -> list[dict[str, Any]]:
    """Content of any version of LangChain, of OpenAI and of the API as blocks of the API."""
    given: list[Any] = [content] if isinstance(content, str) else content
    return [block for block in map(_block, given) if block is not None]


def _block(given: Any) -> dict[str, Any] | None:
    """One block; None for what says nothing, or is not for the API."""
    block: dict[str, Any] = {"type": "text", "text": given} if isinstance(given, str) else given
    extras: dict[str, Any] = {**(block.get("metadata") or {}), **(block.get("extras") or {})}
    shared = {name: block.get(name) or extras.get(name) for name in _SHARED}
    shared = {name: value for name, value in shared.items() if value}
    match kind := block.get("type"):
        case "text":
            text: str = block.get("text") or ""
            return {"type": "text", "text": text, **shared} if text.strip() else None
        case "image" | "file" | "text-plain" if "source" not in block:
            return {**_media(block), **shared}
        case "image_url":
            url = block["image_url"]
            return {**_media({"type": "image", "url": url if isinstance(url, str) else url.get("url")}), **shared}
        case "audio" | "video" | "input_audio":
            raise ContentError(f"A message has a block of type {kind!r}. Give text, images, and PDF or text as files.")
        case "reasoning":
            signature = extras.get("signature")  # without which the API takes none
            thinking = {"type": "thinking", "thinking": block.get("reasoning", ""), "signature": signature}
            return thinking if signature else None
        case "tool_call":
            return {"type": "tool_use", "id": block["id"], "name": block["name"], "input": block["args"], **extras}
        case "server_tool_call":
            name = "code_execution" if block["name"] == "code_interpreter" else block["name"]
            return {"type": "server_tool_use", "id": block["id"], "name": name, "input": block["args"], **extras}
        case "server_tool_result":
            kind = extras.pop("block_type")
            return {"type": kind, "tool_use_id": block["tool_call_id"], "content": block.get("output", []), **extras}
        case "tool_result":
            content = _blocks(block.get("content") or [])
            return {**block, "tool_use_id": _call_id(block["tool_use_id"]), "content": content}
        case "non_standard":
            return _block(block["value"])
        case "refusal" | "tool_call_chunk" | "server_tool_call_chunk" | "invalid_tool_call" | "input_json_delta":
            return None  # the calls are those in the message's own members
        case _:
            whole = {name: value for name, value in block.items() if name not in ("index", "partial_json")}
            if kind != "tool_use" and block.get("partial_json"):  # of a tool that the provider ran
                with suppress(ValueError):
                    whole["input"] = json.loads(block["partial_json"])
            return whole


def _media(block: Mapping[str, Any]) -> Any:
    """An image or a document; never a file of this machine, for a message may come from anyone."""
    is_image, url, id = block["type"] == "image", block.get("url"), block.get("file_id") or block.get("id")
    if block.get("text"):
        return document(text=block["text"])
    if data := block.get("base64") or block.get("data"):
        url = f"data:{block.get('mime_type') or ''};base64,{data}"
    elif id and not url:
        return {"type": "image" if is_image else "document", "source": {"type": "file", "file_id": id}}
    if not isinstance(url, str) or not url.startswith(("data:", "http://", "https://")):
        raise ContentError(f"A block of type {block['type']!r} has neither base64, a text, an id, nor an http(s) URL.")
    return image(url) if is_image else document(url)


# --- from the API to LangChain


def answer(message: Message) -> ChatResult:
    """A whole answer. Its content is a string if it is one text, or else the blocks of the API."""
    content: Any = message.to_dict()["content"]
    if not isinstance(content, str):
        content = [_without_nulls(block) for block in content]
        if len(content) == 1 and content[0].keys() == {"type", "text"}:
            content = content[0]["text"]
    calls, unread = list[lc.ToolCall](), list[lc.InvalidToolCall]()
    for use in message.tool_uses:
        if use.input_complete:
            calls.append(tool_call(name=use.name, args=use.input, id=use.id))
        else:
            call: dict[str, Any] = {"name": use.name, "args": use.partial_json, "id": use.id, "error": _NOT_READ}
            unread.append(invalid_tool_call(**call))
    metadata = _metadata(message)
    made = lc.AIMessage(
        content=content or "",
        tool_calls=calls,
        invalid_tool_calls=unread,
        usage_metadata=_usage(message.usage),
        response_metadata={**_MARK, **metadata},
    )
    return ChatResult(generations=[ChatGeneration(message=made)], llm_output=metadata)


def _without_nulls(block: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if value is not None}


def _usage(usage: Usage) -> lc.UsageMetadata:
    """The tokens, those of the cache within those of the input."""
    read, created = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    total, written = (usage.input_tokens or 0) + read + created, usage.output_tokens or 0
    told = lc.UsageMetadata(input_tokens=total, output_tokens=written, total_tokens=total + written)
    told["input_token_details"] = {"cache_read": read, "cache_creation": created}
    details = usage.output_tokens_details
    if details is not None and details.thinking_tokens is not None:
        told["output_token_details"] = {"reasoning": details.thinking_tokens}
    return told


def _metadata(message: Message) -> dict[str, Any]:
    """What the answer says of itself. `cost_usd` is in US dollars, None where the gateway did not say it."""
    said = {name: value for name, value in message.to_dict().items() if name not in ("content", "role", "type", "meta")}
    cost = None if message.cost is None else float(message.cost.usd)
    return {**said, "model_name": message.model, "request_id": message.request_id, "cost_usd": cost}


class Chunks:
    """The chunks of one stream. Text is a string as long as only text may come, and in blocks otherwise."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._in_blocks = bool(request.get("tools") or request.get("thinking"))
        self._calls: dict[Any, int] = {}  # the places of calls by their ids
        self._started: set[int] = set()  # the places of blocks that have started
        self._begun: set[int] = set()  # the places of those whose arguments have begun

    def of(self, event: Any) -> list[ChatGenerationChunk]:
        """What an event of a `MessageStream` adds to the message: a chunk, or none."""
        match event.type:
            case "text":
                return self._chunk({"type": "text", "text": event.text}, event.index)
            case "citation":
                return self._chunk({"type": "text", "text": "", "citations": [event.citation.to_dict()]}, event.index)
            case "thinking":
                return self._chunk({"type": "thinking", "thinking": event.thinking}, event.index)
            case "signature":
                return self._chunk({"type": "thinking", "thinking": "", "signature": event.signature}, event.index)
            case "input_json":
                return self._arguments(event.partial_json, event.index)
            case "content_block_start" if event.content_block.type not in ("text", "thinking"):
                block = _without_nulls(event.content_block.to_dict())
                id, name = block.get("id"), block.get("name")
                if event.index in self._started or id in self._calls:  # LangChain would add it to what it repeats
                    return []
                self._started.add(event.index)
                if block["type"] != "tool_use":
                    return self._chunk(block, event.index)
                self._calls[id] = event.index
                return self._chunk(block, event.index, {"name": name, "args": "", "id": id})
            case _:
                return []

    def end(self, message: Message) -> Iterator[ChatGenerationChunk]:
        """The last chunks: what is left to say of calls, then the usage, the cost, and why it stopped."""
        for use in message.tool_uses:
            index = self._calls.get(use.id)
            if index is not None and not use.input_complete:
                yield from self._arguments(_unreadable(use.partial_json), index)
            elif index is not None and index not in self._begun:
                yield from self._arguments(json.dumps(use.input), index)
        last = lc.AIMessageChunk(
            content=[] if self._in_blocks else "",
            usage_metadata=_usage(message.usage),
            response_metadata={**_MARK, **_metadata(message)},
            chunk_position="last",
        )
        yield ChatGenerationChunk(message=last)

    def _arguments(self, text: str, index: int) -> list[ChatGenerationChunk]:
        self._begun.add(index)
        call = {"name": None, "args": text, "id": None} if index in self._calls.values() else None
        return self._chunk({"type": "input_json_delta", "partial_json": text}, index, call)

    def _chunk(self, block: dict[str, Any], index: int, call: Any = None) -> list[ChatGenerationChunk]:
        self._in_blocks = self._in_blocks or block.keys() != {"type", "text"}
        made = lc.AIMessageChunk(
            content=[{**block, "index": index}] if self._in_blocks else block["text"],
            tool_call_chunks=[] if call is None else [tool_call_chunk(**call, index=index)],
            response_metadata={**_MARK},
        )
        return [ChatGenerationChunk(message=made)]


def _unreadable(text: str) -> str:
    """What to add to the arguments of a call that was cut off, which LangChain would complete, and agents run.

    It closes a string, and then what was not opened, so that the call is an invalid one.
    """
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text, flags=re.DOTALL)
    return (' "' if '"' in bare else "") + "]" * (bare.count("[") + 1)


def _standard(message: lc.AIMessage) -> list[lc.ContentBlock]:
    """The standard blocks of a message: as Anthropic's, also of text that came as strings before blocks."""
    if isinstance(message.content, list):
        blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in message.content]
        message = message.model_copy(update={"content": blocks})
    return translator.translate_content(message)


register_translator(PROVIDER, _standard, _standard)


# --- a value within an answer

_CUT: Final = ("max_tokens", "model_context_window_exceeded")


class WholeValue(BaseCumulativeTransformOutputParser[Any]):
    """Parses as another parser does, and raises where the answer does not have all of the value.

    tool: the name of the tool that it is the call of, None if it is the text.
    """

    parser: Any
    tool: str | None = None

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        said = cast("ChatGeneration", result[0]).message
        partial = partial and getattr(said, "chunk_position", None) != "last"
        if not partial:
            _check(cast("lc.AIMessage", said), self.tool)
        return self.parser.parse_result(result, partial=partial)

    def parse(self, text: str) -> Any:
        return self.parser.parse(text)

    @property
    def OutputType(self) -> Any:
        return self.parser.OutputType


def _check(said: lc.AIMessage, tool: str | None) -> None:
    reason = said.response_metadata.get("stop_reason")
    if reason == "refusal":
        nothing: lc.content.RefusalContentBlock = {"type": "refusal", "refusal": ""}
        refusal = next((block for block in said.content_blocks if block["type"] == "refusal"), nothing)
        raise exceptions.ModelRefusalError.from_refusal(refusal, raw_message=said)
    problem = None
    if reason in _CUT:
        problem = f"The answer was cut off ({reason}). Raise max_tokens."
    elif tool is not None and tool not in [call["name"] for call in said.tool_calls]:
        problem = f"The model gave no arguments of {tool}."
    if problem is not None:
        raise exceptions.OutputParserException(problem, llm_output=said.text)
