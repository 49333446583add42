"""Prompt caching: what is read, what is written, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing.model.tokens import CacheUse

Ask = Callable[..., httpx.Response]

LONG = "a" * 400
MARK = {"type": "ephemeral"}


def block(text: str = LONG, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def usage(response: httpx.Response) -> tuple[int, int, int, int]:
    """Input, read, written for 5 minutes and for an hour."""
    found = response.json()["usage"]
    written = found["cache_creation"]
    kinds = written["ephemeral_5m_input_tokens"], written["ephemeral_1h_input_tokens"]
    assert found["cache_creation_input_tokens"] == sum(kinds)
    return found["input_tokens"], found["cache_read_input_tokens"], *kinds


def test_without_a_mark_nothing_is_cached(ask: Ask) -> None:
    """No matter how often it is sent."""
    assert [usage(ask("Hello", system=LONG)) for _ in range(2)] == [(105, 0, 0, 0)] * 2


def test_a_marked_system_prompt_is_written_and_then_read(ask: Ask) -> None:
    """The question after it may differ."""
    system = [block(cache_control=MARK)]
    assert [usage(ask(question, system=system)) for question in ("Hello", "Goodbye")] == [
        (5, 0, 100, 0),
        (5, 100, 0, 0),
    ]


def test_a_stream_says_the_same_at_its_end(ask: Ask) -> None:
    """Where its counts are the last word."""
    system = [block(cache_control=MARK)]
    whole = ask("Hello", system=system).json()["usage"]
    for read, written in ((0, 100), (100, 0)):
        lines = ask("Hello", model="claude-opus-4-5", system=system, stream=True).text.splitlines()
        (said,) = [json.loads(line[6:])["usage"] for line in lines if line.startswith('data: {"type":"message_delta"')]
        assert (said["cache_read_input_tokens"], said["cache_creation_input_tokens"]) == (read, written)
        assert (said["input_tokens"], said["output_tokens"]) == (whole["input_tokens"], whole["output_tokens"])


def test_what_is_marked_beyond_is_written(ask: Ask) -> None:
    """As a conversation grows."""
    system, question = [block(cache_control=MARK)], [block("Hello", cache_control={**MARK, "ttl": "1h"})]
    assert usage(ask("Hello", system=system)) == (5, 0, 100, 0)
    assert usage(ask(question, system=system)) == (0, 100, 0, 5)
    assert usage(ask(question, system=system)) == (0, 105, 0, 0)


def test_the_longest_known_prefix_is_read(ask: Ask) -> None:
    """Even if a shorter prefix was never marked."""
    ask([block("Hello", cache_control=MARK)], system=[block()])
    assert usage(ask([block("Hello", cache_control=MARK)], system=[block(cache_control=MARK)])) == (0, 105, 0, 0)


@pytest.mark.parametrize(
    "other", [{"system": [block("b" * 400, cache_control=MARK)]}, {"model": "claude-opus-4-5"}, {"tools": []}]
)
def test_another_prefix_is_not_read(ask: Ask, other: dict[str, Any]) -> None:
    """Another text, another model, or other tools before it."""
    given = {"system": [block(cache_control=MARK)]}
    ask("Hello", **given)
    assert usage(ask("Hello", **{**given, **other}))[1] == 0


def test_tools_come_first(ask: Ask, weather_tool: dict[str, Any]) -> None:
    """Tools come before the system prompt, which may change."""
    tools = [{**weather_tool, "cache_control": MARK}]
    written = usage(ask("Hello", tools=tools, system="One"))[2]
    assert written > 50
    assert usage(ask("Hello", tools=tools, system="Two"))[1:] == (written, 0, 0)


def test_an_image_counts(
    ask: Ask, image_bytes: Callable[..., bytes], image_block: Callable[..., dict[str, Any]]
) -> None:
    """By its size, as without caching."""
    image = {**image_block("image/png", image_bytes("PNG", 750, 10)), "cache_control": MARK}
    assert usage(ask([image, block("Hello")]))[2] == 13


def test_reading_is_cheap_and_writing_dear(ask: Ask) -> None:
    """0.1 times the price of input for reading, 1.25 or 2 times for writing."""
    assert CacheUse(100, 100, 100).weight == 335
    system = [block("a" * 400_000, cache_control=MARK)]
    written, read = (ask("Hello", system=system).json()["meta"]["usage"]["credits_used"] for _ in range(2))
    assert 12 < written / read < 12.5


def test_a_reset_forgets(ask: Ask, emulator: Any) -> None:
    """The cache is empty again."""
    system = [block(cache_control=MARK)]
    ask("Hello", system=system)
    emulator.reset()
    assert usage(ask("Hello", system=system)) == (5, 0, 100, 0)
