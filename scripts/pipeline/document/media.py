"""What a media type is to a client: JSON, a form, text, or bytes. Pure."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

__all__ = ["CONTENT", "Form", "form_of", "is_json"]

#: Of a parameter, in our documents: the media type of its value, which then has no style.
CONTENT = "x-content"
#: A "range", such as `*/*`, is any of the others.
Form: TypeAlias = Literal["json", "lines", "form", "multipart", "text", "bytes", "range"]

#: The first that fits counts.
FORMS: dict[Form, re.Pattern[str]] = {
    "range": re.compile(r".*\*.*"),
    "json": re.compile(r"(?:application|text)/json|.+/.+\+json"),
    "lines": re.compile(r"application/(?:x-)?(?:jsonl|ndjson|json-lines)"),
    "form": re.compile(r"application/x-www-form-urlencoded"),
    "multipart": re.compile(r"multipart/.+"),
    "text": re.compile(r"text/.+|.+/(?:.+\+|x-)?(?:xml|yaml)|application/(?:csv|graphql|javascript|sql|toml)"),
}


def form_of(media_type: str) -> Form:
    """What a media type, or a range of them, is; bytes where nothing else is known of it."""
    bare = media_type.partition(";")[0].strip().lower()
    for form, pattern in FORMS.items():
        if pattern.fullmatch(bare):
            return form
    return "bytes"


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, or written in it."""
    return form_of(media_type) == "json"
