"""Which operations are listings, and how their pages follow each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.document.errors import PipelineError

from ..support.clients import ITEM, LIST, NUMBER, THINGS, call, one, signature
from ..support.documents import (
    Json,
    correction,
    operation,
    parameter,
    record,
    text,
)


def listing(**properties: Any) -> Json:
    """An answer with these members beside its items."""
    return record("data", data=LIST, **properties)


TEXT, YES = text(), {"type": "boolean"}
CURSORS: dict[str, tuple[str, Json, Json, Json]] = {
    "cursor": ("cursor", listing(next_cursor=TEXT, has_more=YES), {"next_cursor": "c", "has_more": True}, {}),
    "page_token": ("page_token", listing(next_page_token=TEXT), {"next_page_token": "c"}, {}),
    "after": ("after", listing(last_id=TEXT, has_more=YES), {"last_id": "c", "has_more": True}, {"has_more": False}),
    "inside": (
        "cursor",
        listing(pagination=record(next_cursor=TEXT, has_more=YES)),
        {"pagination": {"next_cursor": "c", "has_more": True}},
        {"pagination": {"next_cursor": None, "has_more": False}},
    ),
    "the only list": ("starting_after", record("things", things=LIST, next=TEXT), {"next": "c"}, {}),
}


@pytest.mark.parametrize(("name", "answer", "first", "last"), CURSORS.values(), ids=CURSORS.keys())
def test_a_cursor_is_recognised_by_its_name(tmp_path: Path, name: str, answer: Json, first: Json, last: Json) -> None:
    """A parameter of a usual name beside one list of objects and a usual name for the next page."""
    folder = one(tmp_path, operation(parameters=[parameter(name)], response=answer))
    items = next(iter(answer["required"]))
    pages = [{items: [{"id": "a"}], **first}, {items: [{"id": "b"}], **last}]
    sent, given = call(folder, "client.things.call()", *pages)
    assert [request[1] for request in sent] == [THINGS, f"{THINGS}?{name}=c"]
    assert given == [{"id": "a"}, {"id": "b"}]
    assert signature(folder)[2].startswith("Pages[")


def test_an_offset_is_recognised_by_its_name(tmp_path: Path) -> None:
    """And a page holds as much as it may, unless the caller says otherwise."""
    parameters = [parameter("offset", schema=NUMBER), parameter("limit", schema={**NUMBER, "maximum": 50})]
    folder = one(tmp_path, operation(parameters=parameters, response=listing(has_more=YES)))
    pages = [{"data": [{"id": "a"}, {"id": "b"}], "has_more": True}, {"data": [{"id": "c"}], "has_more": False}]
    sent, given = call(folder, "client.things.call()", *pages)
    assert [request[1] for request in sent] == [f"{THINGS}?limit=50", f"{THINGS}?limit=50&offset=2"]
    assert [item["id"] for item in given] == ["a", "b", "c"]
    assert signature(folder)[1] == ["limit: int = 50", "offset: int | None = None"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("cursor", listing()),
        ("cursor", record(next_cursor=TEXT)),
        ("cursor", record(a=LIST, b=LIST, next_cursor=TEXT)),
        ("page", listing(next_cursor=TEXT)),
        ("offset", record(data=ITEM)),
        ("limit", listing(has_more=YES)),
    ],
)
def test_what_fits_nothing_is_no_listing(tmp_path: Path, name: str, answer: Json) -> None:
    """Without a list, a next page or a parameter for it, the answer is given as it is."""
    folder = one(tmp_path, operation(parameters=[parameter(name)], response=answer))
    assert signature(folder)[2] == "CallItResponse"


def test_a_cursor_in_a_header_is_no_listing(tmp_path: Path) -> None:
    """Only the query chooses pages."""
    entry = operation(parameters=[parameter("cursor", "header")], response=listing(next_cursor=TEXT))
    assert signature(one(tmp_path, entry))[2] == "CallItResponse"


def test_the_overlay_says_how_pages_follow(tmp_path: Path) -> None:
    """By any names: the argument may have another one in Python, and a place may be one of Python's words."""
    answer = record("list", list={"type": "array", "items": ITEM}, info=record(**{"from": TEXT}))
    pages = {"items": "list", "cursor": "page", "following": "info.from", "size": "count"}
    action = correction(
        "call_it",
        **{"x-pages": pages, "x-parameters": {"page": {"name": "class"}, "count": {"name": "page_size"}}},
    )
    parameters = [parameter("page"), parameter("count", schema={**NUMBER, "maximum": 9})]
    folder = one(tmp_path, operation(parameters=parameters, response=answer), action)
    given = [{"list": [{"id": "a"}], "info": {"from": "z"}}, {"list": [{"id": "b"}]}]
    sent, items = call(folder, "client.things.call()", *given)
    assert [request[1] for request in sent] == [f"{THINGS}?count=9", f"{THINGS}?count=9&page=z"]
    assert [item["id"] for item in items] == ["a", "b"]
    assert signature(folder)[1] == ["class_: str | None = None", "page_size: int = 9"]


@pytest.mark.parametrize(
    "pages",
    [
        {"items": "data"},
        {"cursor": "cursor", "following": "next"},
        {"items": "dta", "cursor": "cursor", "following": "next"},
        {"items": "next", "cursor": "cursor", "following": "next"},
        {"items": "data", "cursor": "cursor"},
        {"items": "data", "cursor": "cursor", "following": "nxt"},
        {"items": "data", "offset": "offset", "more": "mroe"},
        {"items": "data", "offset": "offset", "identity": "idd"},
        {"items": "data", "cursor": "cursor", "following": "next", "offset": "offset"},
    ],
)
def test_pages_that_fit_nothing_are_refused(tmp_path: Path, pages: Json) -> None:
    """The error names the operation, says what was written, and what is needed."""
    entry = operation(parameters=[parameter("cursor"), parameter("offset")], response=listing(next=TEXT))
    with pytest.raises(PipelineError, match="x-pages of call_it cannot be used") as caught:
        one(tmp_path, entry, correction("call_it", **{"x-pages": pages}))
    assert "give items (a list of the answer), and cursor with following, or offset" in str(caught.value)


def test_an_older_document_without_pages_gives_all_at_once(tmp_path: Path) -> None:
    """The overlay speaks of a parameter that came later."""
    pages = {"items": "data", "cursor": "cursor", "following": "next"}
    folder = one(tmp_path, operation(response=listing(next=TEXT)), correction("call_it", **{"x-pages": pages}))
    assert signature(folder)[2] == "CallItResponse"
