"""Tokens: deterministic estimates of their number, and the cache of prompts.

A token is taken to be four characters, which is about right for English and needs no tokenizer.

A `cache_control` on a tool, a block of the system prompt or a block of a message marks where a prefix ends. The
longest prefix that was marked before is read, what is marked beyond it is written. Prefixes of any length are
kept, and as long as the emulator runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..document.json_values import as_list, as_object, as_objects
from .media import read_media

CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_MESSAGE = 3
_PIXELS_PER_TOKEN = 750
_MAX_IMAGE_TOKENS = 1_600
# Members that are no text for the model to read: bytes in base64, and labels.
_UNREAD = frozenset({"data", "file_data", "signature", "type", "role", "id", "tool_use_id", "tool_call_id"}) | {
    "media_type",
    "cache_control",
}


def count_request(body: dict[str, Any]) -> int:
    """The input tokens of a request: its texts, its tools and its images."""
    return sum(tokens for _, _, tokens in _pieces(body))


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
    """The prefixes that were marked so far."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def use(self, body: dict[str, Any]) -> CacheUse:
        """What a valid request reads and writes; its prefixes are kept."""
        read = written_5m = written_1h = reached = counted = 0
        prefix = hashlib.sha256(body["model"].encode("utf-8", "surrogatepass"))
        for place, piece, tokens in _pieces(body):
            plain = {name: value for name, value in as_object(piece).items() if name != "cache_control"} or piece
            prefix.update(json.dumps([place, plain], sort_keys=True).encode())
            reached += tokens
            control = as_object(as_object(piece).get("cache_control"))
            if not control:
                continue
            if prefix.digest() in self._seen:
                read, written_5m, written_1h = reached, 0, 0
            elif control.get("ttl") == "1h":
                written_1h += reached - counted
            else:
                written_5m += reached - counted
            counted = reached
            self._seen.add(prefix.digest())
        return CacheUse(read, written_5m, written_1h)


def _pieces(body: dict[str, Any]) -> Iterator[tuple[str, Any, int]]:
    """What the model reads, in this order: where it stands, the piece itself, and its tokens."""
    for tool in as_list(body.get("tools")) or [body.get("tools")]:
        yield "tools", tool, _count_value(json.dumps(tool)) if tool else 0
    for part in as_list(body.get("system")) or [body.get("system")]:
        yield "system", part, _count_value(part)
    for turn, message in enumerate(as_objects(body["messages"])):
        others = {name: value for name, value in message.items() if name != "content"}
        yield f"messages[{turn}]", others, _TOKENS_PER_MESSAGE + _count_value(others)
        for block in as_list(message.get("content")) or [message.get("content")]:
            media, _ = read_media([{"content": [block]}])
            images = sum(max(1, min(_MAX_IMAGE_TOKENS, one.pixels // _PIXELS_PER_TOKEN)) for one in media if one.pixels)
            yield f"messages[{turn}].content", block, _count_value(block) + images
