"""Bodies and answers on the wire: every media type that a document may name, against a server.

See https://spec.openapis.org/oas/v3.1.2#request-body-object and #media-type-object.
"""

from __future__ import annotations

import pytest

from ..support.documents import Json, operation, record, text
from ..support.wire import Case, Wire, body, exchange

ORDER = record(
    "a", a=text(), b={"type": "array", "items": {"type": "number"}}, t={"type": "string", "format": "date-time"}
)
BINARY = {"type": "string", "format": "binary"}


def posts(content: Json, call: str, *, required: bool = True) -> Case:
    """A call of an operation with a body of these media types."""
    return Case(body(content, required=required), call, method="post")


def of(schema: Json, *media_types: str) -> Json:
    """The content of a body that is the same in each media type."""
    return {media_type: {"schema": schema} for media_type in media_types}


BOTH = {**of(ORDER, "application/json"), **of(text(), "text/plain")}
UPLOAD = {
    **of(ORDER, "application/json"),
    **of(BINARY, "image/*", "application/pdf"),
    **of(text(), "text/csv"),
}
FORMS = of(ORDER, "application/x-www-form-urlencoded", "multipart/form-data", "application/json")
#: Calls with a body, and what is sent: its media type and its bytes.
SENT: dict[str, tuple[Case, str, bytes]] = {
    "JSON": (
        posts(of(ORDER, "application/json"), "body={'a': 'ü', 'b': [1, Decimal('0.5')]}"),
        "application/json",
        '{"a":"ü","b":[1,0.5]}'.encode(),
    ),
    "a model": (
        posts(of(record("a", a=text(), own=text()), "application/json"), "body=model(a='x')"),
        "application/json",
        b'{"a":"x"}',
    ),
    "JSON with parameters": (
        posts(of(ORDER, "application/json; charset=utf-8"), "body={'a': ''}"),
        "application/json; charset=utf-8",
        b'{"a":""}',
    ),
    "JSON of a vendor": (
        posts(of(ORDER, "application/vnd.shop.v1+json"), "body={'a': 'x'}"),
        "application/vnd.shop.v1+json",
        b'{"a":"x"}',
    ),
    "JSON that is no application": (
        posts(of(ORDER, "model/gltf+json"), "body={'a': 'x'}"),
        "model/gltf+json",
        b'{"a":"x"}',
    ),
    "JSON in capitals": (posts(of(ORDER, "Application/JSON"), "body={'a': 'x'}"), "Application/JSON", b'{"a":"x"}'),
    "a string of JSON": (posts(of(text(), "application/json"), "body='x\"ü'"), "application/json", '"x\\"ü"'.encode()),
    "an empty string of JSON": (posts(of(text(), "application/json"), "body=''"), "application/json", b'""'),
    "false": (posts(of({"type": "boolean"}, "application/json"), "body=False"), "application/json", b"false"),
    "an empty list": (
        posts(of({"type": "array", "items": {}}, "application/json"), "body=[]"),
        "application/json",
        b"[]",
    ),
    "a constant with quotes": (
        posts(of(record("k", k={"const": 'p"q\\'}), "application/json"), "body=model()"),
        "application/json",
        b'{"k":"p\\"q\\\\"}',
    ),
    "JSON lines": (
        posts(of(ORDER, "application/x-ndjson"), "body=[{'a': 'x'}, {'a': 'y'}]"),
        "application/x-ndjson",
        b'{"a":"x"}\n{"a":"y"}\n',
    ),
    "text": (posts(of(text(), "text/plain"), "body='a ü ☃'"), "text/plain", "a ü ☃".encode()),
    "an empty text": (posts(of(text(), "text/plain"), "body=''"), "text/plain", b""),
    "a text that is a number": (posts(of({"type": "integer"}, "text/plain"), "body=7"), "text/plain", b"7"),
    "text of a charset": (
        posts(of(text(), "text/plain; charset=iso-8859-1"), "body='ü'"),
        "text/plain; charset=iso-8859-1",
        b"\xfc",
    ),
    "CSV": (posts(of(text(), "text/csv"), "body='a,b\\r\\n'"), "text/csv", b"a,b\r\n"),
    "XML": (posts(of(ORDER, "application/xml"), "body='<a/>'"), "application/xml", b"<a/>"),
    "XML of a vendor": (posts(of(ORDER, "image/svg+xml"), "body=b'<svg/>'"), "image/svg+xml", b"<svg/>"),
    "YAML": (posts(of(ORDER, "application/yaml"), "body='a: 1'"), "application/yaml", b"a: 1"),
    "bytes": (
        posts(of(BINARY, "application/octet-stream"), "body=b'\\x00\\xff'"),
        "application/octet-stream",
        b"\x00\xff",
    ),
    "no schema": (posts({"application/octet-stream": {}}, "body=b'x'"), "application/octet-stream", b"x"),
    "a file": (posts(of(BINARY, "application/octet-stream"), "body=file(b'x')"), "application/octet-stream", b"x"),
    "no media type": (posts(of(BINARY, "binary"), "body=b'x'"), "binary", b"x"),
    "an image": (posts(of(BINARY, "image/png"), "body=b'x'"), "image/png", b"x"),
    "a file with a type": (
        posts(of(BINARY, "application/octet-stream"), "body=file(b'x', mime_type='audio/wav')"),
        "audio/wav",
        b"x",
    ),
    "a range, and a file": (posts(of(BINARY, "image/*"), "body=file(b'x', mime_type='image/gif')"), "image/gif", b"x"),
    "a range, and a name": (posts(of(BINARY, "image/*"), "body=b'x', content_type='image/gif'"), "image/gif", b"x"),
    "anything, and bytes": (posts(of({}, "*/*"), "body=b'x'"), "application/octet-stream", b"x"),
    "anything, and text": (posts(of({}, "*/*"), "body='x'"), "text/plain", b"x"),
    "anything, and data": (posts(of(ORDER, "*/*"), "body={'a': 'x'}"), "application/json", b'{"a":"x"}'),
    "anything, by name": (posts(of({}, "*/*"), "body='<a/>', content_type='text/xml'"), "text/xml", b"<a/>"),
    "an object beside a string": (posts(BOTH, "body={'a': 'x'}"), "application/json", b'{"a":"x"}'),
    "a string beside an object": (posts(BOTH, "body='x'"), "text/plain", b"x"),
    "a string beside an object, by name": (
        posts(BOTH, "body='x', content_type='application/json'"),
        "application/json",
        b'"x"',
    ),
    "an image among several": (posts(UPLOAD, "body=file(b'x', mime_type='image/png')"), "image/png", b"x"),
    "bytes among several": (posts(UPLOAD, "body=b'x'"), "application/pdf", b"x"),
    "bytes among several, by name": (posts(UPLOAD, "body=b'x', content_type='image/webp'"), "image/webp", b"x"),
    "text among several": (posts(UPLOAD, "body='a,b'"), "text/csv", b"a,b"),
    "data among several": (
        posts({**UPLOAD, **of(record("a", a=text(), more=text()), "application/json")}, "body=model(a='x')"),
        "application/json",
        b'{"a":"x"}',
    ),
    "a form among several": (
        posts(FORMS, "body={'a': 'x'}, content_type='application/x-www-form-urlencoded'"),
        "application/x-www-form-urlencoded",
        b"a=x",
    ),
    "a body that may be left out": (posts(BOTH, "body='x'", required=False), "text/plain", b"x"),
}
#: Calls without a body, which is not required.
WITHOUT: dict[str, Case] = {
    "not given": posts(of(ORDER, "application/json"), "", required=False),
    "none": posts(BOTH, "body=None", required=False),
    "unset": posts(of(text(), "text/plain"), "body=UNSET", required=False),
}
#: Calls that cannot be sent, with the error.
REFUSED: dict[str, tuple[Case, str]] = {
    "no JSON": (posts(of(ORDER, "application/json"), "body=None"), "ArgumentError: body is missing."),
    "no text": (posts(of(text(), "text/plain"), "body=None"), "ArgumentError: body is missing."),
    "none of several": (posts(BOTH, "body=UNSET"), "ArgumentError: body is missing."),
    "an object as XML": (
        posts(of(ORDER, "application/xml"), "body={'a': 'x'}"),
        "ArgumentError: body is a dict, which cannot be written as application/xml.",
    ),
    "an object as bytes": (
        posts(of(BINARY, "application/octet-stream"), "body={}"),
        "ArgumentError: body is a dict, which cannot be written as application/octet-stream.",
    ),
    "what the charset lacks": (
        posts(of(text(), "text/plain; charset=us-ascii"), "body='ü'"),
        "ArgumentError: body holds what us-ascii cannot encode.",
    ),
    "a file of text": (
        posts(of(BINARY, "application/octet-stream"), "body=File(io.StringIO('x'))"),
        "ArgumentError: body holds a file that gives text. Open it in binary mode.",
    ),
    "a range without a type": (
        posts(of(BINARY, "image/*"), "body=b'x'"),
        "ArgumentError: content_type is missing. Give one of image/*.",
    ),
    "a type that is not offered": (
        posts(BOTH, "body='x', content_type='text/csv'"),
        "ArgumentError: content_type is 'text/csv'. Give 'application/json' or 'text/plain'.",
    ),
    "a type that is not in the range": (
        posts(of(BINARY, "image/*"), "body=b'x', content_type='audio/wav'"),
        "ArgumentError: content_type is 'audio/wav'. Give 'image/*'.",
    ),
}
GIVES = {"type": "object", "properties": {"a": {"type": "integer"}}}


def answers(content: Json, media_type: str, given: bytes, *, status: str = "200") -> Case:
    """An operation whose success has these media types, and what the server answers."""
    return Case(operation(responses={status: {"description": "", "content": content}}), "", answer=(media_type, given))


SEVERAL = {**of(GIVES, "application/json"), **of(text(), "text/csv"), **of(BINARY, "audio/mpeg")}
STREAM = {**of(GIVES, "application/json"), **of(text(), "text/event-stream")}
#: Answers, with what is asked for and the repr of what they give.
GIVEN: dict[str, tuple[Case, str, str]] = {
    "JSON": (
        answers(of({"type": "array", "items": {}}, "application/json"), "application/json", b"[1]"),
        "application/json",
        "[1]",
    ),
    "JSON of a vendor": (
        answers(of({}, "application/vnd.a+json"), "application/vnd.a+json", b"[1]"),
        "application/vnd.a+json",
        "[1]",
    ),
    "JSON of a range": (answers(of({"type": "array", "items": {}}, "*/*"), "application/json", b"[1]"), "*/*", "[1]"),
    "text": (answers(of(text(), "text/plain"), "text/plain", "ü".encode()), "text/plain", "'ü'"),
    "text of a charset": (
        answers(of(text(), "text/plain"), "text/plain; charset=iso-8859-1", b"\xfc"),
        "text/plain",
        "'ü'",
    ),
    "text of an unknown charset": (answers(of(text(), "text/csv"), "text/csv; charset=none", b"a"), "text/csv", "'a'"),
    "an empty text": (answers(of(text(), "text/plain"), "text/plain", b""), "text/plain", "''"),
    "bytes": (
        answers(of(BINARY, "application/octet-stream"), "application/octet-stream", b"\xff"),
        "application/octet-stream",
        "b'\\xff'",
    ),
    "an image": (answers(of(BINARY, "image/png"), "image/png", b"\xff"), "image/png", "b'\\xff'"),
    "XML": (answers(of(text(), "application/xml"), "application/xml", b"<a/>"), "application/xml", "b'<a/>'"),
    "a stream": (
        answers(of(text(), "text/event-stream"), "text/event-stream", b"data: 1\n\n"),
        "text/event-stream",
        "'data: 1\\n\\n'",
    ),
    "JSON beside a stream": (
        answers({**STREAM, **of({}, "application/json")}, "application/json", b"1"),
        "application/json",
        "1",
    ),
    "the first of several": (
        answers({**SEVERAL, **of({}, "application/json")}, "application/json", b"[1]"),
        "application/json, audio/mpeg;q=0.9, text/csv;q=0.9, */*;q=0.1",
        "[1]",
    ),
    "text of several": (
        answers(SEVERAL, "text/csv; charset=utf-8", b"a,b"),
        "application/json, audio/mpeg;q=0.9, text/csv;q=0.9, */*;q=0.1",
        "'a,b'",
    ),
    "bytes of several": (
        answers(SEVERAL, "audio/mpeg", b"\xff"),
        "application/json, audio/mpeg;q=0.9, text/csv;q=0.9, */*;q=0.1",
        "b'\\xff'",
    ),
    "an object in XML too": (
        answers(of({"type": "array", "items": {}}, "application/json", "application/xml"), "application/json", b"[]"),
        "application/json",
        "[]",
    ),
    "only a default": (
        answers(of({}, "application/json"), "application/json", b"[1]", status="default"),
        "application/json",
        "[1]",
    ),
    "nothing": (Case(operation(responses={"204": {"description": ""}}), "", answer=("", b"")), "*/*", "None"),
}
CASES = {
    **{f"sent: {name}": one for name, (one, _, _) in SENT.items()},
    **{f"without: {name}": one for name, one in WITHOUT.items()},
    **{f"refused: {name}": one for name, (one, _) in REFUSED.items()},
    **{f"given: {name}": one for name, (one, _, _) in GIVEN.items()},
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """All calls of this module."""
    return exchange(tmp_path_factory.mktemp("wire"), CASES)


@pytest.mark.parametrize("name", SENT)
def test_a_body_has_the_media_type_of_the_document(wire: Wire, name: str) -> None:
    """And the bytes of that type."""
    sent = wire.sent[f"sent: {name}"]
    assert (sent.headers["content-type"], sent.content) == SENT[name][1:]


@pytest.mark.parametrize("name", WITHOUT)
def test_no_body_has_no_media_type(wire: Wire, name: str) -> None:
    """An empty body would be a text."""
    sent = wire.sent[f"without: {name}"]
    assert (sent.headers.get("content-type"), sent.content) == (None, b"")


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_sent_is_refused(wire: Wire, name: str) -> None:
    """Nothing went out, and the error says why."""
    assert (f"refused: {name}" in wire.sent, wire.refused[f"refused: {name}"]) == (False, REFUSED[name][1])


@pytest.mark.parametrize("name", GIVEN)
def test_an_answer_is_read_by_its_media_type(wire: Wire, name: str) -> None:
    """What can be read is asked for."""
    sent = wire.sent[f"given: {name}"]
    assert (sent.headers["accept"], sent.given) == GIVEN[name][1:]


def test_nothing_else_is_refused(wire: Wire) -> None:
    """Every other call came through, and was answered."""
    assert wire.refused.keys() == {f"refused: {name}" for name in REFUSED}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("sent: XML", "post/requestBody/content/application~1xml"),
        ("sent: YAML", "post/requestBody/content/application~1yaml"),
        ("sent: no media type", "post/requestBody/content/binary"),
        ("sent: a range, and a file", "post/requestBody/content/image~1*"),
        ("sent: anything, and bytes", "post/requestBody/content/*~1*"),
    ],
)
def test_what_the_caller_has_to_write_is_named(wire: Wire, name: str, place: str) -> None:
    """By its pointer: nothing here writes it, or the document leaves it open."""
    assert any(note.startswith(f"/paths/{name}/{place}: ") for note in wire.notes)


def test_an_encoding_outside_of_a_form_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The specification gives it no meaning there."""
    content = {"application/json": {"schema": ORDER, "encoding": {"a": {"style": "form"}}}}
    found = exchange(tmp_path_factory.mktemp("wire"), {"one": posts(content, "body={'a': 'x'}")})
    assert found.sent["one"].content == b'{"a":"x"}'
    assert [note.partition(": ")[0] for note in found.notes] == [
        "/paths/one/post/requestBody/content/application~1json/encoding"
    ]
