"""The checks of arguments that both a client and a single call take. Pure.

Each takes the class of the error, because a wrong setting of a client is a ConfigurationError and a wrong
argument of a call an InvalidRequestError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from .errors import AIMLAPIError, ConfigurationError, InvalidRequestError

_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE: Final = re.compile(r"[\t -~]*")


def check_limit(name: str, seconds: object, error: type[AIMLAPIError]) -> None:
    """Raise `error` unless it is a number of seconds above 0, or None."""
    if seconds is None:
        return
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
        raise error(f"{name} is {shown(seconds)}. Give seconds, or None for no limit.")


def check_hook(name: str, hook: object) -> None:
    """Raise ConfigurationError unless it can be called, or is None."""
    if hook is not None and not callable(hook):
        raise ConfigurationError(f"{name} is a {type(hook).__name__}. Give a function of one argument, or None.")


def check_max_retries(max_retries: object, error: type[AIMLAPIError]) -> None:
    """Raise `error` unless it is a whole number, 0 or more."""
    if isinstance(max_retries, bool) or not isinstance(max_retries, int) or max_retries < 0:
        raise error(f"max_retries is {shown(max_retries)}. Give a whole number, 0 for a single attempt.")


def check_headers(headers: object, error: type[AIMLAPIError] = InvalidRequestError) -> None:
    """Raise `error`, which never shows a value, for what a header cannot carry. A value may be None."""
    if not isinstance(headers, Mapping):
        raise error(f"The headers are a {type(headers).__name__}. Give a mapping of names to values.")
    for name, value in cast("Mapping[object, object]", headers).items():
        if not isinstance(name, str) or not isinstance(value, (str, type(None))):
            raise error(f"The header {name!r} cannot be sent: its name or its value is not a str. Convert it first.")
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value or ""):
            raise error(f"The header {name!r} cannot be sent: its name or its value is not one line of ASCII.")
        if value is not None and name.lower() == "content-length":
            raise error(f"The header {name!r} cannot be given: it follows from the body. Leave it out.")


def shown(value: object) -> str:
    """A number as it is, of anything else the type alone: what it says may be secret, or long."""
    return repr(value) if isinstance(value, (int, float)) else f"a {type(value).__name__}"
