"""Prompt caching: how much of a request was read from an earlier one, and how much is kept for a later one.

A `cache_control` on a tool, a block of the system prompt or a block of a message marks where a prefix ends. The
longest prefix that was marked before is read, what is marked beyond it is written. Prefixes of any length are
kept, and as long as the emulator runs.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from typing import Any

from ..account.prices import CacheUse, count_request
from ..document.json_values import as_list, as_object
from .media import read_media


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

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._seen.clear()


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
    return count_request(prefix, [one.image for one in media if one.image])
