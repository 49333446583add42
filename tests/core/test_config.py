"""Where the key and the address come from, and the version of the package."""

from __future__ import annotations

import pickle
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, ConfigurationError
from aimlapi_messages.core.config import Key, resolve_base_url, resolve_key, version

from ..support.wire import KEY


@pytest.mark.parametrize(
    ("given", "environ", "expected"),
    [
        ("a", {"AIMLAPI_API_KEY": "b"}, "a"),
        (" a\n", {}, "a"),
        (None, {"AIMLAPI_API_KEY": "b", "AIML_API_KEY": "c"}, "b"),
        (None, {"AIMLAPI_API_KEY": "", "AIML_API_KEY": "c"}, "c"),
        (None, {"AIMLAPI_API_KEY": "  ", "AIML_API_KEY": "c"}, "c"),
        (None, {"AIML_API_KEY": "c"}, "c"),
    ],
)
def test_where_the_key_comes_from(given: str | None, environ: dict[str, str], expected: str) -> None:
    """The argument, then AIMLAPI_API_KEY, then AIML_API_KEY; blank ones do not count."""
    assert resolve_key(given, environ).reveal() == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://api.aimlapi.com", "https://api.aimlapi.com"),
        ("https://api.aimlapi.com/", "https://api.aimlapi.com"),
        ("https://api.aimlapi.com/v1", "https://api.aimlapi.com"),
        ("https://api.aimlapi.com/v1/", "https://api.aimlapi.com"),
        (" http://127.0.0.1:8000/v1 ", "http://127.0.0.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://proxy.example/aiml/v1", "https://proxy.example/aiml"),
        ("https://proxy.example/apiv1", "https://proxy.example/apiv1"),
        ("HTTPS://Proxy.example", "https://Proxy.example"),
    ],
)
def test_base_urls_are_understood_with_and_without_v1(given: str, expected: str) -> None:
    """`/v1` is never doubled and never missing."""
    assert resolve_base_url(given, {}) == expected
    assert resolve_base_url(None, {"AIMLAPI_BASE_URL": given}) == expected


@pytest.mark.parametrize("environ", [{}, {"AIMLAPI_BASE_URL": " "}])
def test_without_a_base_url_the_gateway_is_asked(environ: dict[str, str]) -> None:
    """A blank variable is one that is not set."""
    assert resolve_base_url(None, environ) == "https://api.aimlapi.com"


@pytest.mark.parametrize("client", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"api_key": 5}, "api_key is a int. Give a str."),
        ({"api_key": KEY.encode()}, "api_key is a bytes. Give a str."),
        ({"api_key": [KEY]}, "api_key is a list. Give a str."),
        ({"api_key": Key(KEY)}, "api_key is a Key. Give a str."),
        ({"api_key": lambda: KEY}, "api_key is a function. Give a str."),
        ({"base_url": 5}, "base_url is not an http or https URL."),
        ({"base_url": b"https://proxy.example"}, "base_url is not an http or https URL."),
        ({"base_url": httpx.URL("https://me:secret@proxy.example")}, "base_url holds a user name"),
    ],
)
def test_what_is_no_text_is_refused_in_words(client: Any, given: dict[str, Any], told: str) -> None:
    """Without showing it."""
    with pytest.raises(ConfigurationError) as caught:
        client(**{"api_key": KEY, **given})
    assert str(caught.value).startswith(told)
    assert (KEY in str(caught.value), "secret" in str(caught.value)) == (False, False)


def test_a_url_of_httpx_is_a_base_url() -> None:
    """As it is for other clients."""
    url: Any = httpx.URL("https://proxy.example/aiml/v1")
    assert resolve_base_url(url, {}) == "https://proxy.example/aiml"


def test_a_bad_variable_is_named() -> None:
    """The one who reads the error knows where to look."""
    with pytest.raises(ConfigurationError, match=r"^AIMLAPI_BASE_URL is not"):
        resolve_base_url(None, {"AIMLAPI_BASE_URL": "nonsense"})


def test_a_key_shows_itself_nowhere() -> None:
    """Not in a repr, a string or a format, and it refuses to be pickled."""
    key = Key(KEY)
    assert {repr(key), str(key), f"{key}", f"{key!r:>8}"} == {"Key(***)"}
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(key)


def test_without_an_installation_the_version_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source tree that is not installed still runs."""
    monkeypatch.setattr("importlib.metadata.version", _not_installed)
    assert version.__wrapped__() == "0+unknown"


def _not_installed(name: str) -> str:
    from importlib.metadata import PackageNotFoundError  # noqa: PLC0415

    raise PackageNotFoundError(name)


def test_an_installed_version_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The distribution's own number is used."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2.3+{name}")
    assert version.__wrapped__() == "1.2.3+aimlapi-messages"
