"""Images and documents: described by format and size, rejected if they are not what they claim."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing.model.media import describe, read_image

Ask = Callable[..., httpx.Response]
ImageBytes = Callable[[str, int, int], bytes]
ImageBlock = Callable[[str, bytes], dict[str, Any]]


def text_of(response: httpx.Response) -> str:
    """The text of an answer."""
    return "".join(block["text"] for block in response.json()["content"])


def document_block(source: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A document block with the given source."""
    return {"type": "document", "source": source, **fields}


def encode(data: bytes) -> str:
    """Bytes in base64."""
    return base64.b64encode(data).decode("ascii")


@pytest.mark.parametrize(
    ("kind", "media_type", "name"),
    [
        ("PNG", "image/png", "PNG"),
        ("JPEG", "image/jpeg", "JPEG"),
        ("GIF", "image/gif", "GIF"),
        ("WebP", "image/webp", "WebP"),
        ("WebP lossless", "image/webp", "WebP"),
        ("WebP extended", "image/webp", "WebP"),
    ],
)
def test_an_image_is_told(
    ask: Ask, image_bytes: ImageBytes, image_block: ImageBlock, kind: str, media_type: str, name: str
) -> None:
    """The format and the size in pixels are read from the image itself."""
    response = ask([image_block(media_type, image_bytes(kind, 640, 480)), {"type": "text", "text": "What is it?"}])
    assert text_of(response) == f'The image is a {name} of 640 by 480 pixels. You asked: "What is it?"'


def test_several_images_are_listed(ask: Ask, image_bytes: ImageBytes, image_block: ImageBlock) -> None:
    """Several images are numbered in order, including one given by its URL."""
    response = ask(
        [
            image_block("image/png", image_bytes("PNG", 1, 2)),
            {"type": "image", "source": {"type": "url", "url": "https://example.com/cat.jpg"}},
            image_block("image/gif", image_bytes("GIF", 5, 6)),
        ]
    )
    assert text_of(response) == (
        "Image 1 is a PNG of 1 by 2 pixels. "
        "Image 2 is at the URL https://example.com/cat.jpg, which was not fetched. "
        "Image 3 is a GIF of 5 by 6 pixels."
    )


def test_an_openai_data_url_is_read(ask: Ask, image_bytes: ImageBytes) -> None:
    """An image_url part with inline data is an image like any other."""
    url = f"data:image/png;base64,{encode(image_bytes('PNG', 7, 9))}"
    response = ask([{"type": "image_url", "image_url": {"url": url}}])
    assert text_of(response) == "The image is a PNG of 7 by 9 pixels."


def test_an_openai_url_is_not_fetched(ask: Ask) -> None:
    """An image_url part with another URL is described by it."""
    response = ask([{"type": "image_url", "image_url": {"url": "https://example.com/cat.jpg"}}])
    assert text_of(response) == "The image is at the URL https://example.com/cat.jpg, which was not fetched."


def test_only_the_last_message_is_described(ask: Ask, image_bytes: ImageBytes, image_block: ImageBlock) -> None:
    """An image of an earlier turn is checked, but the answer is about the last question."""
    messages = [
        {"role": "user", "content": [image_block("image/png", image_bytes("PNG", 1, 1))]},
        {"role": "assistant", "content": "A dot."},
        {"role": "user", "content": "Thank you"},
    ]
    assert "pixels" not in text_of(ask("", messages=messages))


def test_an_image_costs_tokens(ask: Ask, image_bytes: ImageBytes, image_block: ImageBlock) -> None:
    """Images count as input tokens by their size, not by the length of their data."""
    plain = ask("What is it?").json()["usage"]["input_tokens"]
    block = image_block("image/png", image_bytes("PNG", 750, 100))
    seen = ask([block, {"type": "text", "text": "What is it?"}]).json()["usage"]["input_tokens"]
    assert seen == plain + 100


@pytest.mark.parametrize(
    ("media_type", "data", "reason"),
    [
        ("image/png", "not base64!", "the data is not valid base64"),
        ("image/png", "Zm9vé", "the data is not valid base64"),
        ("image/png", "", "the data is empty"),
        ("image/png", encode(b"just text"), "the data is not a PNG, JPEG, GIF or WebP image"),
        (
            "image/jpeg",
            encode(b"GIF89a\x01\0\x01\0"),
            "the media type is image/jpeg, but the data is image/gif",
        ),
        ("image/png", encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "the image is truncated before its size"),
        ("image/gif", encode(b"GIF89a\0\0\0\0"), "the GIF image has no pixels"),
    ],
)
def test_an_invalid_image_is_refused(ask: Ask, media_type: str, data: str, reason: str) -> None:
    """An image that cannot be read, or has another type than declared, gets 400 with the reason."""
    source = {"type": "base64", "media_type": media_type, "data": data}
    response = ask([{"type": "text", "text": "Look"}, {"type": "image", "source": source}])
    assert response.status_code == 400
    assert response.json()["error"]["details"] == [{"path": "messages[0].content[1].source", "reason": reason}]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9\xff\xff",
        b"\xff\xd8\xff\xe0\x00\x00",
        b"\xff\xd8\xff\xe0\x00\x02nothing",
        b"\xff\xd8\xff\xda\x00\x02",
        b"\xff\xd8\xff\x01\xff\xd0\xff\xda\x00\x02",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 20,
        b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 20,
        b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 10,
        b"RIFF\0\0\0\0WEBPALPH" + b"\0" * 20,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
        b"",
    ],
)
def test_damaged_files_are_rejected(data: bytes) -> None:
    """Any invalid bytes raise ValueError and nothing else."""
    with pytest.raises(ValueError, match=r"image"):
        read_image(data)


def test_an_invalid_image_in_a_tool_result_is_refused(ask: Ask, image_block: ImageBlock) -> None:
    """Images inside tool results are checked, too, with their path."""
    result = {"type": "tool_result", "tool_use_id": "a", "content": [image_block("image/png", b"text")]}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "look", "input": {}}]},
        {"role": "user", "content": [result]},
    ]
    response = ask("", messages=messages)
    assert response.json()["error"]["details"][0]["path"] == "messages[2].content[0].content[0].source"


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (
            document_block({"type": "base64", "media_type": "application/pdf", "data": encode(b"%PDF-1.7 x")}),
            "The document is a PDF of 10 bytes.",
        ),
        (
            document_block({"type": "text", "media_type": "text/plain", "data": "Hello"}, title="Greeting"),
            "The document is plain text of 5 characters, titled Greeting.",
        ),
        (
            document_block({"type": "base64", "media_type": "text/plain", "data": encode("Höhe".encode())}),
            "The document is plain text of 4 characters.",
        ),
        (
            document_block({"type": "url", "url": "https://example.com/a.pdf"}),
            "The document is at the URL https://example.com/a.pdf, which was not fetched.",
        ),
        (
            document_block({"type": "content", "content": [{"type": "text", "text": "a"}]}),
            "The document is a list of 1 blocks.",
        ),
        (
            document_block({"type": "content", "content": "abc"}),
            "The document is plain text of 3 characters.",
        ),
    ],
)
def test_a_document_is_described(ask: Ask, block: dict[str, Any], text: str) -> None:
    """A document is described by its type and size."""
    assert text_of(ask([block])) == text


def test_a_document_of_another_source_is_described() -> None:
    """A source that only some of the gateway's documents allow is described by its type."""
    assert describe(document_block({"type": "file", "file_id": "file_1"})) == "from a source of type file"


@pytest.mark.parametrize(
    "source",
    [
        {"type": "base64", "media_type": "application/pdf", "data": encode(b"no pdf")},
        {"type": "base64", "media_type": "text/plain", "data": encode(b"\xff\xfe\xfd")},
    ],
)
def test_an_invalid_document_is_refused(ask: Ask, source: dict[str, Any]) -> None:
    """An invalid PDF, and text that is not UTF-8, get 400."""
    assert ask([document_block(source)]).status_code == 400
