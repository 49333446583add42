"""Where the key, the base URL and the user agent come from. Pure: the environment is an argument."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Final, NoReturn, cast
from urllib.parse import urlsplit

from .errors import ConfigurationError, MissingKeyError
from .reply import read_amount

DEFAULT_BASE_URL: Final = "https://api.aimlapi.com"
DEFAULT_MAX_RETRIES: Final = 2
KEY_VARIABLES: Final = ("AIMLAPI_API_KEY", "AIML_API_KEY")
BASE_URL_VARIABLE: Final = "AIMLAPI_BASE_URL"

_SENDABLE_KEY = re.compile(r"[!-~]+")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")


class Key:
    """An API key that does not show itself: not in a repr, an f-string, a log line or a pickle."""

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def reveal(self) -> str:
        return self.__secret

    def __repr__(self) -> str:
        return "Key(***)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is never pickled; build a new client where it is needed")


def resolve_key(api_key: str | None, environ: Mapping[str, str]) -> Key:
    """The key given, else the first of AIMLAPI_API_KEY and AIML_API_KEY that is not blank.

    The form of a key is not checked, only that a header can carry it. Raises MissingKeyError,
    ConfigurationError.
    """
    if not isinstance(cast("object", api_key), str | None):
        raise ConfigurationError(f"api_key is a {type(api_key).__name__}. Give a str.")
    candidates = [api_key] if api_key is not None else [environ.get(name) for name in KEY_VARIABLES]
    secret = next((text.strip() for text in candidates if text and text.strip()), None)
    if secret is None:
        given = "The api_key given is empty" if api_key is not None else "No API key was found"
        raise MissingKeyError(f"{given}. Pass api_key=..., or set {KEY_VARIABLES[0]} (or {KEY_VARIABLES[1]}).")
    if not _SENDABLE_KEY.fullmatch(secret):
        raise ConfigurationError(
            "The API key holds a space, a line break or a character outside ASCII; no header carries these. "
            "Copy it again from https://aimlapi.com/app/keys."
        )
    return Key(secret)


def resolve_base_url(base_url: str | None, environ: Mapping[str, str]) -> str:
    """The base URL without a trailing slash and without a trailing `/v1`, so that paths can always add `/v1`.

    Takes the argument, else AIMLAPI_BASE_URL, else the gateway. Raises ConfigurationError for anything that
    is not an http(s) URL of a host, with at most a path. The message never repeats the URL, which may hold a
    password.
    """
    source = "base_url" if base_url is not None else BASE_URL_VARIABLE
    text = str(base_url if base_url is not None else environ.get(BASE_URL_VARIABLE, "")).strip()  # also a URL of httpx
    if not text and base_url is None:
        return DEFAULT_BASE_URL
    parts, usable = urlsplit(""), False
    with suppress(ValueError):  # a port that is no number, an unclosed IPv6 bracket
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    if not usable or _BLANK_OR_CONTROL.search(text):
        raise ConfigurationError(
            f"{source} is not an http or https URL. Give one such as {DEFAULT_BASE_URL}, with or without /v1."
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{source} holds a user name, a query or a fragment. Give only scheme, host and path; "
            "pass the key as api_key=... and further query members as extra_query={...}."
        )
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def resolve_budget(budget: object) -> Decimal | None:
    """An amount of dollars, exact as it was written. Raises ConfigurationError unless it is a number, 0 or more."""
    amount = read_amount(budget)
    if amount is None and budget is not None:
        raise ConfigurationError(f"budget_usd is {budget!r}. Give US dollars, such as 5 or '0.25', or None.")
    return amount


@cache
def version() -> str:
    """The installed version; reading it is slow, so it is read on first use."""
    from importlib import metadata  # noqa: PLC0415 (slow to import)

    try:
        return metadata.version("aimlapi-messages")
    except metadata.PackageNotFoundError:
        return "0+unknown"


@cache
def user_agent() -> str:
    return f"aimlapi-messages/{version()} python/{platform.python_version()}"
