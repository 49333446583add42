"""Members of content blocks that the provider does not know are refused."""

from __future__ import annotations

from typing import Any

import pytest

from aimlapi_messages.testing.document.checks import check_body
from aimlapi_messages.testing.document.openapi import load_document

CALL = {"type": "tool_use", "id": "a", "name": "f", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "a"}


def issues(*blocks: Any) -> list[tuple[str, str]]:
    """Those of a conversation whose second turn has these blocks, and whose third has the results."""
    turns: list[dict[str, Any]] = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": list(blocks)}]
    called = any(block.get("type") == "tool_use" for block in blocks)
    turns += [{"role": "user", "content": [RESULT]}] if called else []
    return [(one.path, one.reason) for one in check_body({"messages": turns}, load_document().block_members)]


@pytest.mark.parametrize(
    ("block", "member"),
    [
        ({**CALL, "partial_json": "{"}, "partial_json"),
        ({**CALL, "index": 0}, "index"),
        ({"type": "text", "text": "a", "id": "b"}, "id"),
        ({"type": "thinking", "thinking": "a", "signature": "b", "text": "c"}, "text"),
        ({"type": "redacted_thinking", "data": "a", "thinking": None}, "thinking"),
        ({"type": "server_tool_use", "id": "a", "name": "web_search", "input": {}, "partial_json": ""}, "partial_json"),
    ],
)
def test_an_unknown_member_of_a_known_block_is_refused(block: dict[str, Any], member: str) -> None:
    """Told by its path."""
    assert issues(block) == [(f"messages[1].content[0].{member}", "Unknown field")]


@pytest.mark.parametrize(
    "block",
    [
        CALL,
        {**CALL, "caller": {"type": "direct"}, "cache_control": {"type": "ephemeral"}},
        {"type": "text", "text": "a", "citations": [{"type": "char_location", "anything": 1}]},
        {"type": "document", "source": {"type": "text", "data": "a"}, "citations": {"enabled": True}},
        {"type": "future", "anything": 1},
        {"type": 5, "anything": 1},
    ],
)
def test_what_the_provider_takes_is_taken(block: dict[str, Any]) -> None:
    """Also what the document does not know of it, and every block of an unknown type."""
    assert issues(block) == []


def test_the_blocks_of_a_result_are_checked_too() -> None:
    """They are blocks as well."""
    text = {"type": "text", "text": "a", "extra": 1}
    assert ("messages[1].content[0].content[0].extra", "Unknown field") in issues({**RESULT, "content": [text]})
