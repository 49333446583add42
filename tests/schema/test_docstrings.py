"""Docstrings in each style."""

from __future__ import annotations

import pytest

from aimlapi_messages.schema.field import read_docstring
from aimlapi_messages.schema.parameters import Parameters

GOOGLE = """Book a room.

Only with a deposit.

Args:
    city: where.
    nights (int): how long.
"""
NUMPY = """Book a room.

Only with a deposit.

Parameters
----------
city : str
    where.
nights : int
    how long.
"""
SPHINX = """Book a room.

Only with a deposit.

:param city: where.
:param int nights: how long.
"""
EPYDOC = """Book a room.

Only with a deposit.

@param city: where.
@param nights: how long.
@type nights: int
"""
STYLES = [GOOGLE, NUMPY, SPHINX, EPYDOC]


@pytest.mark.parametrize("text", STYLES, ids=["google", "numpy", "sphinx", "epydoc"])
def test_each_style_is_taken_apart(text: str) -> None:
    found = read_docstring(text)
    assert found == ("Book a room.\n\nOnly with a deposit.", {"city": "where.", "nights": "how long."})


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (
            "Look.\n\nParameters\n----------\na, b : int\n    both.\nc : int\n    one.",
            {"a": "both.", "b": "both.", "c": "one."},
        ),
        ("Look.\n\nParameters\n----------\na,b\n    both.", {"a": "both.", "b": "both."}),
        ("Look.\n\nParameters\n----------\n*a, **b\n    both.", {"a": "both.", "b": "both."}),
        ("Look.\r\n\r\nArgs:\r\n    a: one.\r\n    b: two.\r\n", {"a": "one.", "b": "two."}),
        ("Look.\n\n:param a: one.\n:param int b: two.", {"a": "one.", "b": "two."}),
        ("Look.\n\nArgs:\n\ta: one.\n\tb:\n", {"a": "one."}),
    ],
)
def test_each_name_has_its_description(text: str, described: dict[str, str]) -> None:
    """Also of several names with one, and with the line ends of Windows."""
    assert read_docstring(text) == ("Look.", described)


def test_attributes_are_described_too() -> None:
    found = read_docstring("A place.\n\nAttributes:\n    name: its name.\n")
    assert found == ("A place.", {"name": "its name."})


@pytest.mark.parametrize("text", [None, "", "  \n "])
def test_no_docstring_says_nothing(text: str | None) -> None:
    assert read_docstring(text) == ("", {})


def test_what_the_library_cannot_read_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    import docstring_parser  # noqa: PLC0415

    def fail(text: str) -> None:
        raise docstring_parser.ParseError(text)

    monkeypatch.setattr(docstring_parser, "parse", fail)
    assert read_docstring("Book: a room.\nNow.") == ("Book: a room.\nNow.", {})


def test_a_function_is_described_by_its_docstring() -> None:
    def book(city: str, nights: int = 1) -> None: ...

    book.__doc__ = GOOGLE
    found = Parameters(book)
    assert found.description == "Book a room.\n\nOnly with a deposit."
    assert found.schema["properties"] == {
        "city": {"type": "string", "description": "where."},
        "nights": {"type": "integer", "description": "how long.", "default": 1},
    }
