"""What is checked of a call before it is sent, beyond what the document says. By the operation's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from aimlapi_client.operation import Operation

__all__ = ["CHECKS"]

#: Each raises InvalidRequestError for a call that would be refused.
CHECKS: Final[Mapping[str, Callable[[Operation[Any]], None]]] = {}
