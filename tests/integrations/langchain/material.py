"""What the tests of the chat model share. Not a test, and without LangChain."""

from __future__ import annotations

import base64

from ...support.frameworks import BLANK_PDF as PDF, PIXEL as PNG

MODEL = "anthropic/claude-sonnet-5"
KEY = "a-key-for-the-emulator"

PNG_BASE64 = base64.b64encode(PNG).decode()
PDF_BASE64 = base64.b64encode(PDF).decode()

__all__ = ["KEY", "MODEL", "PDF", "PDF_BASE64", "PNG", "PNG_BASE64"]
