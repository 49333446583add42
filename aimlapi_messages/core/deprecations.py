"""The warning about models that have ended or will. The list is generated from the gateway's feed. No I/O."""

from __future__ import annotations

import inspect
import re
import warnings
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aimlapi_client.deprecations import Deprecation

_WHAT_IT_MEANS: Final = {
    "withdrawn": "is withdrawn, and calls of it are answered with 404",
    "superseded": "is superseded, and may end",
    "deprecated": "is deprecated, and may end",
}

_warned: Final[set[str]] = set()
_lock: Final = Lock()


class ModelDeprecationWarning(UserWarning):
    """The model that a call names has ended or will. Given once for each model in a process.

    `AIMLAPI(warn_deprecated=False)` turns it off for a client, and so does Python's own filter of warnings.
    """


def warn_if_deprecated(model: str) -> None:
    """Warn of a model that has ended, the first time that a process uses it, at the line that called this package."""
    if model in _warned:
        return
    with _lock:
        if model in _warned:
            return
        _warned.add(model)  # also one that has not ended, so that it is looked up once
    found = _known().get(_undated(model)) or _known().get(_undated(model).removesuffix("-latest"))
    if found is None:
        return
    status = _WHAT_IT_MEANS.get(found.status, f"is {found.status}")
    ends = f" It ends on {found.shutdown_at[:10]}." if found.shutdown_at else ""
    instead = f" Use {found.replaced_by!r} instead." if found.replaced_by else ""
    warnings.warn(
        f"The model {model!r} {status}.{ends}{instead} `client.models.deprecations()` says how it is today.",
        ModelDeprecationWarning,
        stacklevel=_depth(),
    )


@cache
def _known() -> Mapping[str, Deprecation]:
    from aimlapi_client.deprecations import DEPRECATIONS  # noqa: PLC0415 (loaded for the first call)

    return {_undated(name): found for name, found in DEPRECATIONS.items()}


def _depth() -> int:
    """How far above `warn_if_deprecated` the first frame is that is not of this package."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("aimlapi_messages"):
        frame, depth = frame.f_back, depth + 1
    return depth


def _undated(model: str) -> str:
    """`anthropic/claude-3.5-sonnet-20240620`: `claude-3-5-sonnet`."""
    return re.sub(r"-\d{8}$", "", model.lower().removeprefix("anthropic/").replace(".", "-"))
