"""Fixtures of the emulator's tests: a running emulator, a client for it, and tiny images of each format."""

from __future__ import annotations

import base64
import ssl
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages.testing import Emulator

from ..support.clock import FROZEN_AT

# Reading the system's certificates takes longer than most tests.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
SMALL_DOCUMENT = Path(__file__).parent / "documents" / "small.yaml"

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def running_emulator() -> Iterator[Emulator]:
    """One emulator for the whole run, on this project's document."""
    with Emulator(frozen_at=FROZEN_AT) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator: Emulator) -> Iterator[Emulator]:
    """The running emulator, reset for each test."""
    running_emulator.reset()
    yield running_emulator
    running_emulator.reset()


@pytest.fixture
def client(emulator: Emulator) -> Iterator[httpx.Client]:
    """A plain HTTP client of the emulator, with a key."""
    headers = {"authorization": "Bearer test-key"}
    with httpx.Client(base_url=emulator.base_url, headers=headers, verify=NO_TLS) as client:
        yield client


@pytest.fixture
def ask(client: httpx.Client) -> Ask:
    """Send a message: `ask("Hello", headers={...}, max_tokens=5)`; the question may also be a block list."""

    def ask(question: str | list[dict[str, Any]], headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        body = {
            "model": "claude-sonnet-5",
            "messages": [{"role": "user", "content": question}],
            "max_tokens": 500,
            **body,
        }
        return client.post("/v1/messages", json=body, headers=headers)

    return ask


@pytest.fixture
def small_document() -> Path:
    """A small OpenAPI 3.1 document with a messages operation."""
    return SMALL_DOCUMENT


@pytest.fixture
def weather_tool() -> dict[str, Any]:
    """The tool of the documentation's example."""
    return {
        "name": "get_weather",
        "description": "Get the current weather in a given location",
        "input_schema": {
            "type": "object",
            "properties": {
                "location": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["location"],
        },
    }


@pytest.fixture
def image_bytes() -> Callable[[str, int, int], bytes]:
    """Makes the bytes of an image: `image_bytes("PNG", 640, 480)`. All but PNG are headers only."""
    makers = {
        "PNG": _png,
        "JPEG": _jpeg,
        "GIF": _gif,
        "WebP": _webp_lossy,
        "WebP lossless": _webp_lossless,
        "WebP extended": _webp_extended,
    }
    return lambda kind, width, height: makers[kind](width, height)


@pytest.fixture
def image_block() -> Callable[[str, bytes], dict[str, Any]]:
    """Makes an image block: `image_block("image/png", data)`."""

    def make(media_type: str, data: bytes) -> dict[str, Any]:
        text = base64.b64encode(data).decode("ascii")
        return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": text}}

    return make


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _jpeg(width: int, height: int) -> bytes:
    comment = b"\xff\xfe" + struct.pack(">H", 6) + b"\xff\xc0ab"  # not a frame marker, because it is in a comment
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"JF" + comment + b"\xff" + frame + b"\xff\xd9"


def _gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0\0\0;"


def _riff(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _webp_lossy(width: int, height: int) -> bytes:
    data = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width | 0x4000, height)
    return _riff(b"VP8 " + struct.pack("<I", len(data)) + data)


def _webp_lossless(width: int, height: int) -> bytes:
    data = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)
    return _riff(b"VP8L" + struct.pack("<I", len(data)) + data)


def _webp_extended(width: int, height: int) -> bytes:
    data = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _riff(b"VP8X" + struct.pack("<I", len(data)) + data)
