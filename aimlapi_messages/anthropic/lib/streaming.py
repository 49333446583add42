"""Streams and their events, by the names of the `anthropic` SDK."""

from importlib import import_module
from typing import Any

from ..names import find


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("aimlapi_messages.anthropic"), name.removeprefix("Beta"), None) or find(name)
