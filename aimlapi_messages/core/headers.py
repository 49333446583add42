"""The headers of a request: those of the client, of the kind of call, and of the caller. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from .arguments import check_headers

__all__ = ["merge_headers", "request_headers"]


def merge_headers(*layers: Mapping[str, str | None]) -> dict[str, str]:
    """One set of checked headers, names in lower case; a later layer replaces an earlier one, None takes away."""
    merged: dict[str, str | None] = {}
    for layer in layers:
        merged.update({name.lower(): value for name, value in layer.items()})
    return {name: value for name, value in merged.items() if value is not None}


def request_headers(accept: str, extra: Mapping[str, str | None] | None, *, body: bool) -> Mapping[str, str | None]:
    """The headers of a request, those of the caller last. Raises InvalidRequestError for what no header carries."""
    own = _own_headers(accept, body)
    if not extra:
        return own
    check_headers(extra)
    return {**own, **extra}


@lru_cache(maxsize=16)
def _own_headers(accept: str, body: bool) -> Mapping[str, str | None]:
    """Held once however many requests are on their way."""
    return MappingProxyType({"accept": accept, "content-type": "application/json"} if body else {"accept": accept})
