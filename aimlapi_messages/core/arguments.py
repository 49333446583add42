"""What callers give as arguments: its types and checks, and what is known of the models that they name. Pure.

A check takes the class of the error, because a wrong setting of a client is a ConfigurationError and a wrong
argument of a call an InvalidRequestError.
"""

from __future__ import annotations

import math
import re
import sys
import warnings
from collections.abc import Mapping
from enum import Enum
from functools import cache, partial
from inspect import currentframe, iscoroutinefunction
from typing import Any, Final, Protocol, cast, get_args, runtime_checkable

from .errors import AIMLAPIError, ConfigurationError, InvalidRequestError

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONGEST_SHOWN: Final = 200  # bits of a number
_HEADER_VALUE: Final = re.compile(r"[\t -~]*")

_WHAT_IT_MEANS: Final = {
    "withdrawn": "is withdrawn, and calls of it are answered with 404",
    "superseded": "is superseded, and may end",
    "deprecated": "is deprecated, and may end",
}


class NotGiven(Enum):
    """The type of `NOT_GIVEN`: an argument that was left out, where `None` has a meaning of its own.

    `timeout=None` means "wait for ever"; `timeout=NOT_GIVEN` means "as the client says".
    """

    NOT_GIVEN = "NOT_GIVEN"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


@runtime_checkable
class SupportsToDict(Protocol):
    """Anything that can turn itself into a JSON object: generated models, `Message`, other libraries' models."""

    def to_dict(self) -> dict[str, Any]: ...


def dump_model(value: object) -> object:
    """A model as the JSON object that it says it is: generated ones by `to_dict`, pydantic's by `model_dump`."""
    if isinstance(value, (Mapping, type)):
        return cast("object", value)
    if isinstance(value, SupportsToDict):
        return value.to_dict()
    if hasattr(type(value), "model_dump"):  # without pydantic, which is neither needed nor imported
        return cast("Any", value).model_dump(mode="json", exclude_none=True)
    return value


def check_limit(name: str, seconds: object, error: type[AIMLAPIError]) -> None:
    """Raise `error` unless it is a number of seconds above 0, or None."""
    if seconds is None:
        return
    is_number = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    # An integer may be larger than a float can be.
    if not is_number or not (0 < cast("float", seconds) <= sys.float_info.max or seconds == math.inf):
        raise error(f"{name} is {shown(seconds)}. Give seconds, or None for no limit.")


def check_hook(name: str, hook: object, error: type[AIMLAPIError] = ConfigurationError) -> None:
    """Raise `error` unless it can be called, and nothing must await it; or is None."""
    async_check_hook(name, hook, error)
    if is_async(hook):
        raise error(f"{name} is an async function, which nothing awaits here. Give a plain function, or None.")


def async_check_hook(name: str, hook: object, error: type[AIMLAPIError] = ConfigurationError) -> None:
    """Raise `error` unless it can be called, or is None. Where hooks are awaited."""
    if hook is not None and not callable(hook):
        raise error(f"{name} is a {type(hook).__name__}. Give a function, or None.")


def is_async(function: object) -> bool:
    """Whether calling it returns an awaitable, as far as its definition tells."""
    inner: Any = function
    while isinstance(inner, partial):
        inner = inner.func
    called = getattr(cast("Any", type(inner)), "__call__", None)  # noqa: B004 (it may be an async method)
    return iscoroutinefunction(inner) or iscoroutinefunction(called)


def check_whole(name: str, number: object, error: type[AIMLAPIError], *, least: int = 0) -> None:
    """Raise `error` unless it is a whole number, `least` or more."""
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        raise error(f"{name} is {shown(number)}. Give a whole number, {least} or more.")


def check_headers(headers: object, error: type[AIMLAPIError] = InvalidRequestError) -> None:
    """Raise `error`, which never shows a value, for what a header cannot carry. A value may be None."""
    if not isinstance(headers, Mapping):
        raise error(f"The headers are a {type(headers).__name__}. Give a mapping of names to values.")
    for name, value in cast("Mapping[object, object]", headers).items():
        if not isinstance(name, str) or not isinstance(value, (str, type(None))):
            raise error(f"The header {name!r} cannot be sent: its name or its value is not a str. Convert it first.")
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value or ""):
            raise error(f"The header {name!r} cannot be sent: its name or its value is not one line of ASCII.")
        if name.lower() == "content-length":
            raise error(f"The header {name!r} cannot be changed: it follows from the body. Leave it out.")
        if value is None and name.lower() == "host":
            raise error(f"The header {name!r} cannot be removed: no request goes without it. Leave it out.")


def shown(value: object) -> str:
    """A number as it is, of anything else only the type: its text may be secret, or long."""
    if isinstance(value, int) and value.bit_length() > _LONGEST_SHOWN:
        return "a number of many digits"
    return repr(value) if isinstance(value, (int, float)) else f"a {type(value).__name__}"


def known_models() -> tuple[str, ...]:
    """The ids of Claude models in the document that this client was made from, aliases included. Needs no network.

    Not a limit: any other id may be given too, and newer ones come weekly; `client.models.list()` asks the gateway.
    """
    from aimlapi_client import models  # noqa: PLC0415 (models load when they are needed)

    return get_args(models.KnownModel)


def did_you_mean(model: str) -> str:
    """A sentence with the known models whose names are near, for a model that is not there; "" if there are none."""
    from difflib import get_close_matches  # noqa: PLC0415 (for a mistake only)

    from aimlapi_client.deprecations import deprecation_of  # noqa: PLC0415 (as below)

    known = [name for name in known_models() if deprecation_of(name) is None]
    near = [] if model in known else get_close_matches(model[:100].lower(), known, cutoff=0.7)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""


class ModelDeprecationWarning(UserWarning):
    """The model that a call names has ended or will. Given once for each model in a process.

    `AIMLAPI(warn_deprecated=False)` turns it off for a client, and so does Python's own filter of warnings.
    """


@cache
def warn_if_deprecated(model: str) -> None:
    """Warn of a model that has ended, the first time that a process uses it, at the line that called this package."""
    from aimlapi_client.deprecations import deprecation_of  # noqa: PLC0415 (loaded for the first call)

    found = deprecation_of(model)
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


def _depth() -> int:
    """How many frames above `warn_if_deprecated` the caller of this package is."""
    frame, depth = currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith(("aimlapi_messages", "aimlapi_client")):
        frame, depth = frame.f_back, depth + 1
    return depth
