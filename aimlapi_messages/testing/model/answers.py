"""The emulated model's answers: content blocks, a stop reason and token counts. Pure, but for the prompt cache.

The same request always gets the same answer. The question is only searched for a few words: tool results are quoted,
tools are called if the question mentions them, images are described by format and size, and anything else is quoted
back.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aimlapi_client.refusals import refuses

from ..document.json_values import as_object, as_text, is_count
from ..faults.errors import Issue, invalid_request, refused_by_provider
from . import words
from .inputs import UnsupportedSchemaError, make_input, make_value
from .media import Media, read_media
from .request import MessageRequest, Tool, ToolChoice, ToolResult, canonical, read_request
from .tokens import CHARACTERS_PER_TOKEN, CacheUse, PromptCache, count_output, count_request

Block = dict[str, Any]

_FINISH_REASONS = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls"}
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST_QUOTE = 400
_SYSTEM_QUOTE = 60


@dataclass(frozen=True)
class Recording:
    """A body that is sent as it is. `status` is that of an error, or None."""

    body: bytes
    content_type: str
    status: int | None = None


@dataclass(frozen=True)
class Answer:
    """The content blocks, the stop reason, and the stop sequence that was reached, if any.

    What only an answer of a test has: `members`, those of its message that have no attribute here; its token counts and
    its cost, where it says them; and a `recording`, which is sent instead, and whose content is empty if it cannot be
    sent in another form.
    """

    content: tuple[Block, ...]
    stop_reason: str | None
    stop_sequence: str | None = None
    members: Mapping[str, Any] = field(default_factory=dict[str, Any])
    usage: Mapping[str, Any] = field(default_factory=dict[str, Any])
    credits: int | None = None
    recording: Recording | None = None


@dataclass(frozen=True)
class Completion:
    """An answer with its id, the model's upstream id and its token counts.

    `input_tokens` does not include the tokens of `cache`.
    """

    id: str
    model: str
    answer: Answer
    input_tokens: int
    output_tokens: int
    cache: CacheUse

    @property
    def tokens(self) -> tuple[int, int]:
        """The token counts of input and output."""
        return self.input_tokens, self.output_tokens

    @property
    def usage(self) -> dict[str, Any]:
        """The usage of a native message."""
        return {
            "input_tokens": self.input_tokens,
            "cache_creation_input_tokens": self.cache.written_5m + self.cache.written_1h,
            "cache_read_input_tokens": self.cache.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache.written_5m,
                "ephemeral_1h_input_tokens": self.cache.written_1h,
            },
            "output_tokens": self.output_tokens,
            "service_tier": "standard",
            "inference_geo": "not_available",
            **self.answer.usage,
        }

    @property
    def legacy_usage(self) -> dict[str, int]:
        """The token counts under their OpenAI names."""
        prompt = self.input_tokens + self.cache.tokens
        return {
            "prompt_tokens": prompt,
            "completion_tokens": self.output_tokens,
            "total_tokens": prompt + self.output_tokens,
        }

    @property
    def finish_reason(self) -> str | None:
        """The stop reason under its OpenAI name."""
        reason = self.answer.stop_reason
        return _FINISH_REASONS.get(reason or "", reason)

    @property
    def text(self) -> str:
        """The answer's text blocks, joined."""
        return "".join(block["text"] for block in self.answer.content if block["type"] == "text")

    @property
    def thoughts(self) -> list[str]:
        """The text of the answer's thinking blocks."""
        return [block["thinking"] for block in self.answer.content if block["type"] == "thinking"]

    @property
    def tool_calls(self) -> list[dict[str, Any]]:
        """The answer's tool_use blocks as OpenAI tool calls."""
        return [
            {
                "id": block["id"],
                "type": "function",
                "function": {"name": block["name"], "arguments": json.dumps(block["input"], ensure_ascii=False)},
            }
            for block in self.answer.content
            if block["type"] == "tool_use"
        ]


def complete(
    body: dict[str, Any],
    seed: str,
    cache: PromptCache,
    replied: Callable[[MessageRequest], Answer | None],
) -> Completion:
    """Answer a valid body, as `replied` says or else as this model does; ids are derived from the seed.

    Raises GatewayError 400 for unreadable media, for what the model refuses, and for tools whose input cannot be made.
    """
    media, issues = read_media(body["messages"])
    if issues:
        raise invalid_request(issues)
    request = read_request(body, media)
    _check_refusals(request)
    reply = replied(request) or answer(request)
    usage = {name: value for name, value in reply.usage.items() if is_count(value)}
    used = cache.use(body)
    if usage:
        used = CacheUse(usage.get("cache_read_input_tokens", 0), usage.get("cache_creation_input_tokens", 0))
    return Completion(
        id=as_text(reply.members.get("id")) or make_id("msg_01", f"message:{seed}"),
        model=as_text(reply.members.get("model")) or body["model"].removeprefix("anthropic/"),
        answer=replace(reply, content=tuple(_with_ids(reply.content, request))),
        input_tokens=usage.get("input_tokens", max(0, count_request(body) - used.tokens)),
        output_tokens=usage.get("output_tokens", count_output(reply.content)),
        cache=used,
    )


def _with_ids(content: Sequence[Block], request: MessageRequest) -> Iterator[Block]:
    """The blocks, with an id for each call that has none."""
    for index, block in enumerate(content):
        named = block.get("id") != "" or block["type"] != "tool_use"
        yield block if named else {**block, "id": make_id("toolu_01", f"{canonical(request.body)}#{index}")}


def _check_refusals(request: MessageRequest) -> None:
    """Raise GatewayError 400, in the provider's words, for what this model does not take."""
    model, kind = request.body["model"], as_text(as_object(request.body.get("thinking")).get("type"))
    if request.choice.mode == "must" and refuses(model, "forced_tool_choice"):
        raise refused_by_provider('tool_choice: type "tool" and "any" are not supported for this model.')
    if refuses(model, {"disabled": "disabled_thinking", "enabled": "thinking_budget"}.get(kind, "")):
        advice = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
        raise refused_by_provider(f'"thinking.type.{kind}" is not supported for this model. {advice}')


def answer(request: MessageRequest) -> Answer:
    """Answer a request, within its `max_tokens` and up to its stop sequences.

    Raises GatewayError 400 if no input can be made for the schema of a tool that is to be called.
    """
    tools = _tools_to_call(request)
    question = _shorten(request.question, _LONGEST_QUOTE)
    if tools:
        text = f"Let me use {' and '.join(tool.name for tool in tools)}."
    elif request.output_schema is not None:
        value = _make("output_config.format", "an answer", make_value, request.output_schema, request.question)
        text = json.dumps(value, ensure_ascii=False)
    elif request.results:
        text = " ".join(map(_describe_result, request.results))
    elif request.media:
        text = " ".join([*_describe_media(request.media), *([f'You asked: "{question}"'] if question else [])])
    else:
        turn = f" This is turn {request.turns} of our conversation." if request.turns > 1 else ""
        text = f'You said: "{question}".{turn} The emulator has no opinion of its own, but it heard every word.'
    if request.system and request.output_schema is None:
        text += f" (System prompt heard: {_shorten(request.system, _SYSTEM_QUOTE)})"
    blocks: list[Block] = _think(request)
    if not (tools and request.choice.mode == "must"):  # a model that is made to call says nothing before
        blocks.append({"type": "text", "text": text})
    for tool in tools:
        value = _make("tools", f"an input for {tool.name}", make_input, tool.schema, request.question)
        blocks.append({"type": "tool_use", "id": "", "name": tool.name, "input": value})
    return _limit(blocks, request.max_tokens, request.stop_sequences)


def _tools_to_call(request: MessageRequest) -> list[Tool]:
    """The tools to call: those that the question mentions, or else the one that the system prompt does.

    After tool results, only if the choice demands it, or if a call that the system prompt mentions has failed.
    """
    told = [tool for tool in request.tools if re.search(rf"\b{re.escape(tool.name)}\b", request.system)]
    if request.choice.mode == "never":
        return []
    if not request.results or request.choice.mode == "must":
        return choose_tools(request.question, request.tools, request.choice) or told[:1]
    failed = {result.name for result in request.results if result.failed}
    return [tool for tool in told if tool.name in failed]


def choose_tools(question: str, tools: Sequence[Tool], choice: ToolChoice) -> list[Tool]:
    """The tools that the question mentions; at least one if the choice demands it.

    A tool is mentioned if the question shares a significant word with its name, or else with its description.
    """
    offered = [tool for tool in tools if choice.names is None or tool.name in choice.names]
    if choice.mode == "never" or not offered:
        return []
    asked = words.stems(question)
    chosen = [tool for tool in offered if asked & words.stems(tool.name)]
    if not chosen:
        best = max(offered, key=lambda tool: len(asked & words.stems(tool.description)))
        chosen = [best] if asked & words.stems(best.description) else []
    if choice.mode == "must" and not chosen:
        chosen = offered[:1]
    return chosen if choice.parallel else chosen[:1]


def _make(
    path: str, what: str, make: Callable[[dict[str, Any], str], Any], schema: dict[str, Any], question: str
) -> Any:
    try:
        return make(schema, question)
    except UnsupportedSchemaError as error:
        raise invalid_request([Issue(path, f"the emulator cannot make {what}: {error}")]) from error


def make_id(prefix: str, seed: str, length: int = 22) -> str:
    """An id derived from `seed`: `prefix`, then `length` letters and digits."""
    number = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest())
    letters: list[str] = []
    for _ in range(length):
        number, index = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[index])
    return prefix + "".join(letters)


def _describe_result(result: ToolResult) -> str:
    name = result.name or "the tool"
    text = result.text.strip() or "nothing"
    sentence = f"{name} failed: {text}" if result.failed else f"According to {name}: {text}"
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _describe_media(media: Sequence[Media]) -> list[str]:
    sentences: list[str] = []
    for kind in ("image", "document"):
        same = [one for one in media if one.kind == kind]
        if len(same) == 1:
            sentences.append(f"The {kind} is {same[0].description}.")
        else:
            sentences += [f"{kind.capitalize()} {n} is {one.description}." for n, one in enumerate(same, 1)]
    return sentences


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _think(request: MessageRequest) -> list[Block]:
    if request.thinking == "off":
        return []
    thought = f'The user says "{_shorten(request.question, _LONGEST_QUOTE)}". A short answer is enough.'
    signature = hashlib.sha512(canonical(request.body).encode("utf-8", "surrogatepass")).digest()
    shown = thought if request.thinking == "shown" else ""
    return [{"type": "thinking", "thinking": shown, "signature": base64.b64encode(signature).decode("ascii")}]


def _limit(blocks: list[Block], max_tokens: int, stop_sequences: Sequence[str]) -> Answer:
    """Cut the blocks at the first stop sequence, or at `max_tokens`."""
    kept: list[Block] = []
    left = max_tokens
    for block in blocks:
        key = block["type"]
        text: str = block.get("text", "")
        end, sequence = min(((text.index(one), one) for one in stop_sequences if one in text), default=(None, None))
        if sequence is not None:
            block = {**block, "text": text[:end]}
        need = count_output([block])
        if need > left:
            if key != "tool_use" and left > 0:
                kept.append({**block, key: block[key][: left * CHARACTERS_PER_TOKEN]})
            return Answer(tuple(kept), "max_tokens")
        if block.get("text") != "":
            kept.append(block)
        if sequence is not None:
            return Answer(tuple(kept), "stop_sequence", sequence)
        left -= need
    return Answer(tuple(kept), "tool_use" if kept[-1]["type"] == "tool_use" else "end_turn")
