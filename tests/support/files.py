"""Small files of each kind that is taken. Not a test."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

__all__ = ["PDF", "PNG", "picture"]


def picture(kind: str, width: int = 3, height: int = 2, **options: Any) -> bytes:
    """The file of an image, as PIL writes it: `picture("JPEG", 640, 480)`."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, kind, **options)
    return buffer.getvalue()


PNG = picture("PNG")

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n"
    b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n"
)
