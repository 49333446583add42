"""Reading a document: what is refused and how that is said, and writing one so that it can be read again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.document.errors import PipelineError, pointer
from scripts.pipeline.document.tree import lookup
from scripts.pipeline.source import reading
from scripts.pipeline.source.reading import parse_document, parse_mapping, read_document

from ..support.documents import ORDERS, as_json, as_yaml, document, operation, parameter, record, text

WHOLE = document({ORDERS: {"get": operation(response=record(id=text()), parameters=[parameter("limit")])}})
YAML_TEXT = as_yaml(WHOLE).decode()
CUT_AT = YAML_TEXT.index("      responses:")


def refused(raw: bytes) -> PipelineError:
    """The error that reading these bytes gives."""
    with pytest.raises(PipelineError) as caught:
        parse_document(raw, source="upstream.yaml")
    return caught.value


BAD = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\t\n ", "is empty"),
    "a byte order mark alone": (b"\xef\xbb\xbf", "is empty"),
    "a login page": (b"<!doctype html><title>Sign in</title>", "is HTML"),
    "a login page after blanks": (b"\n  <html></html>", "is HTML"),
    "other bytes": (b"openapi: \xff\xfe", "is not UTF-8 text (byte 9)"),
    "UTF-16": ("openapi: 3.0.0".encode("utf-16"), "is not UTF-8"),
    "half a JSON document": (as_json(WHOLE)[:-40], "is not valid JSON"),
    "JSON that goes on": (as_json(WHOLE) + b"}", "is not valid JSON"),
    "a JSON key twice": (b'{"openapi": "3.0.0", "paths": {"/a": {}, "/a": {}}}', "has the key '/a' twice"),
    "YAML cut inside a line": (YAML_TEXT[: CUT_AT + 10].encode(), "is not valid YAML"),
    "a YAML key twice": (b"openapi: 3.0.0\nopenapi: 3.0.1\npaths: {}\n", "is not valid YAML"),
    "two YAML documents": (b"openapi: 3.0.0\n---\nopenapi: 3.0.0\n", "is not valid YAML"),
    "a YAML tag of a language": (b"openapi: !!python/object:os.system {}\n", "is not valid YAML"),
    "a control character": (b"openapi: '\x07'\n", "is not valid YAML"),
    "a list": (b"[1, 2]", "holds a list"),
    "plain text": (b"Service unavailable\n", "holds a str"),
    "Swagger 2": (as_json({"swagger": "2.0", "paths": {"/a": {}}}), "is not an OpenAPI 3 document (openapi: missing)"),
    "something else": (as_json({"error": "unauthorized"}), "is not an OpenAPI 3 document (openapi: missing)"),
    "another version": (as_json({**WHOLE, "openapi": "4.0.0"}), "is not an OpenAPI 3 document (openapi: 4.0.0)"),
    "no paths": (as_json({"openapi": "3.0.0", "info": {}}), "has no paths"),
    "empty paths": (as_json({"openapi": "3.0.0", "paths": {}}), "has no paths"),
    "paths that are a list": (as_json({"openapi": "3.0.0", "paths": []}), "has no paths"),
}


@pytest.mark.parametrize(("raw", "message"), BAD.values(), ids=BAD.keys())
def test_what_is_no_document_is_refused_with_file_and_hint(raw: bytes, message: str) -> None:
    """Every unusable input is refused by an error that names the file, the fault and the next thing to try."""
    error = refused(raw)
    assert message in error.message
    assert str(error).startswith("upstream.yaml")
    assert error.hint
    assert "what to do: " in str(error)


CUT = {
    "before the responses": (YAML_TEXT[:CUT_AT], pointer("paths", ORDERS, "get")),
    "behind the word responses": (YAML_TEXT[: CUT_AT + 17], pointer("paths", ORDERS, "get")),
    "behind the method": (YAML_TEXT[: YAML_TEXT.index("get:") + 5], pointer("paths", ORDERS, "get")),
    "behind the path": (YAML_TEXT[: YAML_TEXT.index("get:") - 4], pointer("paths", ORDERS)),
    "behind the word paths": (YAML_TEXT[: YAML_TEXT.index(f"  {ORDERS}")], pointer("paths")),
    "behind a key inside the responses": (
        YAML_TEXT[: YAML_TEXT.rindex("properties:") + 12],
        pointer("paths", ORDERS, "get", "responses", "200", "content", "application/json", "schema", "properties"),
    ),
    "behind a dash": (YAML_TEXT + "tags:\n-\n", pointer("tags", 0)),
    "behind path parameters": (
        f"openapi: 3.0.0\npaths:\n  {ORDERS}:\n    parameters: []\n",
        pointer("paths", ORDERS),
    ),
}


@pytest.mark.parametrize(("cut", "where"), CUT.values(), ids=CUT.keys())
def test_yaml_that_was_cut_at_a_line_is_refused_with_its_pointer(cut: str, where: str) -> None:
    """A cut YAML document is often valid YAML; the part that it ends in gives it away, and the error names it."""
    error = refused(cut.encode())
    assert error.pointer == where
    assert f"#{where}" in str(error)
    assert "it may be cut off" in error.hint


WHOLE_ONES = {
    "an operation last": YAML_TEXT.encode(),
    "components last, without a last line end": as_yaml({**WHOLE, "components": {"schemas": {}}}).rstrip(),
    "a null written out": as_yaml({**WHOLE, "x-note": None}).replace(b"x-note:\n", b"x-note: null\n"),
    "a JSON null last": as_json({**WHOLE, "x-note": None}),
    "a JSON operation without responses": as_json(document({ORDERS: {"get": {}}})),
    "a path item by reference": as_yaml(document({ORDERS: {"$ref": "#/x-items/orders"}})),
    "an extension among the paths": as_yaml(document({ORDERS: {"get": operation()}, "x-note": {"a": "b"}})),
    "an operation without its head": as_json({"paths": WHOLE["paths"]}),
    "a byte order mark first": b"\xef\xbb\xbf" + as_json(WHOLE),
    "blanks first": b"\n\n  " + as_json(WHOLE),
    "a number as the version": b"openapi: 3.1\npaths:\n  /a:\n    get:\n      responses: {200: {description: ok}}\n",
}


@pytest.mark.parametrize("raw", WHOLE_ONES.values(), ids=WHOLE_ONES.keys())
def test_a_whole_document_is_read(raw: bytes) -> None:
    """What is whole is read, in whatever form it came."""
    assert parse_document(raw, source="upstream.yaml")["paths"]


def test_json_and_yaml_are_told_apart_by_content() -> None:
    """The same document gives the same data from YAML and from JSON; no file name or content type is asked."""
    assert parse_document(as_yaml(WHOLE), source="a.json") == parse_document(as_json(WHOLE), source="b.yaml") == WHOLE


def test_yaml_keys_and_dates_become_text() -> None:
    """A status that YAML reads as a number, a key that is a flag, and a date are text in the data."""
    raw = b"200: {true: 2026-01-02}\n"
    assert parse_mapping(raw, source="x.yaml") == {"200": {"true": "2026-01-02"}}


NOT_JSON = {
    "a date": ("2024-01-02", "2024-01-02"),
    "a day that never was": ("2024-99-99", "2024-99-99"),
    "a time": ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
    "no number": (".nan", ".nan"),
    "infinity": ("-.inf", "-.inf"),
    "an exponent beyond a float": ("1e999", "1e999"),
    "more digits than Python reads": ("1" * 5000, "1" * 5000),
    "the same in another base": ("0x" + "1" * 5000, "0x" + "1" * 5000),
    "a fraction of as many digits": ("1" * 5000 + ".5", "1" * 5000 + ".5"),
    "half of a surrogate pair": ('"a\\ud800"', "a\ufffd"),
}


@pytest.mark.parametrize(("written", "read"), NOT_JSON.values(), ids=NOT_JSON.keys())
def test_what_json_has_no_form_for_is_text(written: str, read: str) -> None:
    """As a value and as a key of YAML: where it is prose it does not matter, and elsewhere repair sees it."""
    raw = f"value: {written}\nkeys:\n  ? {written}\n  : 1\n"
    assert parse_mapping(raw.encode(), source="x.yaml") == {"value": read, "keys": {read: 1}}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1E+400", "1" * 5000, "-" + "1" * 5000])
def test_numbers_that_json_does_not_have_are_text(number: str) -> None:
    """Python's reader takes some of them, and raises for others."""
    assert parse_mapping(f'{{"value": {number}}}'.encode(), source="x.json") == {"value": number}


UNCLEAR = {
    "a key as number and as text": (b"200: 1\n'200': 2\n", "has the key '200' twice"),
    "keys that differ in what is no character": (b'{"\\ud800": 1, "\\udfff": 2}', "has the key '\ufffd' twice"),
    "a set": (b"a: !!set {x, y}\n", "holds a set"),
    "a list as key": (b"? [a]\n: 1\n", "holds a tuple"),
    "a tag that does not fit": (b"b: 1\na: !!int x\n", "'x' is no int at line 2, column 4"),
    "a flag that is none": (b"a: !!bool x\n", "'x' is no bool at line 1, column 4"),
}


@pytest.mark.parametrize(("raw", "message"), UNCLEAR.values(), ids=UNCLEAR.keys())
def test_what_could_be_read_in_two_ways_is_refused(raw: bytes, message: str) -> None:
    """With a hint, and the line where there is one."""
    with pytest.raises(PipelineError, match=re.escape(message)) as caught:
        parse_mapping(raw, source="x.yaml")
    assert caught.value.hint


def test_yaml_aliases_become_copies() -> None:
    """A shared part is a part of its own at each place, so that mending one does not mend the other."""
    data = parse_mapping(b"a: &part {x: 1}\nb: *part\n", source="x.yaml")
    data["a"]["x"] = 2
    assert data["b"] == {"x": 1}


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document over the limit on bytes is refused, with both numbers."""
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "has 101 bytes; the limit is 100" in refused(b"x" * 101).message


def test_a_bomb_of_aliases_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aliases count each time they are used, so that a few lines cannot fill the memory."""
    monkeypatch.setattr(reading, "MAX_NODES", 1000)
    lines = ["a0: &a0 [x, x, x, x]"] + [
        f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}, *a{i - 1}]" for i in range(1, 9)
    ]
    error = refused("\n".join(lines).encode())
    assert "unfolds to more than 1,000 nodes" in error.message
    assert "aliases" in error.hint


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'{"a": ' * 50 + b"1" + b"}" * 50, id="JSON"),
        pytest.param(b"a: " + b"[" * 50 + b"]" * 50, id="YAML"),
        pytest.param(b"a: &loop [*loop]\n", id="an alias of itself"),
    ],
)
def test_what_is_nested_too_deep_is_refused(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Depth has a limit of its own, which also ends what contains itself."""
    monkeypatch.setattr(reading, "MAX_DEPTH", 20)
    assert "is nested deeper than 20 levels" in refused(raw).message


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b'{"a":' * 100_000, id="JSON"),
        pytest.param(b"a: " + b"[" * 20_000 + b"]" * 20_000, id="YAML"),
    ],
)
def test_what_is_nested_beyond_the_reader_is_refused(raw: bytes) -> None:
    """Depth that the parser itself gives up on is the same error, no crash."""
    assert "is nested deeper than" in refused(raw).message


def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    """A path that does not lead to a file is named."""
    with pytest.raises(PipelineError, match=r"nowhere\.yaml: cannot be read: No such file"):
        read_document(tmp_path / "nowhere.yaml")


def test_a_file_is_read(tmp_path: Path) -> None:
    """A document is read from a file."""
    (tmp_path / "orders.yaml").write_bytes(as_yaml(WHOLE))
    assert read_document(tmp_path / "orders.yaml") == WHOLE


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, JSON_VALUES, max_size=4))
def test_written_yaml_is_stable_and_reads_the_same(data: dict[str, object]) -> None:
    """Any JSON object written as YAML is read back the same, and writing that again gives the same bytes."""
    written = dump_yaml({"root": data}, header="First line\n\nthird line")
    assert written.startswith("# First line\n#\n# third line\n")
    read = parse_mapping(written.encode(), source="x.yaml")
    assert read == {"root": data}
    assert dump_yaml(read, header="First line\n\nthird line") == written


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "null", "~", "1.0", "012", "1e3", "0x10", "2026-01-02", "=", ""]
)
def test_text_that_looks_like_something_else_stays_text(word: str) -> None:
    """Words that some YAML reader takes for a flag, a number or a date are written so that they stay text."""
    assert parse_mapping(dump_yaml({"word": word}).encode(), source="x.yaml") == {"word": word}


def test_written_yaml_has_no_aliases() -> None:
    """A part that stands in two places is written twice: the text does not depend on identity."""
    shared = {"x": [1]}
    assert dump_yaml({"a": shared, "b": shared}) == dump_yaml({"a": {"x": [1]}, "b": {"x": [1]}})


TREE = {"a/b": {"m~n": {"x": 1}, "list": [{"y": 2}]}, "{id}": {"z": 3}, "text": "t"}


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        ("#/a~1b/m~0n", {"x": 1}),
        ("#/a~1b/list/0", {"y": 2}),
        ("#/%7Bid%7D", {"z": 3}),
        ("#/a~1b/list/1", None),
        ("#/a~1b/list/first", None),
        ("#/text", None),
        ("#/text/more", None),
        ("#/missing", None),
    ],
)
def test_a_reference_is_looked_up_by_pointer(ref: str, found: object) -> None:
    """References follow RFC 6901 through mappings and lists, and give nothing where there is no mapping."""
    assert lookup(TREE, ref) == found
