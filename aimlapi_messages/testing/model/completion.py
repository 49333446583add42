"""Completes a valid body: the answer with its token counts, and its JSON body in the native and the legacy shape."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..faults.errors import invalid_request
from .answers import Answer, answer, make_id
from .media import read_media
from .request import read_request
from .tokens import CacheUse, PromptCache, count_output, count_request

_FINISH_REASONS = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls"}


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
    def tokens(self) -> dict[str, int]:
        """The token counts of input and output."""
        return {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens}

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
    def finish_reason(self) -> str:
        """The stop reason under its OpenAI name."""
        return _FINISH_REASONS[self.answer.stop_reason]

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


def complete(body: dict[str, Any], seed: str, cache: PromptCache, wrong_calls: int = 0) -> Completion:
    """Answer a valid body; ids are derived from the seed.

    Raises GatewayError 400 for unreadable media, and for tools whose input cannot be made.
    """
    media, issues = read_media(body["messages"])
    if issues:
        raise invalid_request(issues)
    reply = answer(read_request(body, media), wrong_calls=wrong_calls)
    used = cache.use(body)
    return Completion(
        id=make_id("msg_01", f"message:{seed}"),
        model=body["model"].removeprefix("anthropic/"),
        answer=reply,
        input_tokens=count_request(body) - used.tokens,
        output_tokens=count_output(reply.content),
        cache=used,
    )


def native_message(completion: Completion) -> dict[str, Any]:
    """The message in the gateway's current shape, without its cost."""
    return {
        "model": completion.model,
        "id": completion.id,
        "type": "message",
        "role": "assistant",
        "content": list(completion.answer.content),
        "stop_reason": completion.answer.stop_reason,
        "stop_sequence": completion.answer.stop_sequence,
        "stop_details": None,
        "usage": completion.usage,
    }


def legacy_message(completion: Completion, created: int) -> dict[str, Any]:
    """The message in the shape of the older documentation. `created` is in seconds since 1970."""
    message: dict[str, Any] = {"role": "assistant", "content": completion.text}
    if completion.thoughts:
        message["reasoning_content"] = "".join(completion.thoughts)
    if completion.tool_calls:
        message["tool_calls"] = completion.tool_calls
    return {
        "id": completion.id,
        "object": "message",
        "created": created,
        "model": completion.model,
        "choices": [{"message": message, "finish_reason": completion.finish_reason}],
        "usage": completion.legacy_usage,
    }
