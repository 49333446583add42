"""Token counts, estimated deterministically, and the prompt cache.

A token is assumed to be four characters, which is about right for English and needs no tokenizer.

A `cache_control` on a tool, a block of the system prompt or a block of a message ends a prefix. The longest prefix
that was marked before is read from the cache; the marked rest is written to it. There is no minimum length, and
entries do not expire.
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
# Members that the model does not read as text: base64 data, ids and types.
_UNREAD = frozenset({"data", "file_data", "signature", "type", "role", "id", "tool_use_id", "tool_call_id"}) | {
    "media_type",
    "cache_control",
}


def count_request(body: dict[str, Any]) -> int:
    """The input tokens of a request: texts, tools and images."""
    return sum(tokens for _, _, tokens in _pieces(body))


def count_output(content: Sequence[dict[str, Any]]) -> int:
    """The output tokens of an answer's blocks, at least one."""
    return max(1, sum(_count_value(block) for block in content))


def _count_value(value: Any) -> int:
    """The tokens of all nested values, except those of unread members."""
    if isinstance(value, str):
        return 0 if value.startswith("data:") else -(-len(value) // CHARACTERS_PER_TOKEN)
    if isinstance(value, list):
        return sum(map(_count_value, as_list(value)))
    if isinstance(value, dict):
        return sum(_count_value(member) for name, member in as_object(value).items() if name not in _UNREAD)
    return 0 if value is None else 1


@dataclass(frozen=True)
class CacheUse:
    """The tokens of a request that were read from the cache, or written to it for 5 minutes or for an hour.

    Anthropic charges 0.1, 1.25 and 2 times the price of input for them.
    """

    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def tokens(self) -> int:
        """All cached tokens, which are not counted as input tokens."""
        return self.read + self.written_5m + self.written_1h

    @property
    def weight(self) -> Decimal:
        """The number of input tokens that cost the same."""
        return Decimal(f"{self.read * 10 + self.written_5m * 125 + self.written_1h * 200}e-2")


class PromptCache:
    """The prefixes marked so far."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def use(self, body: dict[str, Any]) -> CacheUse:
        """The cache use of a valid request, whose prefixes are then stored."""
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
    """Yield the parts of the prompt in order: where each is, the part itself, and its tokens."""
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
