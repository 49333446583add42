"""`image`: every source arrives at the gateway byte for byte, each kind is told by its bytes."""

from __future__ import annotations

import base64
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from aimlapi_messages import AIMLAPI, ContentError, image

from ..support.files import PNG, picture
from ..support.wire import MODEL
from .conftest import Arrived

BytesArrived = Callable[[dict[str, Any]], tuple[str, bytes]]


class Named:
    """A path that is no `Path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __fspath__(self) -> str:
        return str(self.path)


class Pieces:
    """A file object that gives a little at a time, in kinds of bytes that differ."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        return bytearray(self._file.read(min(size, 7)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "cat picture.png"
    made.write_bytes(PNG)
    return made


SOURCES: list[tuple[str, Callable[[Path], Any]]] = [
    ("str", str),
    ("Path", lambda path: path),
    ("PathLike", Named),
    ("bytes", lambda path: path.read_bytes()),
    ("bytearray", lambda path: bytearray(path.read_bytes())),
    ("memoryview", lambda path: memoryview(path.read_bytes())),
    ("memoryview with gaps", lambda path: memoryview(b"".join(bytes([one, 0]) for one in path.read_bytes()))[::2]),
    ("BytesIO", lambda path: io.BytesIO(path.read_bytes())),
    ("pieces", lambda path: Pieces(path.read_bytes())),
    ("data URL", lambda path: f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"),
    ("data URL in capitals", lambda path: f"DATA:image/PNG;BASE64,{base64.b64encode(path.read_bytes()).decode()}"),
    ("data URL with lines", lambda path: f"data:image/png;base64,{base64.encodebytes(path.read_bytes()).decode()}"),
    ("data URL with escapes", lambda path: "data:image/png," + "".join(f"%{one:02x}" for one in path.read_bytes())),
    ("data URL of no type", lambda path: f"data:;base64,{base64.b64encode(path.read_bytes()).decode()}"),
]


@pytest.mark.parametrize("make", [make for _, make in SOURCES], ids=[name for name, _ in SOURCES])
def test_a_source_arrives_byte_for_byte(make: Callable[[Path], Any], path: Path, bytes_arrived: BytesArrived) -> None:
    assert bytes_arrived(image(make(path))) == ("image/png", PNG)


def test_an_open_file_is_read_from_where_it_stands_and_left_open(path: Path, bytes_arrived: BytesArrived) -> None:
    with path.open("rb") as file, tempfile.TemporaryFile() as other:
        assert bytes_arrived(image(file)) == ("image/png", PNG)
        assert not file.closed
        other.write(b"before" + PNG)
        other.seek(6)
        assert bytes_arrived(image(other)) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
class TestKind:
    def test_is_told_by_its_bytes(self, kind: str, media_type: str, bytes_arrived: BytesArrived) -> None:
        data = picture(kind)
        assert bytes_arrived(image(data)) == (media_type, data)

    def test_may_be_claimed(self, kind: str, media_type: str, bytes_arrived: BytesArrived) -> None:
        data = picture(kind)
        assert bytes_arrived(image(data, media_type=f"{media_type.upper()}; q=1")) == (media_type, data)

    def test_of_pil_is_sent_in_its_own_format(self, kind: str, media_type: str, bytes_arrived: BytesArrived) -> None:
        with Image.open(io.BytesIO(picture(kind))) as opened:
            sent_type, data = bytes_arrived(image(opened))
        assert sent_type == media_type
        with Image.open(io.BytesIO(data)) as again:
            assert (again.format, again.size) == (kind, (3, 2))


@pytest.mark.parametrize(("suffix", "kind"), [(".jpg", "JPEG"), (".JPEG", "JPEG"), (".gif", "GIF"), (".dat", "PNG")])
def test_a_name_may_claim_what_the_bytes_are(suffix: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"cat{suffix}"
    path.write_bytes(picture(kind))
    assert image(path)["source"]["media_type"] == f"image/{kind.lower()}"


@pytest.mark.parametrize("claim", ["image/jpg", "image/pjpeg", "application/octet-stream", ""])
def test_another_name_of_a_media_type_is_none_the_worse(claim: str) -> None:
    assert image(picture("JPEG"), media_type=claim)["source"]["media_type"] == "image/jpeg"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I;16"])
def test_an_image_of_pil_that_was_made_is_sent_as_png(mode: str, bytes_arrived: BytesArrived) -> None:
    media_type, data = bytes_arrived(image(Image.new(mode, (5, 4))))
    assert media_type == "image/png"
    with Image.open(io.BytesIO(data)) as again:
        assert again.size == (5, 4)


def test_a_jpeg_of_pil_keeps_its_quality(bytes_arrived: BytesArrived) -> None:
    original = picture("JPEG", 64, 64, quality=30)
    with Image.open(io.BytesIO(original)) as opened:
        tables = opened.quantization
        _, data = bytes_arrived(image(opened))
    with Image.open(io.BytesIO(data)) as again:
        assert again.quantization == tables


def test_an_image_of_pil_is_sent_without_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    with Image.open(io.BytesIO(picture("JPEG", exif=exif))) as opened:
        sent = base64.b64decode(image(opened)["source"]["data"])
    assert b"where it was taken" not in sent


@pytest.mark.parametrize("url", ["https://example.com/cat.png", "HTTP://example.com/cat?size=5#top"])
def test_a_url_goes_as_it_is(url: str, arrived: Arrived) -> None:
    assert arrived(image(url)) == {"type": "image", "source": {"type": "url", "url": url}}


def test_a_name_with_a_colon_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("note:cat.png").write_bytes(PNG)
    assert image("note:cat.png")["source"]["media_type"] == "image/png"


B64 = base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    "url",
    [
        f"data:image/png;base64,{B64.rstrip('=')}",
        f"data:image/png;base64,{base64.urlsafe_b64encode(PNG).decode()}",
        f"data:image/png;base64,{base64.urlsafe_b64encode(PNG).decode().rstrip('=')}",
        f"data:image/png;base64, {B64}",
        f"data: image/png; base64, {B64}",
        f"  data:image/png;base64,{B64}\n",
        f"data:image/png;base64,{B64[:40]} {B64[40:]}",
        f"data:image/png;base64,{B64.replace('+', ' ')}",
        f"data:image/png;charset=utf-8;BASE64,{B64}",
    ],
    ids=["no padding", "url-safe", "both", "space", "spaces", "around", "within", "plus", "parameter"],
)
def test_a_data_url_is_read_as_it_is_found(url: str) -> None:
    assert base64.b64decode(image(url)["source"]["data"]) == PNG


@pytest.mark.parametrize("url", ["data:image/png;base64,A", "data:image/png;base64,AB=C", "data:image/png;base64,$$$$"])
def test_what_is_no_base64_stays_refused(url: str) -> None:
    with pytest.raises(ContentError, match="not valid base64"):
        image(url)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "MPO"])
@pytest.mark.parametrize("orientation", [1, 2, 3, 5, 6, 8])
def test_an_image_of_pil_is_sent_upright(kind: str, orientation: int) -> None:
    """As `exif_transpose` turns it: nothing in what is sent says which side is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    with Image.open(io.BytesIO(picture(kind, 30, 20, exif=exif))) as opened:
        block = image(opened)
    with Image.open(io.BytesIO(base64.b64decode(block["source"]["data"]))) as read:
        assert read.size == ((20, 30) if orientation >= 5 else (30, 20))
        assert read.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("exif", [b"Exif\0\0broken", b"", b"x", b"Exif\0\0", b"Exif\0\0II*"])
def test_an_image_with_broken_metadata_is_sent_all_the_same(exif: bytes) -> None:
    with Image.open(io.BytesIO(picture("JPEG", 30, 20, exif=exif))) as opened:
        assert image(opened)["source"]["media_type"] == "image/jpeg"


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "RGBA"),
        ("JPEG", "LA"),
        ("JPEG", "P"),
        ("GIF", "CMYK"),
        ("GIF", "YCbCr"),
        ("JPEG", "I;16"),
        ("JPEG", "HSV"),
    ],
)
def test_an_image_that_was_changed_in_place_is_sent_as_png(kind: str, mode: str) -> None:
    """PIL still calls it by its old format, which does not take its new mode, as after `putalpha`."""
    changed = Image.new(mode, (5, 4))
    changed.format = kind
    assert image(changed)["source"]["media_type"] == "image/png"


@pytest.mark.parametrize("kind", ["JPEG", "GIF", "PNG", "WEBP", "MPO"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_no_comment_of_an_image_of_pil_is_sent(kind: str, orientation: int) -> None:
    exif, words = Image.Exif(), b"where it was taken"
    exif[0x0112] = orientation
    notes = PngInfo()
    notes.add_text("Comment", words.decode())
    data = picture(kind, 30, 20, exif=exif, comment=words, xmp=words, pnginfo=notes)
    assert words in data
    with Image.open(io.BytesIO(data)) as opened:
        assert words not in base64.b64decode(image(opened)["source"]["data"])


@pytest.mark.parametrize("count", [1, 20, 21, 100, 101, 600])
def test_the_number_of_images_is_for_the_gateway_to_judge(count: int, emulator: Any) -> None:
    with AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
        content = [image(PNG)] * count
        client.messages.create(model=MODEL, messages=[{"role": "user", "content": content}])
    assert len(emulator.requests[-1].body["messages"][0]["content"]) == count
