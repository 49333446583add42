"""The frameworks that the client can be used in, each in an environment of its own. Not a test."""

from __future__ import annotations

from typing import Final

# By the module of `aimlapi_messages.integrations`: the modules that only it imports. The first is the framework's own.
FRAMEWORKS: Final[dict[str, tuple[str, ...]]] = {}
