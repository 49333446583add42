"""`text`, `cached`, and the cache breakpoint of any block."""

from __future__ import annotations

from typing import Any

import pytest

from aimlapi_client.models import TextBlockParam
from aimlapi_messages import InvalidRequestError, cached, document, image, text

from ..support.files import PNG
from ..support.lacking import of_model
from .conftest import Arrived


def test_a_text_is_a_block(arrived: Arrived) -> None:
    assert arrived(text("Hello 🎈")) == {"type": "text", "text": "Hello 🎈"}


@pytest.mark.parametrize(
    ("given", "problem"), [("", "an empty text"), (5, "a int"), (None, "a NoneType"), (b"a", "a bytes")]
)
def test_what_is_no_text_is_refused(given: Any, problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=rf"text\(\) was given {problem}"):
        text(given)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (True, {"type": "ephemeral"}),
        (False, None),
        (None, None),
        ({"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral", "ttl": "1h"}),
        of_model("CacheControlParam", {"ttl": "5m"}, {"type": "ephemeral", "ttl": "5m"}),
    ],
)
def test_each_helper_takes_a_breakpoint(given: Any, sent: Any) -> None:
    made = [text("a", cache_control=given), image(PNG, cache_control=given), document(text="a", cache_control=given)]
    assert [block.get("cache_control") for block in made] == [sent] * 3


@pytest.mark.parametrize("given", [5, "1h", TextBlockParam])
def test_what_is_no_breakpoint_is_refused(given: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"cache_control is a \w+\. Give True"):
        text("a", cache_control=given)


@pytest.mark.parametrize(
    "block",
    [text("a"), image(PNG), TextBlockParam(text="a"), {"type": "tool_result", "tool_use_id": "t"}, {"name": "t"}],
    ids=["text", "image", "model", "tool result", "tool"],
)
def test_cached_is_a_copy_with_a_breakpoint(block: Any) -> None:
    made = cached(block)
    assert made.pop("cache_control") == {"type": "ephemeral"}
    plain = block if isinstance(block, dict) else block.to_dict()
    assert made == plain
    assert "cache_control" not in plain


def test_cached_replaces_a_breakpoint_and_arrives(arrived: Arrived) -> None:
    block = cached(cached(text("a"), "5m"), "1h")
    assert arrived(block) == {"type": "text", "text": "a", "cache_control": {"type": "ephemeral", "ttl": "1h"}}


@pytest.mark.parametrize("given", ["text", 5, None, TextBlockParam])
def test_what_is_no_block_cannot_be_cached(given: Any) -> None:
    with pytest.raises(InvalidRequestError, match=r"cached\(\) was given a \w+\. Give a block"):
        cached(given)


def test_another_lifetime_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match=r"ttl is '2h'\. Give '5m' or '1h'"):
        cached(text("a"), "2h")
