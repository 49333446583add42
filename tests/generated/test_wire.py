"""Whatever a value holds, the other side reads the same from what is sent."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import HTTP
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, strategies as st

from aimlapi_client import wire
from aimlapi_client.bodies import RequestBody, write_body
from aimlapi_client.operation import Parameter

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
SCALARS = st.one_of(TEXT, st.integers(), st.booleans())
JSON = st.recursive(
    st.one_of(st.none(), SCALARS, st.floats(allow_nan=False, allow_infinity=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


def text(value: object) -> str:
    return wire.scalar("q", value)


def read(members: list[str]) -> list[tuple[str, str]]:
    return parse_qsl("&".join(members), keep_blank_values=True)


@given(NAMES, st.lists(SCALARS, max_size=4))
def test_a_list_repeats_its_name(name: str, values: list[object]) -> None:
    """Each value is one member, with every sign that it holds."""
    assert read(Parameter("q", name).in_query(values)) == [(name, text(value)) for value in values]


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_joined_list_is_split_at_its_commas(values: list[str]) -> None:
    """Before anything is unescaped, as the specification wants it."""
    (member,) = Parameter("q", "q", explode=False, empty=True).in_query(values)
    assert [unquote(part) for part in member.removeprefix("q=").split(",")] == values


@given(st.dictionaries(NAMES, SCALARS, max_size=4))
def test_the_members_of_an_object_are_members_of_the_query(value: dict[str, object]) -> None:
    """With `deepObject`, inside the name of the parameter."""
    assert read(Parameter("q", "q").in_query(value)) == [(name, text(each)) for name, each in value.items()]
    deep = Parameter("q", "q", style="deepObject").in_query(value)
    assert read(deep) == [(f"q[{name}]", text(each)) for name, each in value.items()]


@given(TEXT)
def test_reserved_characters_that_stay_change_nothing(value: str) -> None:
    """But what is percent-encoded already is taken as such."""
    (found,) = read(Parameter("q", "q", reserved=True).in_query(value.replace("%", "")))
    assert found == ("q", value.replace("%", ""))


@given(JSON)
def test_json_is_json_wherever_it_stands(value: object) -> None:
    """In a query, a path and a header."""
    (member,) = Parameter("q", "q", media="json").in_query(value)
    (found,) = read([member])
    assert json.loads(found[1]) == value
    assert json.loads(unquote(Parameter("q", "q", place="path", media="json").in_path(value))) == value
    assert json.loads(str(Parameter("q", "q", place="header", media="json").in_header(value))) == value


@given(st.dictionaries(NAMES, st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(TEXT, JSON)), max_size=4))
def test_a_form_says_the_same_in_both_encodings(value: dict[str, object]) -> None:
    """A list item by item, an object as JSON."""
    expected = [
        (name, json.dumps(one, separators=(",", ":"), ensure_ascii=False) if isinstance(one, dict) else text(one))
        for name, each in value.items()
        for one in (each if isinstance(each, list) else [each])
    ]
    content, _ = write_body([RequestBody("application/x-www-form-urlencoded", "form")], value)
    assert read([content.decode()]) == expected
    content, media_type = write_body([RequestBody("multipart/form-data", "multipart")], value)
    boundary = media_type.partition("boundary=")[2]
    parts = content.split(f"--{boundary}\r\n".encode())[1:]
    end = f"--{boundary}--\r\n".encode()
    contents = [part.removesuffix(end).removesuffix(b"\r\n").partition(b"\r\n\r\n")[2].decode() for part in parts]
    assert contents == [said for _, said in expected]


def test_a_part_has_a_head_that_readers_of_mail_know() -> None:
    """Name, file name and media type."""
    content, media_type = write_body([RequestBody("multipart/form-data", "multipart")], {"a": "x", "b": b"y"})
    message = message_from_bytes(f"Content-Type: {media_type}\r\n\r\n".encode() + content, policy=HTTP)
    found = [(one.get_param("name", header="content-disposition"), one.get_filename()) for one in message.iter_parts()]
    assert found == [("a", None), ("b", "b")]
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "application/octet-stream"]


@pytest.mark.parametrize("value", [{"a": [1, {"b": None}]}, [[True], {"c": 1.5}], {"d": {"e": [False]}}])
@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
@pytest.mark.parametrize("explode", [True, False])
def test_no_nesting_is_sent_as_python_writes_it(style: wire.Style, explode: bool, value: object) -> None:
    """Neither True nor None nor a quote of Python stands in what is sent."""
    members = Parameter("q", "q", style=style, explode=explode, empty=True).in_query(value)
    sent = unquote("&".join(members))
    assert [sign for sign in ("True", "False", "None", "'") if sign in sent] == []
