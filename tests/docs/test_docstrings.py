"""What the reference makes of docstrings and signatures."""

from __future__ import annotations

from typing import Any

import pytest
from griffe import (
    Class,
    Docstring,
    DocstringSectionAttributes,
    DocstringSectionParameters,
    Function,
    load_extensions,
    temporary_visited_package,
)

from scripts.docs.docstrings import Docstrings, split

PACKAGE = '''
from typing import Any, Required, TypedDict, Unpack, overload

LIMIT = 2 * 3


class RequestOptions(TypedDict, total=False):
    """Of every method.

    timeout: in seconds.
    """

    timeout: float | None
    retries: int
    """How often."""


class CreateOptions(RequestOptions):
    """Of `create`, with those of `RequestOptions`."""

    model: str


class BatchOptions(TypedDict):
    """Of a batch; see `RequestOptions`."""

    timeout: float


class ClientOptions(TypedDict, total=False):
    """Of a copy."""

    url: str


class Error(Exception):
    """Raised.

    code: the status.
    """

    code: int = 0

    @property
    def name(self) -> str:
        """Its name."""


class Client:
    """A client.

    key: a secret. url: where it is.
    total: what was spent.
    Raises Error, or KeyMissingError.
    """

    def __init__(self, key: str, *, url: str = "") -> None: ...

    @property
    def total(self) -> int: ...

    def send(self, path: str, limit: int = LIMIT, **options: Unpack[RequestOptions]) -> None:
        """Send it.

        path: which.
        """

    def with_options(self, **options: Unpack[ClientOptions]) -> None:
        """A copy of a `Client`."""

    def ask(self, path: str, again: bool = False) -> None:
        """Send it as `send` does, with what else `create` takes.

        again: twice.
        """

    @overload
    def create(self, *, stream: bool, **options: Unpack[CreateOptions]) -> str: ...

    @overload
    def create(self, **options: Unpack[CreateOptions]) -> str: ...

    def create(self, *, stream: bool = False, **options: Any) -> str:
        """Create."""


class KeyMissingError(Error):
    """No key."""
'''


@pytest.fixture(scope="module")
def package() -> Any:
    """A package as the reference shows it."""
    with temporary_visited_package(
        "aimlapi_client", {"__init__.py": PACKAGE}, extensions=load_extensions(Docstrings)
    ) as found:
        yield found


def entries(owner: Class | Function) -> dict[str, tuple[str, str, str]]:
    """What the text of a class or function lists: each with its type, its default and its meaning."""
    assert owner.docstring is not None
    return {
        one.name: (str(one.annotation), str(one.value), one.description)
        for section in owner.docstring.parsed
        if isinstance(section, DocstringSectionParameters | DocstringSectionAttributes)
        for one in section.value
    }


def said(owner: Class | Function) -> dict[str, str]:
    """The meanings alone."""
    return {name: meaning for name, (_, _, meaning) in entries(owner).items()}


def test_a_signature_lists_the_options(package: Any) -> None:
    """In the place of the keywords, and with defaults that are numbers instead of names."""
    send = package["Client.send"]
    assert [one.name for one in send.parameters] == ["self", "path", "limit", "timeout", "retries"]
    assert entries(send) == {
        "path": ("str", "None", "which."),
        "limit": ("int", "2 * 3", ""),
        "timeout": ("float | None", "...", "in seconds."),
        "retries": ("int", "...", "How often."),
    }


def test_a_method_may_leave_it_to_another_to_describe_a_parameter(package: Any) -> None:
    """To one that its docstring names, or to the class."""
    assert said(package["Client.ask"]) == {"path": "which.", "again": "twice."}
    assert said(package["Client.with_options"]) == {"url": "where it is."}


def test_options_of_overloads_and_of_bases_are_listed(package: Any) -> None:
    """Once, under the name of the method; a required one has no default."""
    create = package["Client.create"]
    assert create.overloads is None
    assert {name: default for name, (_, default, _) in entries(create).items()} == {
        "stream": "False",
        "timeout": "...",
        "retries": "...",
        "model": "None",
    }


def test_a_typed_dict_lists_what_it_has_from_others(package: Any) -> None:
    """And its members are no longer shown one by one. One that it names may describe them."""
    assert said(package["BatchOptions"]) == {"timeout": "in seconds."}
    assert list(entries(package["CreateOptions"])) == ["timeout", "retries", "model"]
    assert "model" not in package["CreateOptions"].members


def test_a_class_lists_its_attributes(package: Any) -> None:
    """With their meanings; properties stay beside it."""
    assert entries(package["Error"]) == {"code": ("int", "None", "the status.")}
    assert "name" in package["Error"].members


def test_what_a_class_says_of_its_arguments_and_properties_is_theirs(package: Any) -> None:
    """Its own text has the rest, with links to other classes."""
    client = package["Client"]
    assert said(client["__init__"]) == {"key": "a secret.", "url": "where it is."}
    assert client["total"].docstring.value == "what was spent."
    assert [section.value for section in client.docstring.parsed] == [
        "A client.",
        "Raises Error, or [`KeyMissingError`][aimlapi_client.KeyMissingError].",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: one", {"a": "one"}),
        ("a, b: both", {"a": "both", "b": "both"}),
        ("a: one\n    and more\nb: two", {"a": "one and more", "b": "two"}),
        ("a: one. b: two", {"a": "one.", "b": "two"}),
        ("a: one; b: two", {"a": "one;", "b": "two"}),
        ("Text\n\nA text. a: one\n    and more\nEnd", {"a": "one and more"}),
        ("a: in a word: x: y", {"a": "in a word: x: y"}),
        ("*a: one\n**b: two", {"a": "one", "b": "two"}),
        ("c: of no parameter", {}),
        ("a, c: of one parameter", {}),
        ("Text\n\nMore\n\n    a: in code", {}),
        ("", {}),
    ],
)
def test_entries_of_a_docstring(text: str, found: dict[str, str]) -> None:
    """Those of known names, whatever else it says."""
    assert split(Docstring(text), ["a", "b"]).entries == found


def test_what_is_no_entry_stays() -> None:
    """In its order, before and after the entries."""
    text = split(Docstring("Before.\n\nNote: this.\n\na: one\n    more\nAfter.\n\nb: two\nEnd."), ["a", "b"])
    assert (text.before, text.after) == ("Before.\n\nNote: this.", "After.\n\nEnd.")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See `Error`.", "See [`Error`][aimlapi_client.Error]."),
        ("An Error is a plain word.", "An Error is a plain word."),
        ("Raises KeyMissingError, or", "Raises [`KeyMissingError`][aimlapi_client.KeyMissingError], or"),
        ("A Client of `client`.", "A Client of `client`."),
        ("`Error.code` and Error.code and MyError", "`Error.code` and Error.code and MyError"),
        ("Text\n\n    x = Error()\n\n    y = x\n\nText", "Text\n\n```python\nx = Error()\n\ny = x\n```\n\nText"),
        ("Text\n\n    a tree of Error\n", "Text\n\n```text\na tree of Error\n```"),
    ],
)
def test_names_are_links_and_code_is_fenced(package: Any, text: str, shown: str) -> None:
    """Names of classes that are public, outside of code."""
    extension = Docstrings()
    extension.on_package(pkg=package)
    assert extension.linked(text, package) == shown
