"""The client in other frameworks, a module for each: none is imported but by its name, with the extra of that name."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """`llm_plugin`, which every command of `llm` loads: the module `llm`, or an empty one where `llm` is too old."""
    if name != "llm_plugin":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return import_module(f"{__name__}.llm")
    except ImportError as error:
        print(f"No models of the AI/ML API: {error}", file=sys.stderr)
        return ModuleType(f"{__name__}.llm")
