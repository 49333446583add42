"""The bodies of batches: the same objects and errors wherever they are cut, with the place of what is wrong."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import given, settings, strategies as st

from aimlapi_messages import AIMLAPIError, BatchIncompleteError, ResponseTooLargeError, UnexpectedResponseError
from aimlapi_messages.resources.batch_answers import BatchReader

from ..support.batches import LINES, lines, succeeded
from ..support.parts import new_head
from ..support.wire import KEY, Chunks, Gateway, answer

A, B = lines(succeeded("a", '\u00e9 \\ " { [ \n \N{GRINNING FACE}')), lines(succeeded("b", '}]"\\'))
UTF8: Final = json.dumps(succeeded("c", "\u00e9\N{GRINNING FACE}{"), ensure_ascii=False).encode()
PRETTY: Final = json.dumps([succeeded("a"), succeeded("b")], indent=2).encode()


def read(pieces: Iterable[bytes], **head: Any) -> tuple[list[str], AIMLAPIError | None]:
    """The names of the results, and the error after them."""
    reader, seen = BatchReader("b1"), list[str]()
    reader.begin(new_head(**head))
    try:
        for piece in itertools.chain(pieces, [None]):
            reader.feed(piece)
            seen.extend(result.custom_id for result in iter(reader.next_result, None))
    except AIMLAPIError as error:
        return seen, error
    return seen, None


def taken(reader: BatchReader, piece: bytes | None) -> list[str]:
    """The names of the results that a piece completes."""
    reader.feed(piece)
    return [result.custom_id for result in iter(reader.next_result, None)]


def said(found: tuple[list[str], AIMLAPIError | None]) -> tuple[list[str], str, str]:
    """The same, to be compared. The text behind what is wrong is shown as far as it has come."""
    return found[0], type(found[1]).__name__, str(found[1]).partition(" It begins")[0]


GOOD: Final[dict[str, tuple[bytes, str]]] = {
    "lines": (A + B, "ab"),
    "no end of line": ((A + B).rstrip(), "ab"),
    "windows": ((A + B).replace(b"\n", b"\r\n"), "ab"),
    "blank lines": (b"\n\n" + A + b"\n \n" + B + b"\n\t\n", "ab"),
    "nothing between": (A.rstrip() + B.rstrip() + A, "aba"),
    "commas between": (A.rstrip() + b",\n" + B, "ab"),
    "a byte order mark": (b"\xef\xbb\xbf" + A + B, "ab"),
    "no escapes": (UTF8 + b"\n" + UTF8, "cc"),
    "an array": (b"[" + A.rstrip() + b"," + B + b"]", "ab"),
    "an array of lines": (b"[\n" + A.rstrip() + b",\n" + B + b"]\n", "ab"),
    "an array with indents": (PRETTY, "ab"),
    "objects with indents": (PRETTY[1:-1].replace(b"\n  },", b"\n  }"), "ab"),
    "an array of none": (b" [ ] ", ""),
    "bytes that are no UTF-8": (
        A.replace(b"Hello", b"\xff\xfe") + b'{"custom_id": "\xc3", "result": {"type": "expired"}}',
        "a\ufffd",
    ),
}
Wrong, Cut = UnexpectedResponseError, BatchIncompleteError
HALF: Final = B[: B.index(b'"result"') + 9]
BAD: Final[dict[str, tuple[bytes, str, type[AIMLAPIError], str]]] = {
    "no JSON": (A + b"nonsense\n" + B, "a", Wrong, f"not JSON), in line 2 from byte {len(A)} on"),
    "a page": (b"<html>\n{}", "", Wrong, "not JSON), in line 1 from byte 0 on"),
    "a text": (A + b'  "text"\n', "a", Wrong, f"line 2 from byte {len(A) + 2} on"),
    "a list among lines": (A + b"[]\n", "a", Wrong, "a list where an object belongs), in line 2"),
    "a list in a list": (b"[[]]", "", Wrong, "a list where an object belongs), in line 1 from byte 1"),
    "a number in a list": (b"[" + A + b", 7]", "a", Wrong, f"line 2 from byte {len(A) + 3} on"),
    "half a line": (A + B[:40] + b"\n" + B, "a", Wrong, f"line 2 from byte {len(A)} on"),
    "half a value": (A + HALF + b"\n" + B * 2, "a", Wrong, f"line 2 from byte {len(A)} on"),
    "half a value at the end": (A + HALF + b"\n" + B, "a", Cut, "ended in the middle of one"),
    "other brackets": (A + b'{"a": [}]\n', "a", Wrong, "line 2"),
    "one bracket too many": (A + b"}\n" + B, "a", Wrong, "line 2"),
    "no value": (A + b'{"broken": }\n' + B, "a", Wrong, "line 2"),
    "NaN": (A + b'{"broken": NaN}\n' + B, "a", Wrong, "line 2"),
    "a name that is a number": (A + b'{"custom_id": 7, "result": {"type": "expired"}}', "a", Wrong, "line 2"),
    "no result": (A + B + b"\n\n" + b'{"custom_id": "x", "result": {}}\n', "ab", Wrong, "line 5"),
    "a state among results": (A + b'{"id": "b", "status": "generating"}', "a", Wrong, "line 2"),
    "nested too deeply": (A + b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "a", Wrong, "line 2"),
    "behind two bytes": (UTF8 + b"\n}", "c", Wrong, f"line 2 from byte {len(UTF8) + 1} on"),
    "cut in a text": (A + B[:-30], "a", Cut, "ended in the middle of one"),
    "cut before its end": (A + B[:-2], "a", Cut, "ended in the middle of one"),
    "an array that goes on": (b"[" + A, "a", Cut, "ended in the middle of one"),
    "nothing": (b" \n\n", "", Wrong, "an empty body"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_the_same_results_wherever_they_are_cut(name: str) -> None:
    """In two, at each byte, and in bytes."""
    data, names = GOOD[name]
    assert read([data]) == (list(names), None)
    for place in range(len(data)):
        assert read([data[:place], data[place:]]) == (list(names), None)
    assert read(bytes([byte]) for byte in data) == (list(names), None)


@pytest.mark.operation("get_batch")
@pytest.mark.parametrize("name", BAD)
def test_an_error_says_where_and_comes_after_the_results_before_it(name: str) -> None:
    """The same one wherever the body is cut."""
    data, names, kind, text = BAD[name]
    whole = read([data])
    assert whole[0] == list(names)
    assert isinstance(whole[1], kind)
    assert text in str(whole[1])
    for place in range(0, len(data), 1 if len(data) < 10_000 else 100_001):
        assert said(read([data[:place], data[place:]])) == said(whole)
    if len(data) < 10_000:
        assert said(read(bytes([byte]) for byte in data)) == said(whole)


@pytest.mark.parametrize("limit", range(len(A) - 2, len(A) + 2))
@pytest.mark.parametrize("form", [b"%s", b"[%s]", b"\n\n  %s"])
def test_an_object_may_have_as_many_bytes_and_not_one_more(limit: int, form: bytes) -> None:
    """The error says the limit and the place, and what came before it was given."""
    small = b'{"custom_id": "s", "result": {"type": "expired"}}\n'
    data = form % (small + A)
    names, error = whole = read([data], max_response_size=limit)
    assert names == (["s"] if limit < len(A) - 1 else ["s", "a"])
    assert (error is None) == (limit >= len(A) - 1)
    if error is not None:
        assert isinstance(error, ResponseTooLargeError)
        start = data.index(A)
        line = 1 + data[:start].count(b"\n")
        assert f"more than {limit} bytes, in line {line} from byte {start} on, after 1 results" in str(error)
    for place in range(len(data)):
        assert said(read([data[:place], data[place:]], max_response_size=limit)) == said(whole)


def test_an_object_of_too_many_values_is_not_read() -> None:
    """To make models of them would take minutes."""
    data = b'{"custom_id": "x", "result": {"type": "expired"}, "more": [%s]}\n'
    for count, names in ((131_000, ["a", "x"]), (131_100, ["a"])):
        found, error = read([A + data % b",".join([b"0"] * count)])
        assert found == names
        assert (error is None) == (count == 131_000)
    assert isinstance(error, ResponseTooLargeError)
    assert "131,072 JSON values, in line 2 from byte" in str(error)


def test_a_mistake_in_a_long_body_is_found_before_its_end() -> None:
    """What follows is not read for an object that never comes."""
    reader = BatchReader("b1")
    reader.begin(new_head())
    assert taken(reader, A + HALF + b"\n") == ["a"]
    rest = (B * 1000 for _ in range(100))
    with pytest.raises(UnexpectedResponseError, match="in line 2 from byte"):
        deque((taken(reader, piece) for piece in rest), maxlen=0)
    assert len(B) * 1000 * (100 - len(list(rest))) < 1_500_000


@pytest.mark.parametrize(
    "data", [A, A.rstrip(), b"[" + A.rstrip(), b"[ \n" + A.rstrip(), UTF8, PRETTY[: PRETTY.index(b"\n  },") + 4]]
)
def test_a_result_is_given_with_its_last_byte(data: bytes) -> None:
    """Before the rest has come, also where no line ends."""
    for pieces in ([data], [bytes([byte]) for byte in data]):
        reader = BatchReader("b1")
        reader.begin(new_head())
        assert [name for piece in pieces for name in taken(reader, piece)] in (["a"], ["c"])


@pytest.mark.operation("get_batch")
def test_the_key_in_a_body_is_shown_by_no_part_of_it() -> None:
    """Also where the text is cut that is shown."""
    for count in (0, 180, 190, 980, 990, 9_960, 9_990):
        gateway = Gateway(answer(Chunks([b'{"custom_id": 7, "a": "', b"x" * count, KEY.encode(), b'"}']), **LINES))
        with pytest.raises(UnexpectedResponseError) as caught:
            gateway.client().messages.batches.results("b")
        shown = str(caught.value) + repr(vars(caught.value))
        assert not any(KEY[place : place + 12] in shown for place in range(len(KEY) - 11))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=300, derandomize=True)
@given(
    st.lists(st.tuples(JSON_VALUES, st.sampled_from([None, 0, 1]), st.booleans()), max_size=5),
    st.sampled_from([b"\n", b"\r\n", b",", b" ", b""]),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_any_values_in_any_form_are_read_as_a_whole_would_be(
    values: list[tuple[Any, int | None, bool]], between: bytes, in_array: bool, cuts: list[int]
) -> None:
    """Brackets, quotes and backslashes in texts, indents, escapes or none."""
    results = [{"custom_id": "x", "result": {"type": "odd", "more": value}} for value, _, _ in values]
    texts = [
        json.dumps(result, indent=indent, ensure_ascii=escape).encode("utf-8", "surrogatepass")
        for result, (_, indent, escape) in zip(results, values, strict=True)
    ]
    data = b"[" + b",".join(texts) + b"]" if in_array else between.join(texts) + b"\n[]" * (not texts)
    places = [0, *sorted(place % (len(data) + 1) for place in cuts), len(data)]
    reader, found = BatchReader("b1"), list[Any]()
    reader.begin(new_head())
    for piece in [*(data[a:b] for a, b in itertools.pairwise(places)), None]:
        reader.feed(piece)
        found.extend(result.to_dict() for result in iter(reader.next_result, None))
    assert found == json.loads(json.dumps(results))
