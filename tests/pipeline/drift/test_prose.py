"""Prose that changed between two raw documents: told by its place, and only where the place is in both."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from scripts.pipeline.drift.prose import prose_changes

from ..support.documents import ORDERS, Json, document, operation, parameter, record, text

NAMES = {f"POST {ORDERS}": "create_order"}


def said(schema: Json, **members: Any) -> Json:
    return document({ORDERS: {"post": operation(body=schema, parameters=[parameter("q"), parameter("p")], **members)}})


def told(before: Json, after: Json) -> list[tuple[str, Any, Any]]:
    return [(change.place, change.was, change.now) for change in prose_changes(before, after, NAMES)]


def described(words: str, **members: Any) -> Json:
    return {**text(), "description": words, **members}


def test_a_text_that_changed_is_told_with_its_place() -> None:
    """Of several, the first, and how many more there are."""
    before = said(record(a=described("one"), b=described("x"), c=described("y")))
    after = said(record(a=described("two"), b=described("x"), c=described("y")))
    assert told(before, after) == [("description of request a", "one", "two")]
    after = said(record(a=described("two"), b=described("z"), c=described("y")))
    assert told(before, after) == [("description of request a and 1 more", None, None)]


def test_a_text_that_is_new_is_told_and_what_is_new_as_a_whole_is_not() -> None:
    """A property that was added is told as that."""
    before = said(record(a=text()))
    assert told(before, said(record(a=described("one")))) == [("description of request a", None, "one")]
    assert told(before, said(record(a=text(), b=described("new")))) == []
    assert told(said(record(a=text(), b=described("old"))), before) == []


def test_a_variant_more_moves_no_text() -> None:
    """Nor does another order of the variants, or of the parameters."""
    one, two, three = (record("a", a=described(words)) for words in ("one", "two", "one"))
    before = said({"oneOf": [one, two]})
    assert told(before, said({"oneOf": [two, three, one]})) == []
    reordered = deepcopy(before)
    reordered["paths"][ORDERS]["post"]["parameters"].reverse()
    assert told(before, reordered) == []
    assert told(before, said({"oneOf": [one, record("a", a=described("2"))]})) == [
        ("description of request a", "two", "2")
    ]


def test_the_text_of_a_parameter_is_told_by_its_name() -> None:
    """Whatever its position."""
    before, after = said(record(a=text())), said(record(a=text()))
    after["paths"][ORDERS]["post"]["parameters"][1]["description"] = "Pages"
    assert told(before, after) == [("description of parameters.p", None, "Pages")]


def test_other_servers_are_told_of_the_document() -> None:
    """Where requests go is no correction of invalidity."""
    before, after = (
        said(record(a=text())) | {"servers": [{"url": url}]} for url in ("https://a.test", "https://b.test")
    )
    assert told(before, after) == [("servers", [{"url": "https://a.test"}], [{"url": "https://b.test"}])]
