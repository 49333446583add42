"""Members that the provider does not know are refused: of content blocks, of what is in them, and beside them."""

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


DATA = {"type": "base64", "media_type": "image/png", "data": "YQ=="}
PLAIN = {"type": "text", "media_type": "text/plain", "data": "a"}
CACHED = {"type": "ephemeral", "ttl": "5m"}
WRONG = {"type": "text", "text": "a", "b": 1}
SCOPED = {"type": "ephemeral", "x": 1}


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"type": "image", "source": {**DATA, "name": "a"}}, "source.name"),
        (
            {"type": "image", "source": {"type": "url", "url": "https://a.b/c", "media_type": "image/png"}},
            "source.media_type",
        ),
        ({"type": "document", "source": {**PLAIN, "path": "a"}}, "source.path"),
        ({"type": "document", "source": PLAIN, "citations": {"enabled": True, "all": True}}, "citations.all"),
        ({"type": "document", "source": {"type": "content", "content": [WRONG]}}, "source.content[0].b"),
        ({"type": "text", "text": "a", "cache_control": {**CACHED, "scope": "x"}}, "cache_control.scope"),
        ({**CALL, "caller": {"type": "direct", "tool_id": "x"}}, "caller.tool_id"),
        ({"type": "image", "source": DATA, "cache_control": CACHED}, ""),
        ({"type": "image", "source": {"type": "file", "file_id": "x"}}, ""),
        ({"type": "image", "source": {"type": "future", "anything": 1}}, ""),
        ({**CALL, "caller": {"type": "code_execution_20260120", "tool_id": "x"}}, ""),
        ({"type": "search_result", "source": "a", "title": "b", "content": []}, ""),
    ],
)
def test_what_is_in_a_block_is_checked_too(block: dict[str, Any], path: str) -> None:
    """By the type that it has itself."""
    assert issues(block) == ([(f"messages[1].content[0].{path}", "Unknown field")] if path else [])


TOOL = {"name": "f", "input_schema": {"type": "object"}}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"system": [{"type": "text", "text": "a", "role": "system"}]}, "system[0].role"),
        ({"system": [{"type": "text", "text": "a", "cache_control": SCOPED}]}, "system[0].cache_control.x"),
        ({"thinking": {"type": "adaptive", "budget_tokens": 1024}}, "thinking.budget_tokens"),
        ({"thinking": {"type": "disabled", "display": "omitted"}}, "thinking.display"),
        ({"tools": [TOOL], "tool_choice": {"type": "any", "name": "f"}}, "tool_choice.name"),
        ({"tools": [TOOL], "tool_choice": {"type": "none", "x": True}}, "tool_choice.x"),
        ({"tools": [{**TOOL, "function": "f"}]}, "tools[0].function"),
        ({"tools": [{**TOOL, "type": "custom", "cache_control": SCOPED}]}, "tools[0].cache_control.x"),
        ({"thinking": {"type": "future", "anything": 1}}, ""),
        ({"tools": [{**TOOL, "strict": True, "defer_loading": False, "cache_control": CACHED}]}, ""),
        ({"tools": [{"type": "web_search_20250305", "name": "web_search", "anything": 1}]}, ""),
        ({"system": "You help", "metadata": {"user_id": "a"}}, ""),
    ],
)
def test_the_rest_of_a_request_is_checked_too(body: dict[str, Any], path: str) -> None:
    """Where the provider lists the members; what the document leaves open stays open."""
    found = check_body({"messages": [{"role": "user", "content": "Hi"}], **body}, load_document().block_members)
    assert [(one.path, one.reason) for one in found] == ([(path, "Unknown field")] if path else [])


def run(calls: list[Any], results: list[Any]) -> dict[str, Any]:
    """A conversation with calls of tools and their results."""
    turns = [("user", "Hi"), ("assistant", calls), ("user", results)]
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def cached(count: int) -> list[dict[str, Any]]:
    return [{"type": "text", "text": "a", "cache_control": CACHED}] * count


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"tools": [{**TOOL, "name": "a b"}]}, ["tools[0].name"]),
        ({"tools": [{**TOOL, "name": "a" * 129}]}, ["tools[0].name"]),
        ({"tools": [{**TOOL, "name": "a-B_9"}]}, []),
        ({"system": cached(3), "tools": [{**TOOL, "cache_control": CACHED}]}, []),
        (
            {"system": cached(3), "tools": [{**TOOL, "cache_control": CACHED}], "cache_control": CACHED},
            ["cache_control"],
        ),
        ({"messages": [{"role": "user", "content": cached(5)}]}, ["cache_control"]),
        (run([CALL, CALL], [RESULT]), ["messages[1].content[1].id"]),
        (run([CALL], [RESULT, RESULT]), ["messages[2].content[1].tool_use_id"]),
        (run([CALL, {**CALL, "id": "b"}], [RESULT, {**RESULT, "tool_use_id": "b"}]), []),
        (run([CALL], [{**RESULT, "content": cached(4)}]), []),
    ],
)
def test_what_else_the_provider_refuses(body: dict[str, Any], found: list[str]) -> None:
    """Names of tools, ids that come twice, and more than four breakpoints of the cache."""
    whole = {"messages": [{"role": "user", "content": "Hi"}], **body}
    assert [issue.path for issue in check_body(whole, load_document().block_members)] == found
