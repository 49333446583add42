"""The JSON bodies of a successful answer: the native message, and the older OpenAI-like one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..account.prices import CacheUse, Cost
from .answers import Answer, StopReason

_FINISH_REASONS: dict[StopReason, str] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
}


@dataclass(frozen=True)
class Completion:
    """A finished answer with all that its bodies need: id, the model's upstream id, tokens, cost.

    `input_tokens` are without those of `cache`; `created` is in seconds since 1970.
    """

    id: str
    model: str
    answer: Answer
    input_tokens: int
    output_tokens: int
    cache: CacheUse
    cost: Cost
    created: int

    @property
    def usage(self) -> dict[str, Any]:
        """The seven members of a native message's usage."""
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
    def meta(self) -> dict[str, Any]:
        """The gateway's addition: what the call cost."""
        return {"usage": {"credits_used": self.cost.credits, "usd_spent": self.cost.usd}}

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


def native_message(completion: Completion) -> dict[str, Any]:
    """The message as the gateway answers it today."""
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
        "meta": completion.meta,
    }


def legacy_message(completion: Completion) -> dict[str, Any]:
    """The message in the shape of the older documentation; its cost stands in the headers only."""
    message: dict[str, Any] = {"role": "assistant", "content": text_of(completion.answer)}
    thoughts = [block["thinking"] for block in completion.answer.content if block["type"] == "thinking"]
    if thoughts:
        message["reasoning_content"] = "".join(thoughts)
    calls = tool_calls(completion.answer)
    if calls:
        message["tool_calls"] = calls
    return {
        "id": completion.id,
        "object": "message",
        "created": completion.created,
        "model": completion.model,
        "choices": [{"message": message, "finish_reason": completion.finish_reason}],
        "usage": completion.legacy_usage,
    }


def text_of(answer: Answer) -> str:
    """The texts of an answer, joined."""
    return "".join(block["text"] for block in answer.content if block["type"] == "text")


def tool_calls(answer: Answer) -> list[dict[str, Any]]:
    """The tool_use blocks of an answer as OpenAI tool calls."""
    return [
        {
            "id": block["id"],
            "type": "function",
            "function": {"name": block["name"], "arguments": json.dumps(block["input"], ensure_ascii=False)},
        }
        for block in answer.content
        if block["type"] == "tool_use"
    ]
