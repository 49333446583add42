"""Which models have ended, as far as is known here, and the warning about them. No I/O.

What is known begins with what the gateway's pages said when this was written, and grows by each answer of
`client.models.deprecations()`.
"""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .catalogue import Deprecation

__all__ = ["ModelDeprecationWarning", "learn", "warn_of"]

# aimlapi/api-docs, docs/api-references/model-database.md, 2026-08-21, and its history; withdrawals of 2026-09-09
# from aimlapi/models.dev-aimlapi. Undated ids without prefix, dashed.
_WITHDRAWN: Final = (
    "claude-opus-4-8-fast",
    "claude-opus-4-7-fast",
    "claude-3-7-sonnet",
    "claude-3-5-sonnet",
    "claude-3-5-haiku",
    "claude-3-opus",
    "claude-3-sonnet",
)
_DEPRECATED: Final = ("claude-opus-4", "claude-sonnet-4")

_known: Final[dict[str, str]] = {
    **dict.fromkeys(_WITHDRAWN, "is withdrawn, and calls of it are answered with 404"),
    **dict.fromkeys(_DEPRECATED, "is deprecated, and may end"),
}
_warned: Final[set[str]] = set()
_lock: Final = Lock()


class ModelDeprecationWarning(UserWarning):
    """The model that a call names has ended or will. Given once for each model in a process.

    `AIMLAPI(warn_deprecated=False)` turns it off for a client, and so does Python's own filter of warnings.
    """


def learn(found: Iterable[Deprecation]) -> None:
    """Take over what the gateway says of its models."""
    for model in found:
        ends = f" It ends on {model.shutdown_at:%Y-%m-%d}." if model.shutdown_at else ""
        instead = f" Use {model.replaced_by!r} instead." if model.replaced_by else ""
        for name in (model.id, *model.aliases):
            _known[_plain(name)] = f"is {model.status}.{ends}{instead}".removesuffix(".")


def warn_of(model: str) -> None:
    """Warn of a model that has ended, the first time that a process uses it, at the line that called this package."""
    problem = _known.get(_plain(model))
    if problem is None:
        return
    with _lock:
        if model in _warned:
            return
        _warned.add(model)
    warnings.warn(
        f"The model {model!r} {problem}. `client.models.deprecations()` says what to use instead.",
        ModelDeprecationWarning,
        stacklevel=_depth(),
    )


def _depth() -> int:
    """How far above `warn_of` the first frame is that is not of this package."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("aimlapi_messages"):
        frame, depth = frame.f_back, depth + 1
    return depth


def _plain(model: str) -> str:
    """`anthropic/claude-3.5-sonnet-20240620`: `claude-3-5-sonnet`."""
    name = re.sub(r"-\d{8}$", "", model.lower().removeprefix("anthropic/").replace(".", "-"))
    return name if name in _known else name.removesuffix("-latest")
