"""The errors of calls as LangChain's own too, so that what handles those handles them. `langchain` has the model."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, cast

from langchain_core import exceptions

from .. import APIError

_OVERFLOW: Final = re.compile(r"prompt is too long|exceeds? (the )?(\w+('s)? )?(maximum )?context", re.IGNORECASE)

# LangChain's error for those of ours and their children, by name.
_ERRORS: Final = {
    "APITimeoutError": exceptions.ModelTimeoutError,
    "APIConnectionError": exceptions.ModelConnectionError,
    "AuthenticationError": exceptions.ModelAuthenticationError,
    "PermissionDeniedError": exceptions.ModelPermissionDeniedError,
    "NotFoundError": exceptions.ModelNotFoundError,
    "RateLimitError": exceptions.ModelRateLimitError,
    "InternalServerError": exceptions.ModelAPIError,
    "APIStatusError": exceptions.ModelInvalidRequestError,
    "APIError": exceptions.ModelAPIError,
}


@cache
def _both(ours: Any, theirs: Any) -> type[APIError]:
    """A class of errors that both names catch. It pickles as ours."""

    def reduce(error: APIError) -> tuple[Any, ...]:
        return ours, (error.message,), vars(error)

    return type(ours.__name__, (ours, theirs), {"__module__": ours.__module__, "__reduce__": reduce})


@contextmanager
def classified() -> Generator[None]:
    """What a call raises is the error of this package, and LangChain's own for the same thing too."""
    try:
        yield
    except APIError as error:
        if not isinstance(error, exceptions.ModelError):
            names = [kind.__name__ for kind in type(error).__mro__]
            theirs: Any = next(_ERRORS[name] for name in names if name in _ERRORS)
            if error.status_code == 400 and _OVERFLOW.search(error.message):
                theirs = exceptions.ContextOverflowError
            error.__class__ = _both(cast("Any", type(error)), theirs)
        raise
