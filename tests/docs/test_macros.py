"""What pages are made of at build."""

from __future__ import annotations

import re

import pytest

from aimlapi_client.deprecations import Deprecation
from aimlapi_messages import known_models
from scripts.docs.macros import ending, methods, models, public, reference, withdrawn


def test_each_model_that_answers_is_in_the_table_once() -> None:
    """Under one of its ids, with its prices; the others stand below."""
    table, _, below = models().partition("\n\n")
    rows = [re.findall(r"[^|`]+", row.replace(" ", "")) for row in table.split("\n")[2:]]
    assert ["anthropic/claude-sonnet-5", "2.6", "13"] in rows
    named = [row[0] for row in rows] + re.findall(r"`([^`]+)`", below)
    ended = set(re.findall(r"^- `([^`]+)`", withdrawn(), re.MULTILINE))
    assert set(known_models()) - ended == set(named) - ended
    assert len({row[0] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, ""),
        (Deprecation("withdrawn"), "withdrawn"),
        (Deprecation("deprecated", "2026-11-30T00:00:00Z"), "deprecated, ends on 2026-11-30"),
        (Deprecation("superseded", None, "a/b"), "superseded; use `a/b`"),
        (Deprecation("deprecated", "2026-11-30", "a/b"), "deprecated, ends on 2026-11-30; use `a/b`"),
    ],
)
def test_what_is_said_of_an_end(found: Deprecation | None, said: str) -> None:
    """As much as is known."""
    assert ending(found) == said


@pytest.mark.parametrize(
    ("made", "directive"),
    [
        (reference("a.b"), "::: a.b"),
        (reference("a.b", members=False), "::: a.b\n    options:\n      members: false"),
        (reference("a.b", filters=["!^x"]), '::: a.b\n    options:\n      filters: ["!^x"]'),
        (public("content.blocks"), "::: aimlapi_messages.image"),
        (methods("AIMLAPI"), "::: aimlapi_messages.resources.batches.Batches\n"),
        (methods("AsyncAIMLAPI"), '      heading: "client.account"'),
    ],
)
def test_pages_ask_for_docstrings(made: str, directive: str) -> None:
    """By directives of mkdocstrings."""
    assert directive in made
