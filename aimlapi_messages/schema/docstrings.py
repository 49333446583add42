"""What a docstring says of a function or class, and of each parameter or attribute."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

__all__ = ["Docstring", "read_docstring"]


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring taken apart.

    summary_and_body: the text without its sections.
    params: the description of each parameter and attribute that has one.
    """

    summary_and_body: str = ""
    params: Mapping[str, str] = field(default_factory=dict[str, str])


def read_docstring(text: str | None) -> Docstring:
    """Take a docstring apart, whether in the style of Google, NumPy, Sphinx or epydoc.

    That needs docstring_parser, the extra `tools`. Without it, or if it cannot read the text, the text stays whole.
    """
    cleaned = inspect.cleandoc(text or "")
    if not cleaned:
        return Docstring()
    try:
        parser: Any = import_module("docstring_parser")
    except ImportError:
        return Docstring(cleaned)
    try:
        found: Any = parser.parse(cleaned)
    except parser.ParseError:
        return Docstring(cleaned)
    gap = "\n\n" if found.blank_after_short_description else "\n"
    body = gap.join(part for part in (found.short_description, found.long_description) if part)
    # A name may come as `*names` in NumPy's style, and a description as None.
    params = {param.arg_name.lstrip("*"): param.description.strip() for param in found.params if param.description}
    return Docstring(body, params)
