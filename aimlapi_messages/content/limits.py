"""The limits of the images and documents in a request. No I/O.

They are those that Anthropic documents for its models; the gateway documents none of its own.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ..core.errors import ContentError
from ..core.json import is_array

MAX_IMAGE_BASE64: Final = 5 * 1024 * 1024
MAX_REQUEST_BASE64: Final = 32 * 1024 * 1024

# Models with a context of 200,000 tokens take fewer images than those with a larger one.
_MAX_IMAGES: Final = 600
_MAX_IMAGES_SMALL_CONTEXT: Final = 100
_SMALL_CONTEXT: Final = re.compile(r"\bclaude-(3|haiku-4|opus-4(?![.-][789])|sonnet-4[.-][56])")


class MediaCheck:
    """Counts the images of a request to a model, and the size of its images and documents."""

    def __init__(self, model: str) -> None:
        self._max_images = _MAX_IMAGES_SMALL_CONTEXT if _SMALL_CONTEXT.search(model) else _MAX_IMAGES
        self._images = 0
        self._size = 0

    def add(self, messages: list[Any], first: int = 0) -> None:
        """Count messages in plain JSON types. `first` is the index of the first one, for errors.

        Raises ContentError, which names the block ("messages[0].content[3]"), for more images than the model takes,
        or 32 MB of base64 and document text.
        """
        for index, message in enumerate(messages, first):
            self._add(message.get("content"), f"messages[{index}].content")

    def _add(self, content: object, path: str) -> None:
        """Count the blocks of a content, and those in tool results and documents."""
        for index, block in enumerate(content if is_array(content) else ()):
            place = f"{path}[{index}]"
            match block:
                case {"type": "tool_result", "content": inner}:
                    self._add(inner, f"{place}.content")
                case {"type": "document", "source": {"content": inner}}:
                    self._add(inner, f"{place}.source.content")
                case {"type": "image" | "image_url" | "document" as kind}:
                    self._count(block, place, is_image=kind != "document")
                case _:
                    pass

    def _count(self, block: object, place: str, *, is_image: bool) -> None:
        match block:
            case {"type": "image_url", "image_url": {"url": str(url)}} if url[:5].lower() == "data:":
                self._size += len(url) - url.find(",") - 1
            case {"source": {"data": str(data)}}:
                self._size += len(data)
            case _:
                pass
        if self._size >= MAX_REQUEST_BASE64:
            raise ContentError(
                f"With {place}, the images and documents of the request come to 32 MB of base64 or more. "
                "Send fewer or smaller ones, or give their URLs."
            )
        self._images += is_image
        if self._images > self._max_images:
            raise ContentError(f"{place} is image {self._images} of the request; at most {self._max_images} are taken.")
