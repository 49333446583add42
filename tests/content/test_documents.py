"""`document`: PDFs and texts of each source, what they may say besides, and what is refused."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, ContentError, InvalidRequestError, RequestTooLargeError, document, image
from aimlapi_messages.testing import Emulator

from ..support.files import PDF, PNG
from ..support.wire import MODEL
from .conftest import Arrived

BytesArrived = Callable[[dict[str, Any]], tuple[str, bytes]]
TEXT = "Zürich\nis a city. 🎈"
MEGABYTE = 1024 * 1024


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    made = tmp_path / "paper.pdf"
    made.write_bytes(PDF)
    return made


SOURCES: list[tuple[str, Callable[[Path], Any]]] = [
    ("str", str),
    ("Path", lambda path: path),
    ("bytes", lambda path: path.read_bytes()),
    ("bytearray", lambda path: bytearray(path.read_bytes())),
    ("memoryview", lambda path: memoryview(path.read_bytes())),
    ("BytesIO", lambda path: io.BytesIO(path.read_bytes())),
    ("data URL", lambda path: f"data:application/pdf;base64,{base64.b64encode(path.read_bytes()).decode()}"),
]


@pytest.mark.parametrize("make", [make for _, make in SOURCES], ids=[name for name, _ in SOURCES])
def test_a_pdf_arrives_byte_for_byte(make: Callable[[Path], Any], pdf: Path, bytes_arrived: BytesArrived) -> None:
    assert bytes_arrived(document(make(pdf))) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path,
        lambda path: path.read_bytes(),
        lambda path: io.BytesIO(path.read_bytes()),
        lambda path: f"data:text/markdown;charset=utf-8;base64,{base64.b64encode(path.read_bytes()).decode()}",
    ],
    ids=["path", "bytes", "file object", "data URL"],
)
def test_a_text_arrives_as_text(make: Callable[[Path], Any], tmp_path: Path, arrived: Arrived) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(TEXT.encode())
    source = {"type": "text", "media_type": "text/plain", "data": TEXT}
    assert arrived(document(make(path))) == {"type": "document", "source": source}


def test_a_text_may_be_given_itself(arrived: Arrived) -> None:
    assert arrived(document(text=TEXT))["source"]["data"] == TEXT


def test_a_byte_order_mark_is_no_part_of_a_text() -> None:
    assert document(b"\xef\xbb\xbfa")["source"]["data"] == "a"


@pytest.mark.parametrize("claim", ["text/csv", "application/json", "text/x-python; charset=utf-8"])
def test_a_text_may_be_any_kind_of_text(claim: str) -> None:
    assert document(b"a,b", media_type=claim)["source"]["media_type"] == "text/plain"


def test_a_url_goes_as_it_is(arrived: Arrived) -> None:
    url = "https://example.com/paper.pdf"
    assert arrived(document(url)) == {"type": "document", "source": {"type": "url", "url": url}}


def test_what_is_said_of_a_document_arrives(arrived: Arrived) -> None:
    block = document(text="a", title="Paper", context="From 1998.", citations=True, cache_control=True)
    assert arrived(block) == {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "a"},
        "title": "Paper",
        "context": "From 1998.",
        "citations": {"enabled": True},
        "cache_control": {"type": "ephemeral"},
    }


@pytest.mark.parametrize(
    ("given", "sent"), [(False, {"enabled": False}), ({"enabled": True}, {"enabled": True}), (None, None)]
)
def test_citations_are_a_switch_or_an_object(given: Any, sent: Any) -> None:
    assert document(text="a", citations=given).get("citations") == sent


@pytest.mark.parametrize(
    ("options", "error", "problem"),
    [
        ({}, InvalidRequestError, r"either a source or text=\.\.\., and one of them"),
        ({"source": PDF, "text": "a"}, InvalidRequestError, r"either a source or text=\.\.\."),
        ({"text": ""}, ContentError, "The text is empty"),
        ({"text": 5}, ContentError, "text is a int"),
        ({"text": "a", "media_type": "application/pdf"}, ContentError, "is text/plain by its bytes"),
        ({"source": PDF, "media_type": "text/plain"}, ContentError, "is application/pdf by its bytes, but text/plain"),
        ({"source": b"a", "media_type": "image/png"}, ContentError, "is text/plain by its bytes, but image/png"),
        ({"source": PNG}, ContentError, r"looks like a PNG image\. .* image\(\) sends images"),
        ({"source": "utf-16".encode("utf-16")}, ContentError, r"looks like UTF-16 text\. Documents are taken as"),
        ({"source": b"PK\3\4\x14\0"}, ContentError, "looks like a ZIP archive or an Office document"),
        ({"source": b"text" + b"a" * 600 + b"\xff"}, ContentError, r"not UTF-8 at byte 604\. .* as UTF-8 text"),
        ({"source": b""}, ContentError, "is empty"),
        ({"source": b"\xef\xbb\xbf"}, ContentError, "is empty"),
        ({"source": PDF + bytes(24 * MEGABYTE)}, ContentError, "A request holds less than 32 MB of base64"),
        ({"source": b"a" * (32 * MEGABYTE + 1)}, ContentError, "has 33,554,433 bytes. A request holds less than 32 MB"),
        ({"text": "a" * (32 * MEGABYTE)}, ContentError, "has 33,554,432 characters"),
        ({"source": "ftp://example.com/a.pdf"}, ContentError, "A URL of scheme 'ftp'"),
        ({"source": "no such.pdf"}, ContentError, "There is no file"),
        ({"source": 5}, ContentError, r"document\(\) was given a int"),
        ({"source": "https://example.com/a.pdf", "media_type": "application/pdf"}, ContentError, "has no place beside"),
        ({"text": "a", "cache_control": 5}, InvalidRequestError, "cache_control is a int"),
    ],
    ids=lambda one: repr(one)[:50],
)  # fmt: skip
def test_what_is_no_document_is_refused(options: dict[str, Any], error: type[Exception], problem: str) -> None:
    with pytest.raises(error, match=problem):
        document(**options)


BEFORE = [
    b"\xef\xbb\xbf",
    b"\n",
    b" \r\n\t",
    b"\xef\xbb\xbf\r\n",
    b"--xyz\r\nContent-Disposition: form-data; name=f\r\nContent-Type: application/pdf\r\n\r\n",
    b"Content-Type: application/pdf\n\n",
]


@pytest.mark.parametrize("before", BEFORE)
def test_a_pdf_is_known_behind_what_is_none_of_it(before: bytes, bytes_arrived: BytesArrived) -> None:
    assert bytes_arrived(document(before + PDF, media_type="application/pdf")) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"On %PDF-1.4",
        b"a: b\n%PDF-1.4",
        b"x\n\n%PDF-1.4",
        b"\n%PDF",
        b"\xef\xbb\xbfa",
        b"Title: files\n\n%PDF-1.4 is how one begins. Content-Type: is a header.",
        b"Subject: how it begins\r\nDate: today\r\n\r\n%PDF-1.7",
    ],
)
def test_a_text_that_speaks_of_pdf_is_a_text(content: bytes) -> None:
    assert document(content)["source"]["type"] == "text"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x7fELF\2\1\1\0", "a program"),
        (b"MZ" + bytes(100), "a program"),
        (b"PK\3\4\x14\0", "a ZIP archive or an Office document"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"),
        (b"ID3\4\0\0", "audio or video"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio or video"),
        (b"SQLite format 3\0", "a database or table"),
        (PNG, "a PNG image"),
        (b"a" * 600 + b"\0", "unknown binary data"),
        ("Größe".encode("latin-1"), "text that is not UTF-8 at byte 2"),
    ],
    ids=lambda one: repr(one)[:30],
)
def test_binary_that_claims_to_be_text_is_told_as_what_it_looks_like(content: bytes, kind: str) -> None:
    with pytest.raises(ContentError, match=rf"looks like {kind}, though it is text/plain by media_type"):
        document(content, media_type="text/plain")


@pytest.mark.parametrize(
    "source",
    [
        "the secret is here",
        "a secret, and 1/2 more of it. With a full stop.",
        base64.b64encode(b"the secret" * 4).decode(),
        base64.urlsafe_b64encode(b"\xff\xfethe secret" * 4).decode(),
        "data:secret of mine;x,abc",
        "data:text/secret secret secret;base64,!",
        "secret" * 50,
        "secret\nlines",
    ],
    ids=lambda one: one[:20],
)
def test_no_error_shows_a_content_that_was_given_as_a_path(source: str) -> None:
    with pytest.raises(ContentError) as caught:
        image(source)
    assert source.strip()[:12] not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_large_pdf_in_a_file_object_is_refused_before_it_is_read_whole() -> None:
    with pytest.raises(ContentError, match="A request holds less than 32 MB"):
        document(io.BytesIO(PDF + bytes(33 * MEGABYTE)))


def test_a_document_stays_readable_in_a_conversation(emulator: Any) -> None:
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        content = [document(PDF, title="Paper"), {"type": "text", "text": "What is this?"}]
        answer = client.messages.create(model=MODEL, messages=[{"role": "user", "content": content}])
    assert "PDF" in answer.text


def test_documents_that_are_too_many_together_are_for_the_gateway_to_refuse(emulator: Emulator) -> None:
    """Each may be sent; only the whole request is too large."""
    blocks = [document(PDF + bytes(13 * MEGABYTE))] * 2
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client, pytest.raises(RequestTooLargeError) as caught:
        client.messages.create(model=MODEL, messages=[{"role": "user", "content": blocks}])
    assert "fewer or smaller images and documents" in str(caught.value)
