"""JSON as the standard has it, and no more of it than may be read."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from aimlapi_messages.core.json import TooLargeError, check_count, count, dumps, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=40,
)


def test_json_is_the_standard_s_and_no_more() -> None:
    """What Python would write or read beyond JSON is a ValueError."""
    assert loads(b'\xef\xbb\xbf{"a": "\xff"}') == {"a": "\ufffd"}
    with pytest.raises(ValueError, match="Infinity is not JSON"):
        loads("[-Infinity]")
    with pytest.raises(ValueError, match="nested too deeply"):
        loads("[" * 100_000)
    assert loads(f'["{"[{" * 200}", {"[" * 127}{"]" * 127}]')
    with pytest.raises(ValueError, match="more than 128 levels"):
        loads(f'["", {"[" * 128}{"]" * 128}]')
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps([float("nan")])


@settings(max_examples=300, derandomize=True)
@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_values_are_counted_alike_in_a_text_and_in_what_it_means(value: Any, escape: bool, indent: int | None) -> None:
    """Whatever stands in strings; none is read that has one more than it may."""
    text = json.dumps(value, ensure_ascii=escape, indent=indent).encode("utf-8", "surrogatepass")
    found = count(value)
    check_count(text, found)
    for most in {0, found // 2, found - 1} & set(range(found)):
        with pytest.raises(TooLargeError, match=f"{most} JSON values"):
            check_count(text, most)
        with pytest.raises(TooLargeError):
            loads(text, most=most)


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ('"' + ",[{" * 200_000 + '"', False),
        ('"' + r"\",[" * 200_000 + '"', False),
        ("[" + "0," * 131_071 + "0]", False),
        ("[" + "0," * 131_072 + "0]", True),
        ("[" * 131_073, True),
        ('["' + r"\\" * 100_000 + '"' + ",0" * 131_072 + "]", True),
        ('"' + ",[{" * 200_000, False),
        ('{"a": "' + "\\" * 200_001, False),
    ],
)
def test_more_values_than_any_answer_has_are_refused(text: str, is_refused: bool) -> None:
    """What is no JSON is told as that."""
    with pytest.raises(TooLargeError, match="131,072 JSON values") if is_refused else nullcontext():
        check_count(text.encode(), 131_072)
