"""An operation is one call as a value: what it sends for each kind of argument and body, and what it refuses."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from dateutil.relativedelta import relativedelta

from aimlapi_client import Client
from aimlapi_client.bodies import FormPart, RequestBody
from aimlapi_client.errors import ArgumentError
from aimlapi_client.models import MessageParam, TextBlockParam
from aimlapi_client.operation import Endpoint, HTTPRequest, Operation, Parameter, json_bytes
from aimlapi_client.types import UNSET, File, Secret, date, date_time, decimal

UTC = datetime.UTC
PARIS = datetime.timezone(datetime.timedelta(hours=2))


class Color(StrEnum):
    RED = "red"


def endpoint(*parameters: Parameter, path: str = "/v1/things") -> Endpoint[Any]:
    """An endpoint with these parameters."""
    return Endpoint("list_things", "GET", path, parameters, repeat="safe", decoder=dict)


def sent(parameter: Parameter, value: object) -> HTTPRequest:
    """What is sent of one argument."""
    path = "/v1/{q}/end" if parameter.place == "path" else "/v1/things"
    return Operation(endpoint(parameter, path=path), {parameter.argument: value}).request()


def body(value: object, *bodies: RequestBody) -> HTTPRequest:
    """What is sent of one body, which may be any of these."""
    return Operation(evolve(endpoint(), bodies=bodies), body=value).request()


OCTETS = RequestBody("application/octet-stream", "bytes")
URL_ENCODED = RequestBody("application/x-www-form-urlencoded", "form")
MULTIPART = RequestBody("multipart/form-data", "multipart")


def texts(parameter: Parameter, value: object) -> list[str]:
    """The text of each value of a query."""
    return [unquote(member.partition("=")[2]) for member in parameter.in_query(value)]


# --- paths


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("plain", "plain"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("a?b#c", "a%3Fb%23c"),
        ("a%2Fb", "a%252Fb"),
        ("..;", "..%3B"),
        ("...", "..."),
        ("ü☃", "%C3%BC%E2%98%83"),
        ("{q}", "%7Bq%7D"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (Color.RED, "red"),
        (["a", "b/c"], "a,b%2Fc"),
    ],
)
def test_a_path_is_quoted(value: object, quoted: str) -> None:
    """Nothing that a value holds ends the segment of the path that it stands in."""
    assert sent(Parameter("q", "q", place="path", required=True), value).target == f"/v1/{quoted}/end"


@pytest.mark.parametrize("value", ["", " ", ".", ".."])
def test_a_path_that_names_nothing_is_refused(value: str) -> None:
    """An empty segment, or one that walks up, would be another operation."""
    with pytest.raises(ArgumentError, match=r"q is '.*'\. Give a text that names something"):
        sent(Parameter("q", "q", place="path", required=True), value)


def test_a_path_may_hold_braces_and_several_parameters() -> None:
    """Each place is filled by its name on the wire, and other braces stay."""
    parts = (Parameter("type", "type", place="path"), Parameter("item_id", "item-id", place="path"))
    operation = Operation(endpoint(*parts, path="/v1/{type}/{item-id}/{}"), {"type": "{item-id}", "item_id": 3})
    assert operation.request().target == "/v1/%7Bitem-id%7D/3/{}"


# --- queries


@pytest.mark.parametrize(
    ("parameter", "value", "query"),
    [
        (Parameter("q", "q"), "a b&c", "q=a%20b%26c"),
        (Parameter("q", "q"), True, "q=true"),
        (Parameter("q", "q"), False, "q=false"),
        (Parameter("q", "q"), 0, "q=0"),
        (Parameter("q", "q"), 1.5, "q=1.5"),
        (Parameter("q", "q"), Decimal("0.10"), "q=0.10"),
        (Parameter("q", "q"), Color.RED, "q=red"),
        (Parameter("q", "q"), ["a", "b c"], "q=a&q=b%20c"),
        (Parameter("q", "q"), ("a", 1, True), "q=a&q=1&q=true"),
        (Parameter("q", "q", explode=False), ["a", "b,c"], "q=a,b%2Cc"),
        (Parameter("q", "q", explode=False), "a", "q=a"),
        (Parameter("q", "q"), "", "q="),
        (Parameter("q", "q", required=True, empty=True), "", "q="),
        (Parameter("q", "q"), ["a", " "], "q=a&q=%20"),
        (Parameter("q", "q"), {"a": 1, "b": None}, "a=1"),
        (Parameter("q", "q"), [None, "a"], "q=a"),
        (Parameter("start", "from"), "a", "from=a"),
        (Parameter("q", "q[]"), ["a"], "q%5B%5D=a"),
        (Parameter("q", "q"), datetime.date(2026, 8, 1), "q=2026-08-01"),
        (Parameter("q", "q", most=2), ["a", "b"], "q=a&q=b"),
        (Parameter("q", "q", minimum=1, maximum=2), 2, "q=2"),
        (
            Parameter("q", "q", explode=False, kind="date"),
            [datetime.date(2026, 8, 1), "2026-08-02"],
            "q=2026-08-01,2026-08-02",
        ),
    ],
)
def test_a_query_is_written(parameter: Parameter, value: object, query: str) -> None:
    """Each value as text, a list as several members or as one with commas."""
    assert sent(parameter, value).target == f"/v1/things?{query}"


@pytest.mark.parametrize("value", [None, UNSET, []])
@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_what_is_not_given_is_not_sent(place: Any, value: object) -> None:
    """Neither None nor an empty list leaves a trace."""
    assert sent(Parameter("q", "q", place=place), value) == HTTPRequest(
        "GET", "/v1/things", {"accept": "application/json"}
    )


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        (Parameter("q", "wire", required=True), None, "q is missing."),
        (Parameter("q", "wire", required=True), UNSET, "q is missing."),
        (Parameter("q", "wire", required=True), [], "q is empty. Give at least one value."),
        (Parameter("q", "wire"), {"a"}, "q is a set. Give text or a number."),
        (Parameter("q", "wire"), [{"a"}], "q is a set. Give text or a number."),
        (Parameter("q", "wire"), {"a": object}, "q is a type. Give text or a number."),
        (Parameter("q", "wire", required=True), {"a": None}, "q is empty. Give at least one value."),
        (Parameter("q", "wire"), b"a", "q is a bytes. Give text or a number."),
        (Parameter("q", "wire"), object, "q is a type. Give text or a number."),
        (Parameter("q", "wire", required=True), "", "q is ''. Give a text that names something."),
        (Parameter("q", "wire", required=True, place="header"), " ", "q is ' '. Give a text that names something."),
        (Parameter("q", "wire", explode=False), ["a", " "], "q is ' '. Give a text that names something."),
        (Parameter("q", "wire", most=1), ["a", "b"], "q holds 2 values. Give at most 1."),
        (Parameter("q", "wire", minimum=1), 0, "q is 0. Give a number of at least 1."),
        (Parameter("q", "wire", maximum=100), 101, "q is 101. Give a number of at most 100."),
        (Parameter("q", "wire", minimum=1, maximum=9), Decimal("9.5"), "q is 9.5. Give a number from 1 to 9."),
        (Parameter("q", "wire", minimum=1), True, "q is True. Give a number."),
        (Parameter("q", "wire", minimum=1, maximum=9), float("nan"), "q is nan. Give a finite number."),
        (Parameter("q", "wire"), float("-inf"), "q is -inf. Give a finite number."),
        (Parameter("q", "wire"), Decimal("NaN"), "q is NaN. Give a finite number."),
        (Parameter("q", "wire"), "\ud83c", r"q holds '\ud83c'. Give text that utf-8 can encode."),
    ],
)
def test_an_argument_that_cannot_be_sent_is_refused(parameter: Parameter, value: object, problem: str) -> None:
    """The error names the argument as Python does, says what it is, and what to give."""
    with pytest.raises(ArgumentError) as caught:
        sent(parameter, value)
    assert (str(caught.value), caught.value.argument) == (problem, "q")


# --- times


TIMES: dict[str, tuple[object, str]] = {
    "an aware datetime": (datetime.datetime(2026, 8, 1, 9, 30, tzinfo=UTC), "2026-08-01T09:30:00+00:00"),
    "one of another zone": (datetime.datetime(2026, 8, 1, 1, tzinfo=PARIS), "2026-08-01T01:00:00+02:00"),
    "a date": (datetime.date(2026, 8, 1), "2026-08-01T00:00:00+00:00"),
    "text": ("2026-08-01T00:00:00Z", "2026-08-01T00:00:00+00:00"),
    "text with an offset": (" 2026-08-01T00:00+02:00 ", "2026-08-01T00:00:00+02:00"),
    "the text of a date": ("2026-08-01", "2026-08-01T00:00:00+00:00"),
    "what an answer held": (date_time("2026-08-01T00:00:00Z"), "2026-08-01T00:00:00+00:00"),
    "a date of an answer": (date("2026-08-01"), "2026-08-01T00:00:00+00:00"),
}


@pytest.mark.parametrize(("value", "text"), TIMES.values(), ids=TIMES.keys())
def test_a_point_in_time(value: object, text: str) -> None:
    """Whatever stands for a point in time is sent as ISO 8601 with an offset; the day of it where a day is asked."""
    assert texts(Parameter("q", "q", kind="date-time"), value) == [text]
    assert texts(Parameter("q", "q", kind="date"), value) == [text[:10]]


@pytest.mark.parametrize("span", [datetime.timedelta(days=1), relativedelta(days=1)])
def test_a_span_reaches_back_from_now(span: object) -> None:
    """A timedelta, and a relativedelta of dateutil."""
    (text,) = texts(Parameter("q", "q", kind="date-time"), span)
    age = datetime.datetime.now(UTC) - datetime.datetime.fromisoformat(text)
    assert datetime.timedelta(days=1) <= age < datetime.timedelta(days=1, minutes=5)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (datetime.datetime(2026, 8, 1), "which does not say its time zone"),
        ("2026-08-01T00:00", "which does not say its time zone"),
        ("yesterday", "is 'yesterday', and not ISO 8601"),
        ("2026-13-01", "and not ISO 8601"),
        ("", "is '', and not ISO 8601"),
        (1754000000, "is a int. Give a datetime"),
        (True, "is a bool. Give a datetime"),
        (Decimal(5), "is a Decimal. Give a datetime"),
        (datetime.timedelta(days=10**6), "reaches back further than a datetime can"),
    ],
)
@pytest.mark.parametrize("kind", ["date", "date-time"])
def test_what_is_no_point_in_time_is_refused(kind: str, value: object, problem: str) -> None:
    """The error names the argument and says why."""
    with pytest.raises(ArgumentError, match=problem) as caught:
        Parameter("start", "from", kind=kind).in_query(value)
    assert caught.value.argument == "start"


# --- headers and cookies


@pytest.mark.parametrize(("value", "header"), [("a b", "a b"), (3, "3"), (True, "true"), (["a", "b"], "a,b")])
def test_a_header_is_written(value: object, header: str) -> None:
    """In lower case, a list with commas."""
    assert sent(Parameter("trace", "X-Trace", place="header"), value).headers["x-trace"] == header


@pytest.mark.parametrize("value", ["a\r\nx-evil: 1", "a\nb", "a\x00", "ü", "☃"])
def test_a_header_that_cannot_travel_is_refused(value: str) -> None:
    """A line end would begin another header."""
    with pytest.raises(ArgumentError, match=r"^trace holds "):
        sent(Parameter("trace", "X-Trace", place="header"), value)


def test_cookies_share_a_header() -> None:
    """Each value is quoted, so that none ends the cookie."""
    parts = (Parameter("a", "A", place="cookie"), Parameter("b", "B", place="cookie"))
    operation = Operation(endpoint(*parts), {"a": "1; evil=2", "b": ["x", "y"]})
    assert operation.request().headers["cookie"] == "A=1%3B%20evil%3D2; B=x; B=y"


# --- bodies


JSON: dict[str, tuple[object, str]] = {
    "an object": ({"a": None, "b": [1, 1.5, True, "ü"]}, '{"a":null,"b":[1,1.5,true,"ü"]}'),
    "a list": ([], "[]"),
    "nothing in it": ({}, "{}"),
    "text": ("a", '"a"'),
    "zero": (0, "0"),
    "a model": (TextBlockParam(text="a"), '{"text":"a","type":"text"}'),
    "models inside": (
        {"m": (MessageParam(role="user", content="a"),)},
        '{"m":[{"role":"user","content":"a"}]}',
    ),
    "a whole decimal": (Decimal("5.00"), "5"),
    "a large decimal": (Decimal("1E+3"), "1000"),
    "a fraction": ({"a": Decimal("0.1")}, '{"a":0.1}'),
    "more digits than a float has": ([Decimal("0.12345678901234567890"), 0.5], "[0.12345678901234567890,0.5]"),
    "money of an answer": ([decimal("0.10"), decimal(5)], '["0.10",5]'),
    "a time": (datetime.datetime(2026, 8, 1, tzinfo=UTC), '"2026-08-01T00:00:00+00:00"'),
    "a time of an answer": (date_time("2026-08-01T00:00:00.123Z"), '"2026-08-01T00:00:00.123Z"'),
    "a date": (datetime.date(2026, 8, 1), '"2026-08-01"'),
    "a secret": (Secret("sk"), '"sk"'),
    "an enumeration": (Color.RED, '"red"'),
    "half of an emoji": ("\ud83c", '"\\ud83c"'),
}


@pytest.mark.parametrize(("value", "text"), JSON.values(), ids=JSON.keys())
def test_a_body_is_compact_json(value: object, text: str) -> None:
    """Models, exact numbers, times and secrets have a form in it, at any depth."""
    request = body(value)
    assert (request.content, request.headers["content-type"]) == (text.encode(), "application/json")


def circle() -> list[Any]:
    """A list that holds itself."""
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": object()}, "a object has no form in JSON"),
        ({"a": {1, 2}}, "a set has no form in JSON"),
        ({"a": b"bytes"}, "a bytes has no form in JSON"),
        ({"a": 1 + 2j}, "a complex has no form in JSON"),
        ({("a",): 1}, "keys must be str"),
        ([float("nan")], "Out of range float values"),
        ([float("inf")], "Out of range float values"),
        ([Decimal("NaN")], "a Decimal has no form in JSON"),
        (circle(), "recursion"),
    ],
)
def test_what_json_has_no_form_for_is_refused(value: object, problem: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ArgumentError, match=rf"^body cannot be written as JSON: .*{problem}") as caught:
        body(value)
    assert caught.value.argument == "body"


@pytest.mark.parametrize("value", [None, UNSET])
def test_no_body_has_no_type(value: object) -> None:
    """A call without a body says nothing of one."""
    request = body(value)
    assert (request.content, "content-type" in request.headers) == (None, False)


@pytest.mark.parametrize("made", [bytes, bytearray, memoryview, lambda data: File(io.BytesIO(data))])
def test_bytes_are_sent_as_they_are(made: Callable[[bytes], object]) -> None:
    """As bytes, a view of them, or a file."""
    request = body(made(b"\x00\xff"), OCTETS)
    assert (request.content, request.headers["content-type"]) == (b"\x00\xff", "application/octet-stream")


def test_a_file_says_its_type_and_can_be_sent_again() -> None:
    """It is read from where it stands, and stays there."""
    file = io.BytesIO(b"headbody")
    file.seek(4)
    operation = Operation(evolve(endpoint(), bodies=(OCTETS,)), body=File(file, mime_type="audio/wav"))
    requests = [operation.request(), operation.request()]
    assert [request.content for request in requests] == [b"body", b"body"]
    assert requests[0].headers["content-type"] == "audio/wav"


def test_a_file_that_cannot_be_wound_back_is_read_once() -> None:
    """A pipe or a socket has no position."""
    file = io.BytesIO(b"once")
    file.seekable = lambda: False
    assert body(File(file), OCTETS).content == b"once"
    assert file.read() == b""


def test_a_form_is_url_encoded() -> None:
    """A list is repeated, and exact numbers keep their digits."""
    request = body({"a": "b c", "n": ["1", "2"], "x": Decimal("0.10"), "y": True}, URL_ENCODED)
    assert request.content == b"a=b+c&n=1&n=2&x=0.10&y=true"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_form_has_parts() -> None:
    """Each as the document says, and the header names the boundary that the bytes have."""
    form = evolve(MULTIPART, parts={"name": FormPart("text/csv")})
    request = body({"name": "mine", "file": File(io.BytesIO(b"data"), "a.txt")}, form)
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    parts = (request.content or b"").split(f"--{boundary}".encode())
    assert kind == "multipart/form-data"
    assert [part.rpartition(b"\r\n\r\n")[2] for part in parts] == [b"", b"mine\r\n", b"data\r\n", b"--\r\n"]
    assert b'name="name"\r\nContent-Type: text/csv' in parts[1]
    assert b'name="file"; filename="a.txt"' in parts[2]


@pytest.mark.parametrize("form", [MULTIPART, URL_ENCODED])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"a": object()}, "a is a object"),
        ({"a": {"b": object()}}, "cannot be written as JSON"),
        ([1], "it is a list, which has no members"),
        ("text", "is a str, which cannot be written as"),
    ],
)
def test_what_is_no_form_is_refused(form: RequestBody, value: object, problem: str) -> None:
    """As any other body that cannot be written."""
    with pytest.raises(ArgumentError, match=problem):
        body(value, form)


def test_json_bytes_is_what_a_body_is_written_with() -> None:
    """It is there for others, too."""
    assert json_bytes({"a": Decimal("0.5")}) == b'{"a":0.5}'


# --- values


def things(**arguments: Any) -> Operation[Any]:
    """A call with a cursor and a key."""
    return Operation(endpoint(Parameter("cursor", "cursor"), Parameter("key", "key")), arguments)


def test_operations_are_values() -> None:
    """Two of the same endpoint with the same arguments and body are equal."""
    assert things(cursor="a") == things(cursor="a")
    assert things(cursor="a") != things(cursor="b")
    assert evolve(things(), body={"a": 1}) != things()


@pytest.mark.parametrize("name", ["endpoint", "arguments", "body", "content_type"])
def test_operations_are_frozen(name: str) -> None:
    """What was checked stays what is sent."""
    with pytest.raises(FrozenInstanceError):
        setattr(things(), name, None)


def test_other_arguments_are_another_operation() -> None:
    """The first stays as it was."""
    first = things(cursor="a", key="k")
    second = first.with_arguments(cursor="b")
    assert (first.request().target, second.request().target) == (
        "/v1/things?cursor=a&key=k",
        "/v1/things?cursor=b&key=k",
    )
    assert second.with_arguments(cursor=None).request().target == "/v1/things?key=k"


def test_an_argument_that_is_not_there_is_refused() -> None:
    """A misspelt one is not left out in silence."""
    with pytest.raises(ArgumentError, match="curser is no argument of list_things"):
        things().with_arguments(curser="b")


def test_nothing_of_a_call_is_shown() -> None:
    """A repr holds neither arguments nor a body nor headers."""
    operation = evolve(things(cursor="hidden"), body={"a": "hidden"})
    request = HTTPRequest("GET", "/v1/things", {"cookie": "hidden"}, b"hidden")
    assert "hidden" not in f"{operation!r}{request!r}"
    assert (operation.name, operation.method) == ("list_things", "GET")


@pytest.mark.parametrize(
    ("media", "content", "answer"),
    [("json", b'{"a": 1}', {"a": 1}), ("text", b"\xc3\xbc\xff", "ü\ufffd"), ("", b"ignored", None)],
)
def test_an_answer_is_read_by_its_kind(media: Any, content: bytes, answer: object) -> None:
    """JSON by the decoder, text as UTF-8, nothing as None."""
    operation: Operation[Any] = Operation(Endpoint("o", "GET", "/o", media=media, decoder=dict))
    assert operation.decode(200, content) == answer


def test_an_answer_of_bytes_is_a_file() -> None:
    """It can be read as one."""
    operation: Operation[Any] = Operation(Endpoint("o", "GET", "/o", media="bytes"))
    assert operation.decode(200, b"\x00").payload.read() == b"\x00"


def test_httpx_sends_what_an_operation_says() -> None:
    """The address, the headers and the bytes go out unchanged."""
    operation = evolve(things(cursor="a&b"), body={"x": "ü"})
    request = operation.request()
    made = httpx.Request(
        request.method, f"http://g{request.target}", headers=dict(request.headers), content=request.content
    )
    assert (made.url.raw_path, made.read()) == (b"/v1/things?cursor=a%26b", '{"x":"ü"}'.encode())


def test_cookies_of_a_call_go_with_those_of_the_client() -> None:
    """None takes the place of another."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    with Client("http://g", cookies={"a": "1"}, httpx_args={"transport": httpx.MockTransport(answer)}) as client:
        client.send(Operation(endpoint(Parameter("b", "b", place="cookie")), {"b": "2"}))
        client.send(Operation(endpoint()))
    assert [request.headers["cookie"] for request in sent] == ["a=1; b=2", "a=1"]
