"""Large files are read once, and no copy of them is made that can be spared."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import document, image

from ..support.files import PDF, PNG
from ..support.parts import message_operation

SIZE = 3 * 1024 * 1024
DATA = PNG + bytes(SIZE - len(PNG))


def peak(make: Callable[[], Any]) -> float:
    """The most memory that was taken at once, in sizes of the file."""
    make()  # what is imported and cached at the first time does not count
    tracemalloc.start()
    try:
        make()
        return tracemalloc.get_traced_memory()[1] / SIZE
    finally:
        tracemalloc.stop()


class Counting:
    """A file object that counts what is read of it."""

    def __init__(self, data: bytes) -> None:
        self.file = io.BytesIO(data)
        self.given = 0

    def read(self, size: int, /) -> bytes:
        data = self.file.read(size)
        self.given += len(data)
        return data


def test_a_file_is_read_once() -> None:
    file = Counting(DATA)
    image(file)
    assert file.given == len(DATA)


def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    file = Counting(PNG + bytes(20 * 1024 * 1024))
    with pytest.raises(ValueError, match="at least"):
        image(file)
    assert file.given == 5 * 1024 * 1024 // 4 * 3 + 1


def test_an_image_takes_three_times_its_file_while_it_is_read(tmp_path: Path) -> None:
    """Its bytes, and the base64 in the making, which takes room for twice the bytes."""
    path = tmp_path / "large.png"
    path.write_bytes(DATA)
    assert peak(lambda: image(path)) < 3.1


def test_bytes_are_not_copied_before_they_are_base64() -> None:
    assert peak(lambda: image(DATA)) < 2.8


def test_a_pdf_is_not_copied_before_it_is_base64() -> None:
    data = PDF + bytes(SIZE)
    assert peak(lambda: document(data)) < 2.8


def test_a_text_is_copied_once() -> None:
    data = b"a" * SIZE
    assert peak(lambda: document(data)) < 1.1


def test_a_request_takes_its_text_and_its_bytes() -> None:
    """What it holds is 4/3 of the file in base64, which is written once and encoded; no copy is made for checks."""
    messages = [{"role": "user", "content": [image(DATA)]}]
    call: dict[str, Any] = {"model": "m", "messages": messages, "max_tokens": 5, "stream": False, "options": {}}
    assert peak(lambda: message_operation(**call)) < 3.1
