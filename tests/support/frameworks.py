"""The frameworks that the client can be used in, each in an environment of its own. Not a test."""

from __future__ import annotations

import base64
from typing import Final

# By the module of `aimlapi_messages.integrations`: the modules that only it imports. The first is the framework's own.
FRAMEWORKS: Final[dict[str, tuple[str, ...]]] = {
    "langchain": ("langchain_core", "langsmith"),
    "mcp": ("mcp", "mcp_types"),
    "llm": ("llm",),
    "otel": ("opentelemetry.sdk", "opentelemetry"),
    "pydantic_ai": ("pydantic_ai", "genai_prices"),
}

# Files for where no other package draws them: a picture of one pixel, and a document without pages.
PIXEL: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BLANK_PDF: Final = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
