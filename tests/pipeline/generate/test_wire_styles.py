"""Parameters on the wire: every style, place and kind of value of OpenAPI 3.1, against a server.

What is expected is the table of https://spec.openapis.org/oas/v3.1.2#style-examples, row by row; what that table calls
undefined is named in the notes, with its pointer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..support.documents import Json, parameter, record, text
from ..support.wire import Case, Sent, Wire, exchange, takes

LIST = {"type": "array", "items": text()}
OBJECT = record(R={"type": "integer"}, G={"type": "integer"}, B={"type": "integer"})
#: The values of the table, by the column that they stand in, with a schema for each.
COLORS: dict[str, tuple[Json, str]] = {
    "string": (text(), "'blue'"),
    "array": (LIST, "['blue', 'black', 'brown']"),
    "object": (OBJECT, "{'R': 100, 'G': 200, 'B': 150}"),
}
#: By place, style and explode, what is sent of each value of `COLORS`, in their order; None is undefined.
STYLES: dict[tuple[str, str, bool], tuple[str | None, str | None, str | None]] = {
    ("path", "matrix", False): (";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
    ("path", "matrix", True): (";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
    ("path", "label", False): (".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
    ("path", "label", True): (".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
    ("path", "simple", False): ("blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True): ("blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("header", "simple", False): ("blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("header", "simple", True): ("blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("query", "form", False): ("color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("query", "form", True): ("color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
    ("cookie", "form", False): ("color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
    ("cookie", "form", True): ("color=blue", "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    ("query", "spaceDelimited", False): (None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
    ("query", "spaceDelimited", True): (None, None, None),
    ("query", "pipeDelimited", False): (None, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
    ("query", "pipeDelimited", True): (None, None, None),
    ("query", "deepObject", False): (None, None, None),
    ("query", "deepObject", True): (None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
}
#: What is sent where the table has no form: never the repr of a value.
UNDEFINED = ("color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150")
DEEP = "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"
#: What each place has where the document says neither style nor explode.
DEFAULTS = {"path": ("simple", False), "header": ("simple", False), "query": ("form", True), "cookie": ("form", True)}


def case(place: str, schema: Json, value: str, **members: Any) -> Case:
    """A parameter called color, and a call with a value for it."""
    path = "/{color}" if place == "path" else ""
    return Case(takes(parameter("color", place, schema=schema, **members)), f"color={value}", path)


TABLE = {
    f"{place} {style} {explode} {kind}": (case(place, schema, value, style=style, explode=explode), expected)
    for (place, style, explode), row in STYLES.items()
    for (kind, (schema, value)), expected in zip(COLORS.items(), row, strict=True)
} | {
    f"{place} default {kind}": (case(place, schema, value), expected)
    for place, default in DEFAULTS.items()
    for (kind, (schema, value)), expected in zip(COLORS.items(), STYLES[(place, *default)], strict=True)
}
#: Every reserved and some other characters, and how they are percent-encoded.
SIGNS = "/?#[]@!$&\\'()*+,;=% ü☃~-._"
ESCAPED = "%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25%20%C3%BC%E2%98%83~-._"
TIME = {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
DEEPLY = record(a=record(b=text()), c=LIST)
JSON: Json = {"application/json": {"schema": {}}}
TEXT = {"text/plain": {"schema": text()}}


def of(place: str, name: str = "color", **members: Any) -> Json:
    """A parameter, of which a document may say its content instead of its schema."""
    made = parameter(name, place, **members)
    return {key: value for key, value in made.items() if not (key == "schema" and "content" in members)}


#: Values in a query, each with what is sent; `None` of it is nothing.
VALUES: dict[str, tuple[Json, str, str]] = {
    "an empty string": (text(), "''", "color="),
    "a space": (text(), "' '", "color=%20"),
    "reserved characters": (text(), f"'{SIGNS}'", f"color={ESCAPED}"),
    "reserved characters in a list": (LIST, f"['{SIGNS}', '']", f"color={ESCAPED}&color="),
    "true": ({"type": "boolean"}, "True", "color=true"),
    "false": ({"type": "boolean"}, "False", "color=false"),
    "zero": ({"type": "integer"}, "0", "color=0"),
    "a large number": ({"type": "integer"}, "10**20", "color=100000000000000000000"),
    "a fraction": ({"type": "number"}, "0.1", "color=0.1"),
    "a large fraction": ({"type": "number"}, "1e22", "color=1e%2B22"),
    "a decimal": ({"type": "number"}, "Decimal('0.10')", "color=0.10"),
    "a time": (
        TIME,
        "datetime.datetime(2026, 8, 1, 9, 30, tzinfo=datetime.UTC)",
        "color=2026-08-01T09%3A30%3A00%2B00%3A00",
    ),
    "a day": (DAY, "datetime.date(2026, 8, 1)", "color=2026-08-01"),
    "days": (
        {"type": "array", "items": DAY},
        "['2026-08-01', datetime.date(2026, 8, 2)]",
        "color=2026-08-01&color=2026-08-02",
    ),
    "an unknown value": (text("red", "blue"), "'green'", "color=green"),
    "a member of an enumeration": (text("red", "blue"), "Text.RED", "color=red"),
    "a number of an enumeration": ({"type": "integer", "enum": [1, 2]}, "Number.ONE", "color=1"),
    "nothing": (text(), "None", ""),
    "an empty list": (LIST, "[]", ""),
    "an empty object": (OBJECT, "{}", ""),
    "null in a list": (LIST, "['a', None, 'b']", "color=a&color=b"),
    "null in an object": (OBJECT, "{'R': None, 'G': 1}", "G=1"),
    "names with signs": (OBJECT, "{'a b&=': '='}", "a%20b%26%3D=%3D"),
    "a boolean in an object": (record(on={"type": "boolean"}), "{'on': True}", "on=true"),
    "an object in a list": ({"type": "array", "items": OBJECT}, "[{'R': 1}]", "color=%7B%22R%22%3A1%7D"),
    "a list in an object": (DEEPLY, "{'c': ['x', 1]}", "c=%5B%22x%22%2C1%5D"),
}
#: Parameters that the table has not, with a call and what is sent.
OTHERS: dict[str, tuple[Case, str]] = {
    "signs in a path": (case("path", text(), f"'{SIGNS}'"), f"/{ESCAPED}"),
    "signs in a list in a path": (case("path", LIST, "['a,b', 'c']"), "/a%2Cb,c"),
    "an empty string in a matrix": (case("path", text(), "''", style="matrix"), "/;color"),
    "a model in a query": (case("query", record(R={"type": "integer"}), "model(r=1)"), "?R=1"),
    "an object that goes deep": (
        case("query", DEEPLY, "{'a': {'b': 'x y'}, 'c': ['1', '2']}", style="deepObject", explode=True),
        "?color%5Ba%5D%5Bb%5D=x%20y&color%5Bc%5D=1&color%5Bc%5D=2",
    ),
    "reserved characters that stay": (
        case("query", text(), "'a/b?c:d@e!$(f)*,;=%2F %'", allowReserved=True),
        "?color=a/b?c:d@e!$(f)*,;=%2F%20%25",
    ),
    "reserved characters that cannot stay": (
        case("query", text(), "'#[]&+'", allowReserved=True),
        "?color=%23%5B%5D%26%2B",
    ),
    "a comma that is no separator": (
        case("query", LIST, "['a,b', 'c/d']", allowReserved=True, explode=False),
        "?color=a%2Cb,c/d",
    ),
    "an empty value": (case("query", LIST, "[]", allowEmptyValue=True), "?color="),
    "JSON in a query": (
        Case(takes(of("query", content=JSON)), "color={'a': [1, None], 'b': 'ü&'}"),
        "?color=%7B%22a%22%3A%5B1%2Cnull%5D%2C%22b%22%3A%22%C3%BC%26%22%7D",
    ),
    "JSON in a path": (Case(takes(of("path", content=JSON)), "color=['a/b']", "/{color}"), "/%5B%22a%2Fb%22%5D"),
    "a list in JSON in a query": (Case(takes(of("query", content=JSON)), "color=[]"), "?color=%5B%5D"),
    "a name with signs": (Case(takes(of("query", "a[b] &c")), "ab_c='x'"), "?a%5Bb%5D%20%26c=x"),
    "names in a path": (
        Case(
            takes(*(of("path", name) for name in ("user.id", "$id", "1st", "a~b", "ключ"))),
            "'a', 'b', 'c', 'd', 'e'",
            "/{user.id}/{$id}/{1st}/{a~b}/{ключ}",
        ),
        "/a/b/c/d/e",
    ),
    "one name at two places": (
        Case(
            takes(of("path", "id"), of("query", "id"), of("header", "id")),
            "id_path='a', id_query='b', id_header='c'",
            "/{id}",
        ),
        "/a?id=b",
    ),
    "a parameter called body": (
        Case(
            takes(of("path", "body"), requestBody={"content": {"application/json": {"schema": OBJECT}}}),
            "body_path='a', body={'R': 1}",
            "/{body}",
            "post",
        ),
        "/a",
    ),
}
#: Values of headers and cookies, with a call and the header that is sent.
HEADERS: dict[str, tuple[Case, str, str]] = {
    "JSON in a header": (Case(takes(of("header", content=JSON)), "color={'a': 'ü'}"), "color", '{"a":"\\u00fc"}'),
    "a header is not escaped": (case("header", text(), "'a b/%,;=\"'"), "color", 'a b/%,;="'),
    "an empty header": (case("header", text(), "''"), "color", ""),
    "text in a cookie is not escaped": (
        Case(takes(of("cookie", content=TEXT)), "color='a b%='"),
        "cookie",
        "color=a b%=",
    ),
    "JSON in a cookie": (Case(takes(of("cookie", content=JSON)), "color=[1]"), "cookie", "color=%5B1%5D"),
    "a cookie is escaped": (case("cookie", text(), "'a; b=ü'"), "cookie", "color=a%3B%20b%3D%C3%BC"),
    "cookies share a header": (Case(takes(of("cookie", "a"), of("cookie", "b")), "a='1', b='2'"), "cookie", "a=1; b=2"),
}
#: Calls that cannot be sent, with the error.
REFUSED: dict[str, tuple[Case, str]] = {
    "an empty path": (case("path", text(), "''"), "ArgumentError: color is ''. Give a text that names something."),
    "a path that walks up": (
        case("path", text(), "'..'"),
        "ArgumentError: color is '..'. Give a text that names something.",
    ),
    "a label that walks up": (
        case("path", text(), "'.'", style="label"),
        "ArgumentError: color is '.'. Give a text that names something.",
    ),
    "an empty list in a path": (case("path", LIST, "[]"), "ArgumentError: color is empty. Give at least one value."),
    "bytes": (case("query", text(), "b'a'"), "ArgumentError: color is a bytes. Give text or a number."),
    "an enumeration that is no text": (
        case("query", text(), "Color.RED"),
        "ArgumentError: color is a Color. Give text or a number.",
    ),
    "a header of two lines": (
        case("header", text(), "'a\\nb'"),
        "ArgumentError: color holds a control character, which no header may.",
    ),
    "a header of other letters": (
        case("header", text(), "'ü'"),
        "ArgumentError: color holds 'ü'. Give text that ascii can encode.",
    ),
    "a cookie that ends": (
        Case(takes(of("cookie", content=TEXT)), "color='a;b'"),
        "ArgumentError: color holds ';', which ends a cookie.",
    ),
    "an infinite number": (
        case("query", {"type": "number"}, "float('inf')"),
        "ArgumentError: color is inf. Give a finite number.",
    ),
    "a set in JSON": (
        Case(takes(of("query", content=JSON)), "color={1}"),
        "ArgumentError: color cannot be written as JSON: a set has no form in JSON.",
    ),
    "nothing where something is required": (
        case("query", LIST, "[]", required=True),
        "ArgumentError: color is empty. Give at least one value.",
    ),
}


CASES = {
    **{name: one for name, (one, _) in TABLE.items()},
    **{f"value: {name}": case("query", schema, value) for name, (schema, value, _) in VALUES.items()},
    **{name: one for name, (one, _) in OTHERS.items()},
    **{name: one for name, (one, _, _) in HEADERS.items()},
    **{name: one for name, (one, _) in REFUSED.items()},
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Wire:
    """All calls of this module."""
    return exchange(tmp_path_factory.mktemp("wire"), CASES)


def written(sent: Sent, place: str) -> str:
    """What stands for the parameter in a request."""
    return {
        "path": sent.target.removeprefix("/"),
        "query": sent.target.removeprefix("?"),
        "header": sent.headers.get("color", ""),
        "cookie": sent.headers.get("cookie", ""),
    }[place]


@pytest.mark.parametrize("name", [name for name, (_, expected) in TABLE.items() if expected is not None])
def test_the_table_of_the_specification(wire: Wire, name: str) -> None:
    """Each style, exploded or not, for a single value, a list and an object."""
    assert written(wire.sent[name], name.partition(" ")[0]) == TABLE[name][1]


@pytest.mark.parametrize("name", [name for name, (_, expected) in TABLE.items() if expected is None])
def test_what_the_table_calls_undefined_is_sensible(wire: Wire, name: str) -> None:
    """It is sent as form would, or as deepObject does, and named in the notes."""
    kind = list(COLORS).index(name.rpartition(" ")[2])
    expected = DEEP if "deepObject" in name and kind == 2 else UNDEFINED[kind]
    assert written(wire.sent[name], "query") == expected
    assert any(note.startswith(f"/paths/{name}/get/parameters/color/") for note in wire.notes)


def test_what_the_table_defines_needs_no_note(wire: Wire) -> None:
    """The notes name what is undefined, and nothing else of the table."""
    defined = [name for name, (_, expected) in TABLE.items() if expected is not None]
    assert [note for note in wire.notes if any(note.startswith(f"/paths/{name}/") for name in defined)] == []


@pytest.mark.parametrize("name", VALUES)
def test_a_value_in_a_query(wire: Wire, name: str) -> None:
    """Each kind has one text, and every sign in it arrives."""
    assert wire.sent[f"value: {name}"].target.removeprefix("?") == VALUES[name][2]


@pytest.mark.parametrize("name", OTHERS)
def test_an_address(wire: Wire, name: str) -> None:
    """As the specification says it."""
    assert wire.sent[name].target == OTHERS[name][1]


@pytest.mark.parametrize("name", HEADERS)
def test_a_header(wire: Wire, name: str) -> None:
    """Headers are not escaped, cookies are, see https://spec.openapis.org/oas/v3.1.2#appendix-d."""
    assert wire.sent[name].headers[HEADERS[name][1]] == HEADERS[name][2]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_sent_is_refused(wire: Wire, name: str) -> None:
    """Nothing went out, and the error says why."""
    assert (name in wire.sent, wire.refused[name]) == (False, REFUSED[name][1])


def test_nothing_else_is_refused(wire: Wire) -> None:
    """Every other call came through."""
    assert wire.refused.keys() == REFUSED.keys()


def test_a_schema_beside_a_content_decides(tmp_path: Path) -> None:
    """The specification allows one of them only; the other is named."""
    both: Json = {**parameter("q"), "content": JSON}
    found = exchange(tmp_path, {"one": Case(takes(both), "q='a'")})
    assert found.sent["one"].target == "?q=a"
    assert [note.partition(": ")[0] for note in found.notes] == ["/paths/one/get/parameters/q/content"]


def test_headers_that_the_client_sets_are_no_parameters(tmp_path: Path) -> None:
    """The specification says that a definition of these is ignored; so it is, and named."""
    entry = takes(of("header", "Authorization"), of("header", "Content-Type"), of("header", "a b"), of("header", "x"))
    found = exchange(tmp_path, {"one": Case(entry, "x='1'")})
    assert found.sent["one"].headers["x"] == "1"
    assert [note.partition(": ")[0] for note in found.notes] == [
        f"/paths/one/get/parameters/{name}" for name in ("Authorization", "Content-Type", "a b")
    ]
