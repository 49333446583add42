"""The table of what single models do not take: from `x-refusals` and the tools of a document to Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.pipeline.document.tree import Json

from ..support.clients import THINGS, client, run
from ..support.documents import operation, record, text

SAID = {
    "target": "$",
    "description": "A reason",
    "x-source": "a test",
    "update": {"x-refusals": {"strict_tools": ["m-2"], "forced_tool_choice": ["m-1"]}},
}
PROGRAM = """
from aimlapi_client.refusals import HAS_STRICT_TOOLS, REFUSALS, refuses
print(json.dumps([HAS_STRICT_TOOLS, {name: sorted(models) for name, models in REFUSALS.items()}, %s]))
"""


def made(folder: Path, body: Json, *actions: Json, ask: str = "0") -> list[object]:
    """The table of a client of one operation."""
    post = {THINGS: {"post": operation(body=body)}}
    found: list[object] = run(client(folder, post, {f"POST {THINGS}": "make"}, *actions), PROGRAM % ask)
    return found


def test_the_table_says_what_the_overlay_does(tmp_path: Path) -> None:
    """Each model under what it refuses, in order."""
    assert made(tmp_path, record(name=text()), SAID)[1] == {"forced_tool_choice": ["m-1"], "strict_tools": ["m-2"]}


def test_without_refusals_the_table_is_empty(tmp_path: Path) -> None:
    """A document of anything else has none."""
    assert made(tmp_path, record(name=text()), ask="refuses('m-1', 'a')") == [False, {}, False]


@pytest.mark.parametrize("id", ["m-1", "M.1", "anthropic/m-1", "m-1-20260901", "anthropic/m.1-latest"])
def test_a_model_is_found_by_any_spelling(tmp_path: Path, id: str) -> None:
    """And by its own refusals only."""
    kinds = ("forced_tool_choice", "strict_tools", "thinking_budget")
    asked = f"[*(refuses({id!r}, kind) for kind in {kinds}), refuses({id!r} + '-5', {kinds[0]!r})]"
    assert made(tmp_path, record(name=text()), SAID, ask=asked)[2] == [True, False, False, False]


def test_strict_is_asked_for_only_where_tools_have_it(tmp_path: Path) -> None:
    """A member of the object that has an `input_schema`."""
    tool = record("input_schema", input_schema={"type": "object"}, strict={"type": "boolean"})
    assert made(tmp_path, record(tools={"type": "array", "items": tool}))[0] is True
