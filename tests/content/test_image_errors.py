"""`image`: what is refused, with a clear error and before anything is sent."""

from __future__ import annotations

import base64
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from aimlapi_messages import ContentError, InvalidRequestError, image

from ..support.files import PDF, PNG

LARGE = PNG + bytes(6 * 1024 * 1024)
LARGEST = 5 * 1024 * 1024 // 4 * 3


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


class Failing:
    """A file object that cannot be read."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, size: int, /) -> bytes:
        raise self.error


class Misnamed:
    """A path whose own code is wrong."""

    def __init__(self, path: Any) -> None:
        self.path = path

    def __fspath__(self) -> Any:
        if isinstance(self.path, Exception):
            raise self.path
        return self.path


def saved(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((200, 200), 100).save(buffer, kind)
    return buffer.getvalue()


def cut_off(kind: str) -> Image.Image:
    """An image of PIL of which only a third has arrived."""
    data = saved(kind)
    return Image.open(io.BytesIO(data[: len(data) // 3]))


def closed(kind: str) -> Image.Image:
    opened = Image.open(io.BytesIO(saved(kind)))
    opened.close()
    return opened


class Unsaveable:
    """An image whose mode no format takes."""

    mode, size, format = "F", (1, 1), None

    def save(self, fp: Any, format: str | None = None, **params: Any) -> None:
        raise OSError("cannot write mode F as PNG")


@pytest.mark.parametrize(
    ("source", "claim", "problem"),
    [
        (PNG, "image/jpeg", r"is image/png by its bytes, but image/jpeg by media_type\. Correct or drop the claim"),
        (PNG, "text/plain", "is image/png by its bytes, but text/plain by media_type"),
        (data_url(PNG, "image/jpeg"), None, "The data URL is image/png by its bytes, but image/jpeg by the data URL"),
        (b"just text", None, r"looks like text\. Images are taken as JPEG, PNG, GIF and WebP"),
        (b"just text", "image/png", "looks like text, though it is image/png by media_type"),
        (b"<svg xmlns='x'/>", None, "looks like an SVG image"),
        (b"<!DOCTYPE html>", None, "looks like an HTML page"),
        (PDF, None, r"looks like a PDF\. .* document\(\) sends PDFs"),
        (b"II*\0rest", None, "looks like a TIFF image"),
        (b"BM\1\0\0\0\0\0\0\0", None, "looks like a BMP image"),
        (b"BM is how this text begins", None, "looks like text"),
        (b"\0\0\0\x1cftypheic", None, "looks like a HEIC image"),
        (b"\0\0\0\x1cftypisom", None, "looks like an MP4 or QuickTime file"),
        (b"\x80\x81", None, "looks like unknown binary data"),
        (b"text\0", None, "looks like unknown binary data"),
        (b"", None, "What was given as bytes is empty"),
        ("data:image/png;base64,", None, "The data URL is empty"),
        ("data:image/png;base64,====", None, "not valid base64"),
        ("data:image/png;base64", None, "has no comma"),
        ("data:text/plain,half \ud800", None, "holds half of a surrogate pair"),
        ("data:image/png;base64,\ud800", None, "not valid base64"),
        ("data:\ud800,a", None, "looks like text, though it is no media type by the data URL"),
        (LARGE, None, r"has 6,291,\d+ bytes. An image may take 5 MB of base64, which is 3,932,160 bytes of file"),
        (io.BytesIO(LARGE), None, r"The file object has at least 3,932,161 bytes"),
        (io.BytesIO(b""), None, r"The file object is empty, or at its end: seek\(0\)"),
        (io.StringIO("text"), None, r"The file object gives str, not bytes. Open the file in binary mode"),
        (Failing(OSError(5, "Input/output error")), None, "The file object cannot be read: Input/output error"),
        (Failing(ValueError("closed")), None, "The file object cannot be read: ValueError"),
        (Failing(EOFError("Compressed file ended")), None, "The file object cannot be read: EOFError"),
        (Failing(zipfile.BadZipFile("Bad CRC")), None, "The file object cannot be read: BadZipFile"),
        (Failing(RuntimeError("the connection")), None, "The file object cannot be read: RuntimeError"),
        (Misnamed(5), None, "The Misnamed says no path: TypeError"),
        (Misnamed(None), None, "The Misnamed says no path: TypeError"),
        (Misnamed(KeyError("own")), None, "The Misnamed says no path: KeyError"),
        (cut_off("JPEG"), None, r"The PIL image cannot be read: .*\. It may be cut off, or its file closed"),
        (cut_off("PNG"), None, "The PIL image cannot be read: .* cut off"),
        (cut_off("GIF"), None, "The PIL image cannot be read: .* cut off"),
        (cut_off("TIFF"), None, "The PIL image cannot be read: .* cut off"),
        (closed("JPEG"), None, "The PIL image cannot be read: .* its file closed"),
        (Image.new("RGB", (0, 5)), None, "The PIL image of mode RGB cannot be saved as PNG"),
        (PNG, 5, "media_type is a int. Give a str"),
        (PNG, ["image/png"], "media_type is a list. Give a str"),
        (PNG, b"image/png", "media_type is a bytes. Give a str"),
        ("caf\u00e9".encode("latin-1"), None, "looks like text that is not UTF-8 at byte 3"),
        ("https://example.com/cat.png", 5, "media_type has no place"),
        (Image.new("F", (1, 1)), None, "The PIL image of mode F cannot be saved as PNG. Convert it first"),
        (Unsaveable(), None, "The PIL image of mode F cannot be saved as PNG"),
        (5, None, r"image\(\) was given a int. Give a path"),
        (None, None, r"image\(\) was given a NoneType"),
        ("ftp://example.com/cat.png", None, "A URL of scheme 'ftp' cannot be sent"),
        ("file:///etc/passwd", None, "A URL of scheme 'file' cannot be sent"),
        ("s3://bucket/cat.png", None, "A URL of scheme 's3' cannot be sent"),
        ("https://", None, "A https URL cannot be sent as it is: it has no valid host"),
        ("https://[1/cat.png", None, "it has no valid host"),
        ("http://example.com/a cat.png", None, "or holds white space"),
        ("https://example.com/cat.png", "image/png", r"media_type has no place beside an http\(s\) URL"),
        ("no such file.png", None, r"There is no file 'no such file.png' \(which is '/.*no such file.png'\)\."),
        ("/no such file.png", None, r"There is no file '/no such file\.png'\.$"),
        ("", None, "The path is empty"),
        ("cat\0.png", None, "The text of 8 characters is neither a URL nor the path of a file"),
        ("x" * 5000, None, "The text of 5000 characters is neither a URL nor the path"),
        (base64.b64encode(PNG).decode(), None, "it looks like base64. Give base64.b64decode"),
    ],
    ids=lambda one: repr(one).partition(" at 0x")[0][:40],
)  # fmt: skip
def test_a_source_that_cannot_be_sent_is_refused(source: Any, claim: str | None, problem: str) -> None:
    with pytest.raises(ContentError, match=problem) as caught:
        image(source, media_type=claim)
    assert len(str(caught.value)) < 600


def test_the_name_of_a_file_may_not_claim_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes(PNG)
    with pytest.raises(ContentError, match=r"image/jpeg by its name\. Rename it, or give media_type='image/png'"):
        image(path)
    assert image(path, media_type="image/png")["source"]["media_type"] == "image/png"


def test_a_large_file_is_refused_with_its_size(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(LARGE)
    with pytest.raises(ContentError, match=f"has {len(LARGE):,} bytes"):
        image(path)


def test_the_largest_image_is_taken() -> None:
    block = image(PNG + bytes(LARGEST - len(PNG)))
    assert len(block["source"]["data"]) == 5 * 1024 * 1024


def test_one_byte_more_is_refused() -> None:
    with pytest.raises(ContentError, match="has 3,932,161 bytes"):
        image(PNG + bytes(LARGEST + 1 - len(PNG)))


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"is a directory\. Give one file"):
        image(tmp_path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="whoever runs this may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(PNG)
    path.chmod(0)
    with pytest.raises(ContentError, match=r"may not be read\. Check its permissions"):
        image(path)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (PermissionError(13, "Permission denied"), r"may not be read\. Check its permissions"),
        (
            OSError(5, "Input/output error"),
            r"The file 'cat\.png' \(which is '/.*cat\.png'\) cannot be read: Input/output error",
        ),
    ],
)
def test_a_path_that_cannot_be_opened_is_told(error: OSError, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(ContentError, match=problem):
        image("cat.png")


@pytest.mark.parametrize("make", [lambda path: path, str, lambda path: path.read_bytes()], ids=["Path", "str", "bytes"])
def test_an_error_shows_nothing_of_the_content(make: Callable[[Path], Any], tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_bytes(b"the secret content")
    with pytest.raises(ContentError) as caught:
        image(make(path))
    assert "secret" not in f"{caught.value} {caught.value.__cause__} {vars(caught.value)}"


def test_an_error_of_content_is_one_of_the_request() -> None:
    with pytest.raises(InvalidRequestError):
        image(b"")
