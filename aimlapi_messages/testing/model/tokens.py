"""Tokens: deterministic estimates of their number, and the cache of prompts.

A token is taken to be four characters, which is about right for English and needs no tokenizer.

A `cache_control` on a tool, a block of the system prompt or a block of a message marks where a prefix ends. The
longest prefix that was marked before is read, what is marked beyond it is written. Prefixes of any length are
kept, and as long as the emulator runs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..document.json_values import as_list, as_object
from .media import Media, read_media

CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_MESSAGE = 3
_PIXELS_PER_TOKEN = 750
_MAX_IMAGE_TOKENS = 1_600
# Members that are no text for the model to read: bytes in base64, and labels.
_UNREAD = frozenset({"data", "file_data", "signature", "type", "role", "id", "tool_use_id", "tool_call_id"}) | {
    "media_type",
    "cache_control",
}


def count_request(body: dict[str, Any], media: Sequence[Media]) -> int:
    """The input tokens of a request: its texts, its tools and its images."""
    messages = as_list(body["messages"])
    texts = _count_value(messages) + _count_value(body.get("system"))
    tools = _count_value(json.dumps(body["tools"])) if body.get("tools") else 0
    pixels = [one.image.width * one.image.height for one in media if one.image]
    images = sum(max(1, min(_MAX_IMAGE_TOKENS, size // _PIXELS_PER_TOKEN)) for size in pixels)
    return texts + tools + images + _TOKENS_PER_MESSAGE * len(messages)


def count_output(content: Sequence[dict[str, Any]]) -> int:
    """The output tokens of an answer's blocks, at least one."""
    return max(1, sum(_count_value(block) for block in content))


def _count_value(value: Any) -> int:
    """The tokens of every value below `value`, except labels and bytes."""
    if isinstance(value, str):
        return 0 if value.startswith("data:") else -(-len(value) // CHARACTERS_PER_TOKEN)
    if isinstance(value, list):
        return sum(map(_count_value, as_list(value)))
    if isinstance(value, dict):
        return sum(_count_value(member) for name, member in as_object(value).items() if name not in _UNREAD)
    return 0 if value is None else 1


@dataclass(frozen=True)
class CacheUse:
    """The tokens of a request that were read from the cache, and those written to it for 5 minutes or for an hour.

    Their prices are Anthropic's parts of the price of input: a tenth, five quarters and the double.
    """

    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def tokens(self) -> int:
        """All of them; they are not counted as input."""
        return self.read + self.written_5m + self.written_1h

    @property
    def weight(self) -> Decimal:
        """The tokens of input that cost as much."""
        return self.read * Decimal("0.1") + self.written_5m * Decimal("1.25") + self.written_1h * Decimal(2)


class PromptCache:
    """The prefixes that were marked so far. Threads may use it at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: set[bytes] = set()

    def use(self, body: dict[str, Any]) -> CacheUse:
        """What a valid request reads and writes; its prefixes are kept."""
        read = written_5m = written_1h = counted = 0
        with self._lock:
            for prefix, control in _prefixes(body):
                key = hashlib.sha256(json.dumps([body["model"], _unmarked(prefix)], sort_keys=True).encode()).digest()
                tokens = _count(prefix)
                if key in self._seen:
                    read, written_5m, written_1h = tokens, 0, 0
                elif control.get("ttl") == "1h":
                    written_1h += tokens - counted
                else:
                    written_5m += tokens - counted
                counted = tokens
                self._seen.add(key)
        return CacheUse(read, written_5m, written_1h)


def _prefixes(body: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The part of a request up to each mark, in the order that the model reads them, and the mark."""
    part: dict[str, Any] = {"messages": []}
    for name in ("tools", "system"):
        for items, control in _up_to_marks(body.get(name)):
            yield {**part, name: items}, control
        if name in body:
            part[name] = body[name]
    turns: list[Any] = []
    for message in map(as_object, as_list(body["messages"])):
        for content, control in _up_to_marks(message.get("content")):
            yield {**part, "messages": [*turns, {**message, "content": content}]}, control
        turns.append(message)


def _up_to_marks(value: Any) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    items = as_list(value)
    for index, item in enumerate(items):
        control = as_object(as_object(item).get("cache_control"))
        if control:
            yield items[: index + 1], control


def _unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unmarked(item) for item in as_list(value)]
    if isinstance(value, dict):
        return {name: _unmarked(member) for name, member in as_object(value).items() if name != "cache_control"}
    return value


def _count(prefix: dict[str, Any]) -> int:
    media, _ = read_media(prefix["messages"])
    return count_request(prefix, media)
