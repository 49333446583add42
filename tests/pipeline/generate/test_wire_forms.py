"""Forms on the wire: multipart and URL-encoded bodies, with and without encoding objects, against a server.

See https://spec.openapis.org/oas/v3.1.2#encoding-object, with its table of defaults and its examples, and RFC 7578.
"""

from __future__ import annotations

from typing import Any

import pytest

from ..support.documents import Json, record, text
from ..support.wire import Case, Wire, body, exchange, parts

URL_ENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
LIST = {"type": "array", "items": text()}
ADDRESS = record(street=text(), zip=text())
BINARY = {"type": "string", "format": "binary"}
FORM = record(
    id=text(),
    n={"type": "number"},
    on={"type": "boolean"},
    at={"type": "string", "format": "date-time"},
    tags=LIST,
    address=ADDRESS,
    addresses={"type": "array", "items": ADDRESS},
    file=BINARY,
    files={"type": "array", "items": BINARY},
    any={},
    icon={"type": "string", "contentEncoding": "base64"},
)


def form(media_type: str, call: str, schema: Json = FORM, **encoding: Any) -> Case:
    """A call of an operation with a form."""
    content: Json = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return Case(body({media_type: content}), call, method="post")


SIGNS = "/?#[]@!$&\\'()*+,;=% ü~"
ZIP = "{'street': '123 Example Dr.', 'zip': '99999+1234'}"
#: URL-encoded forms, with what is sent.
URLS: dict[str, tuple[Case, str]] = {
    "text": (form(URL_ENCODED, "body={'id': 'a b'}"), "id=a+b"),
    "a model": (form(URL_ENCODED, "body=model(own='x')", record("own", own=text())), "own=x"),
    "signs": (
        form(URL_ENCODED, f"body={{'id': '{SIGNS}'}}"),
        "id=%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25+%C3%BC~",
    ),
    "an empty text": (form(URL_ENCODED, "body={'id': ''}"), "id="),
    "numbers": (form(URL_ENCODED, "body={'n': Decimal('0.10'), 'on': True}"), "n=0.10&on=true"),
    "a time": (
        form(URL_ENCODED, "body={'at': datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)}"),
        "at=2026-08-01T00%3A00%3A00%2B00%3A00",
    ),
    "nothing": (form(URL_ENCODED, "body={'id': None, 'tags': [], 'n': UNSET}"), ""),
    "a list": (form(URL_ENCODED, "body={'tags': ['a', 'b c']}"), "tags=a&tags=b+c"),
    "an object is JSON": (
        form(URL_ENCODED, f"body={{'address': {ZIP}}}"),
        "address=%7B%22street%22%3A%22123+Example+Dr.%22%2C%22zip%22%3A%2299999%2B1234%22%7D",
    ),
    "an empty object": (form(URL_ENCODED, "body={'address': {}}"), "address=%7B%7D"),
    "objects": (form(URL_ENCODED, "body={'addresses': [{'zip': '1'}]}"), "addresses=%7B%22zip%22%3A%221%22%7D"),
    "what the document has not": (form(URL_ENCODED, "body={'more': [1, 2]}"), "more=1&more=2"),
    "text as JSON": (form(URL_ENCODED, "body={'id': 'x'}", id={"contentType": "application/json"}), "id=%22x%22"),
    "bytes": (form(URL_ENCODED, "body={'icon': b'\\xff\\xfe'}"), "icon=%2F%2F4%3D"),
    "bytes for URLs": (
        form(
            URL_ENCODED, "body={'icon': b'\\xff\\xfe'}", record(icon={"type": "string", "contentEncoding": "base64url"})
        ),
        "icon=__4%3D",
    ),
    "a style": (form(URL_ENCODED, "body={'tags': ['a b', 'c']}", tags={"explode": False}), "tags=a%20b,c"),
    "spaces": (form(URL_ENCODED, "body={'tags': ['a', 'c']}", tags={"style": "spaceDelimited"}), "tags=a%20c"),
    "pipes": (form(URL_ENCODED, "body={'tags': ['a', 'c']}", tags={"style": "pipeDelimited"}), "tags=a%7Cc"),
    "an object that goes deep": (
        form(URL_ENCODED, "body={'address': {'zip': '1'}}", address={"style": "deepObject", "explode": True}),
        "address%5Bzip%5D=1",
    ),
    "an object that explodes": (
        form(URL_ENCODED, "body={'address': {'street': 'a', 'zip': '1'}}", address={"style": "form"}),
        "street=a&zip=1",
    ),
    "reserved characters": (form(URL_ENCODED, "body={'id': 'a/b&c'}", id={"allowReserved": True}), "id=a/b%26c"),
}


def part(name: str, media_type: str, content: bytes, *headers: str, file: str = "") -> tuple[str, bytes]:
    """The head and the content of a part."""
    of_file = f'; filename="{file}"' if file else ""
    told = [f"Content-Type: {media_type}"] if media_type else []
    return "\r\n".join([f'Content-Disposition: form-data; name="{name}"{of_file}', *told, *headers]), content


TRACE = {"X-Trace": {"schema": {"type": "string", "const": "t"}}, "X-Open": {"schema": text()}}
#: Multipart bodies, with the parts that are sent.
PARTS: dict[str, tuple[Case, list[tuple[str, bytes]]]] = {
    "text": (
        form(MULTIPART, f"body={{'id': '{SIGNS}'}}"),
        [part("id", "text/plain", "/?#[]@!$&'()*+,;=% ü~".encode())],
    ),
    "a model": (
        form(MULTIPART, "body=model(own='x', file=file(b'y', 'a.txt'))", record("own", own=text(), file=BINARY)),
        [part("own", "text/plain", b"x"), part("file", "application/octet-stream", b"y", file="a.txt")],
    ),
    "an empty text": (form(MULTIPART, "body={'id': ''}"), [part("id", "text/plain", b"")]),
    "numbers": (
        form(MULTIPART, "body={'n': Decimal('0.10'), 'on': False}"),
        [part("n", "text/plain", b"0.10"), part("on", "text/plain", b"false")],
    ),
    "a time": (
        form(MULTIPART, "body={'at': datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)}"),
        [part("at", "text/plain", b"2026-08-01T00:00:00+00:00")],
    ),
    "nothing": (form(MULTIPART, "body={'id': None, 'tags': [], 'n': UNSET}"), []),
    "a list": (
        form(MULTIPART, "body={'tags': ['a', 'b']}"),
        [part("tags", "text/plain", b"a"), part("tags", "text/plain", b"b")],
    ),
    "an object is JSON": (
        form(MULTIPART, "body={'address': {'zip': 'ü'}}"),
        [part("address", "application/json", '{"zip":"ü"}'.encode())],
    ),
    "objects": (
        form(MULTIPART, "body={'addresses': [{'zip': '1'}, {}]}"),
        [part("addresses", "application/json", b'{"zip":"1"}'), part("addresses", "application/json", b"{}")],
    ),
    "a list of lists": (
        form(MULTIPART, "body={'rows': [[1], [2]]}", record(rows={"type": "array", "items": LIST})),
        [part("rows", "application/json", b"[1]"), part("rows", "application/json", b"[2]")],
    ),
    "bytes": (
        form(MULTIPART, "body={'file': b'\\x00\\xff'}"),
        [part("file", "application/octet-stream", b"\x00\xff", file="file")],
    ),
    "a file": (
        form(MULTIPART, "body={'file': file(b'x', 'a \\\"ü\\\".png', 'image/png')}"),
        [part("file", "image/png", b"x", file="a %22ü%22.png")],
    ),
    "files": (
        form(MULTIPART, "body={'files': [file(b'x', 'a'), file(b'y', 'b')]}"),
        [
            part("files", "application/octet-stream", b"x", file="a"),
            part("files", "application/octet-stream", b"y", file="b"),
        ],
    ),
    "the text of a file": (form(MULTIPART, "body={'file': 'x'}"), [part("file", "application/octet-stream", b"x")]),
    "a member without a type": (form(MULTIPART, "body={'any': 'x'}"), [part("any", "application/octet-stream", b"x")]),
    "an object without a type": (
        form(MULTIPART, "body={'any': {'a': 1}}"),
        [part("any", "application/json", b'{"a":1}')],
    ),
    "what the document has not": (form(MULTIPART, "body={'more': 1}"), [part("more", "text/plain", b"1")]),
    "bytes in base64": (
        form(MULTIPART, "body={'icon': b'\\xff\\xfe'}"),
        [part("icon", "application/octet-stream", b"//4=", "Content-Transfer-Encoding: base64", file="icon")],
    ),
    "text in base64": (
        form(MULTIPART, "body={'icon': '//4='}"),
        [part("icon", "application/octet-stream", b"//4=", "Content-Transfer-Encoding: base64")],
    ),
    "a media type of the document": (
        form(MULTIPART, "body={'file': b'x'}", file={"contentType": "image/png, image/jpeg"}),
        [part("file", "image/png", b"x", file="file")],
    ),
    "a range of the document": (
        form(MULTIPART, "body={'file': file(b'x', 'a', 'image/gif')}", file={"contentType": "image/*"}),
        [part("file", "image/gif", b"x", file="a")],
    ),
    "text as JSON": (
        form(MULTIPART, "body={'id': 'x'}", id={"contentType": "application/json"}),
        [part("id", "application/json", b'"x"')],
    ),
    "text of a charset": (
        form(MULTIPART, "body={'id': 'ü'}", id={"contentType": "text/plain; charset=iso-8859-1"}),
        [part("id", "text/plain; charset=iso-8859-1", b"\xfc")],
    ),
    "XML": (
        form(MULTIPART, "body={'address': '<a/>'}", address={"contentType": "application/xml; charset=utf-8"}),
        [part("address", "application/xml; charset=utf-8", b"<a/>")],
    ),
    "headers": (
        form(MULTIPART, "body={'file': file(b'x', 'a', headers={'X-Open': 'o'})}", file={"headers": TRACE}),
        [part("file", "application/octet-stream", b"x", "X-Trace: t", "X-Open: o", file="a")],
    ),
    "a style": (form(MULTIPART, "body={'tags': ['a b', 'c']}", tags={"explode": False}), [part("tags", "", b"a b,c")]),
    "spaces": (
        form(MULTIPART, "body={'tags': ['a', 'c']}", tags={"style": "spaceDelimited"}),
        [part("tags", "", b"a c")],
    ),
    "an object that goes deep": (
        form(MULTIPART, "body={'address': {'zip': 'ü'}}", address={"style": "deepObject"}),
        [part("address[zip]", "", "ü".encode())],
    ),
    "a name with signs": (
        form(MULTIPART, "body={'a\"b': 'x'}", record(**{'a"b': text()})),
        [part("a%22b", "text/plain", b"x")],
    ),
    "another multipart": (form("multipart/mixed", "body={'id': 'x'}"), [part("id", "text/plain", b"x")]),
}
#: Forms that cannot be sent, with the error.
REFUSED: dict[str, tuple[Case, str]] = {
    "a list": (form(MULTIPART, "body=[1]"), "it is a list, which has no members"),
    "a list, URL-encoded": (form(URL_ENCODED, "body=[1]"), "it is a list, which has no members"),
    "an object in XML": (
        form(MULTIPART, "body={'address': {'zip': '1'}}", address={"contentType": "application/xml"}),
        "address is a dict. Give text or bytes for application/xml",
    ),
    "a header of two lines": (
        form(MULTIPART, "body={'file': file(b'x', headers={'a': 'b\\nc'})}"),
        "a header of file holds a control character",
    ),
}
#: By form, where in its content the notes name something.
NOTED: dict[str, list[str]] = {
    "headers": ["multipart~1form-data/encoding/file/headers/X-Open"],
    "XML": ["multipart~1form-data/encoding/address/contentType"],
    "a list of lists": ["multipart~1form-data/schema/properties/rows/items"],
    "another multipart": ["multipart~1mixed"],
    "an object that goes deep": [],
    "a model": [],
}
CASES = {
    **{f"url: {name}": one for name, (one, _) in URLS.items()},
    **{f"part: {name}": one for name, (one, _) in PARTS.items()},
    **{f"refused: {name}": one for name, (one, _) in REFUSED.items()},
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """All calls of this module."""
    return exchange(tmp_path_factory.mktemp("wire"), CASES)


@pytest.mark.parametrize("name", URLS)
def test_a_form_is_url_encoded(wire: Wire, name: str) -> None:
    """By media type with `+` for a space (RFC 1866), by style with `%20` (RFC 6570)."""
    sent = wire.sent[f"url: {name}"]
    assert (sent.headers["content-type"], sent.content.decode()) == (URL_ENCODED, URLS[name][1])


@pytest.mark.parametrize("name", PARTS)
def test_a_form_has_parts(wire: Wire, name: str) -> None:
    """Each with its media type, and the last with an end."""
    sent = wire.sent[f"part: {name}"]
    kind = "multipart/mixed" if name == "another multipart" else MULTIPART
    assert sent.headers["content-type"] == f"{kind}; boundary=BOUNDARY"
    assert list(parts(sent.content)) == PARTS[name][1]
    assert sent.content.endswith(b"--BOUNDARY--\r\n")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_form_is_refused(wire: Wire, name: str) -> None:
    """Nothing went out, and the error says why."""
    expected = f"ArgumentError: body cannot be written as a form: {REFUSED[name][1]}."
    assert (f"refused: {name}" in wire.sent, wire.refused[f"refused: {name}"]) == (False, expected)


def test_nothing_else_is_refused(wire: Wire) -> None:
    """Every other call came through."""
    assert wire.refused.keys() == {f"refused: {name}" for name in REFUSED}


@pytest.mark.parametrize("name", NOTED)
def test_what_a_form_leaves_open_is_named(wire: Wire, name: str) -> None:
    """By its pointer."""
    before = f"/paths/part: {name}/post/requestBody/content/"
    found = [note.removeprefix(before).partition(": ")[0] for note in wire.notes if note.startswith(before)]
    assert found == NOTED[name]


def test_what_has_no_meaning_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Encodings of no member, headers outside of a multipart body, styles outside of a form."""
    url = form(URL_ENCODED, "body={'id': 'x'}", id={"headers": TRACE}, gone={"style": "form"})
    mixed = form("multipart/mixed", "body={'id': 'x'}", id={"style": "form"})
    both = form(MULTIPART, "body={'id': 'x'}", id={"style": "matrix", "contentType": "text/csv"})
    found = exchange(tmp_path_factory.mktemp("wire"), {"url": url, "mixed": mixed, "both": both})
    assert found.refused == {}
    assert sorted(note.partition("/content/")[2].partition(": ")[0] for note in found.notes) == [
        "application~1x-www-form-urlencoded/encoding/gone",
        "application~1x-www-form-urlencoded/encoding/id/headers",
        "multipart~1form-data/encoding/id/contentType",
        "multipart~1form-data/encoding/id/style",
        "multipart~1mixed",
        "multipart~1mixed/encoding/id/style",
    ]
