"""Keys, addresses, and the life of a client."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import re
from typing import Any

import aiohttp
import httpx
import httpx2
import pytest

from aimlapi_messages import (
    AIMLAPI,
    NOT_GIVEN,
    AsyncAIMLAPI,
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    MissingKeyError,
    NotGiven,
)

from ..support.callers import Caller, in_process
from ..support.held_server import HeldServer
from ..support.transports import connections_of
from ..support.wire import KEY, MODEL, TEXT_EVENTS, Gateway, answer, body, sse, text_block

GOOD = answer(body(text_block("Hi")))


@pytest.mark.parametrize("client", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_missing_key_is_told_at_once(client: Any, given: str | None) -> None:
    """The error names both variables and the argument."""
    with pytest.raises(MissingKeyError, match=r"api_key=.*AIMLAPI_API_KEY.*AIML_API_KEY"):
        client(api_key=given)


@pytest.mark.parametrize("given", ["two words", "line\nbreak", "schlüssel"])
def test_a_key_that_no_header_carries_is_refused_without_showing_it(given: str) -> None:
    """Half a key in a traceback is a leaked key."""
    with pytest.raises(ConfigurationError) as caught:
        AIMLAPI(api_key=given)
    assert given not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "api.aimlapi.com",
        "ftp://api.aimlapi.com",
        "file:///etc/passwd",
        "https://",
        "https://host:port",
        "https://host:0",
        "https://[::1",
        "https://ho st",
        "https://host/\x00",
        "https://user:hunter2@host",
        "https://host?key=hunter2",
        "https://host#hunter2",
    ],
)
def test_what_is_no_base_url_is_refused_without_showing_it(given: str) -> None:
    """The error names the argument, says what a good one looks like, and repeats no password."""
    with pytest.raises(ConfigurationError, match=r"^base_url ") as caught:
        AIMLAPI(api_key=KEY, base_url=given)
    assert "hunter2" not in str(caught.value)


@pytest.mark.anyio
async def test_an_address_that_httpx_refuses_is_a_configuration_error(caller: Caller) -> None:
    """Whatever httpx finds wrong with a URL, the error is ours."""
    caller.options = {"base_url": "https://xn--.example"}
    caller.meet(GOOD)
    with pytest.raises(ConfigurationError, match="Check base_url"):
        await caller.create()


@pytest.mark.anyio
async def test_a_client_shows_its_key_nowhere(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """Neither its parts nor the log of a failing call hold the key, and it refuses to be pickled."""
    caller.options = {"default_headers": {"x-other": "hunter2"}}
    caller.meet(answer({"status": 500}, 500, {"retry-after-ms": "1"}), answer({"status": 401}, 401))
    with caplog.at_level(logging.DEBUG), pytest.raises(AuthenticationError) as caught:
        await caller.create(max_retries=1)
    shown = [repr(caller.client), repr(vars(caller.client)), caplog.text, repr(caught.value), repr(vars(caught.value))]
    assert not re.search(f"{KEY}|hunter2", " ".join(shown))
    with pytest.raises(TypeError):
        pickle.dumps(caller.client)


@pytest.mark.anyio
@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
@pytest.mark.parametrize("is_used", [False, True])
async def test_a_client_that_cannot_be_copied_says_what_to_do(caller: Caller, copied: Any, is_used: bool) -> None:
    """Whatever else it holds by then that cannot be copied."""
    caller.meet(GOOD)
    if is_used:
        await caller.create()
    with pytest.raises(TypeError, match="build a new client"):
        copied(caller.client)


@in_process
@pytest.mark.anyio
async def test_a_changed_copy_keeps_what_is_not_changed(caller: Caller) -> None:
    """The copy shares connections and sums; the original stays as it was."""
    caller.options = {"default_headers": {"x-a": "1"}, "timeout": 3, "base_url": "https://one.example"}
    gateway = caller.meet(answer(body(text_block("Hi"), meta={"usage": {"usd_spent": 0.5}})))
    before = caller.client
    caller.client = before.with_options(
        api_key="other", base_url="https://two.example/v1", timeout=None, max_retries=7, default_headers={"x-b": "2"}
    )
    await caller.create()
    request = gateway.requests[0]
    assert str(request.url) == "https://two.example/v1/messages"
    assert request.headers["authorization"] == "Bearer other"
    assert (request.headers["x-a"], request.headers["x-b"]) == ("1", "2")
    assert (caller.client.max_retries, caller.client.timeout) == (7, None)
    assert (before.base_url, before.max_retries, before.timeout) == ("https://one.example", 2, 3)
    assert str(before.spent) == "0.5"
    again = caller.client.with_options()
    assert (again.base_url, again.max_retries, again.timeout) == ("https://two.example", 7, None)


def test_a_copy_has_no_other_settings() -> None:
    """A name that is no setting is refused, as any function refuses an unknown argument."""
    options: Any = {"key": "other"}
    with pytest.raises(TypeError, match="unexpected argument 'key'"):
        AIMLAPI(api_key=KEY).with_options(**options)


def test_a_client_makes_no_connection_before_it_needs_one() -> None:
    """Nor does it load certificates. What the first request makes is kept for the next, and closed with the client."""
    with HeldServer() as server:
        client = AIMLAPI(api_key=KEY, base_url=server.base_url)
        assert not connections_of(client)
        for _ in range(2):
            client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
            assert len(server._open) == len(connections_of(client)) == 1
        client.close()
        server.wait_for_connections(0)


@pytest.mark.anyio
async def test_an_async_client_makes_no_connection_before_it_needs_one() -> None:
    """The same for asyncio."""
    with HeldServer() as server:
        client = AsyncAIMLAPI(api_key=KEY, base_url=server.base_url)
        assert not connections_of(client)
        for _ in range(2):
            await client.messages.create(model=MODEL, messages="Hi", extra_headers={"x-answer": "a body"})
            assert len(server._open) == len(connections_of(client)) == 1
        await client.close()
        await asyncio.to_thread(server.wait_for_connections, 0)


def test_a_closed_client_says_so() -> None:
    """A request after the end is told from a broken connection; closing twice is no harm."""
    with Gateway(GOOD).client() as client:
        client.messages.create(model="m", messages="Hi")
    client.close()
    with pytest.raises(ConfigurationError, match="client is closed"):
        client.messages.create(model="m", messages="Hi")


@pytest.mark.anyio
async def test_a_closed_async_client_says_so() -> None:
    """The same for asyncio."""
    async with Gateway(GOOD).async_client() as client:
        await client.messages.create(model="m", messages="Hi")
    await client.close()
    with pytest.raises(ConfigurationError, match="client is closed"):
        await client.messages.create(model="m", messages="Hi")


def test_a_given_http_client_stays_its_giver_s() -> None:
    """It is left open, and when its giver closes it, the error says so."""
    http_client = httpx.Client(transport=httpx.MockTransport(Gateway(GOOD)))
    AIMLAPI(api_key=KEY, http_client=http_client).close()
    assert not http_client.is_closed
    client = AIMLAPI(api_key=KEY, http_client=http_client)
    http_client.close()
    with pytest.raises(ConfigurationError, match="client is closed"):
        client.messages.create(model="m", messages="Hi")


@pytest.mark.parametrize(
    ("given", "asked", "expected"),
    [
        ({}, {}, httpx.Timeout(3)),
        ({"timeout": 4}, {}, httpx.Timeout(4)),
        ({"timeout": None}, {}, httpx.Timeout(None)),
        ({}, {"timeout": 5}, httpx.Timeout(5)),
        ({}, {"timeout": None}, httpx.Timeout(None)),
        ({"timeout": 4}, {"timeout": httpx.Timeout(7, read=6)}, httpx.Timeout(7, read=6)),
        ({"timeout": httpx2.Timeout(5)}, {}, httpx.Timeout(5)),
        ({"timeout": 4}, {"timeout": httpx2.Timeout(7, read=6)}, httpx.Timeout(7, read=6)),
    ],
)
def test_a_given_http_client_keeps_its_own_timeout(given: Any, asked: Any, expected: httpx.Timeout) -> None:
    """Unless one is given to the client or to the call."""
    gateway = Gateway(GOOD)
    http_client = httpx.Client(transport=httpx.MockTransport(gateway), timeout=3)
    async_http_client = httpx.AsyncClient(transport=httpx.MockTransport(gateway.respond), timeout=3)
    AIMLAPI(api_key=KEY, http_client=http_client, **given).messages.create(model=MODEL, messages="Hi", **asked)
    client = AsyncAIMLAPI(api_key=KEY, http_client=async_http_client, **given)
    asyncio.run(client.messages.create(model=MODEL, messages="Hi", **asked))
    assert [request.extensions["timeout"] for request in gateway.requests] == [expected.as_dict()] * 2


@pytest.mark.parametrize("limit", ["total_timeout", "idle_timeout"])
def test_limits_bound_the_timeout_of_a_given_http_client(limit: str) -> None:
    """As they bound every other."""
    gateway = Gateway(answer(sse(*TEXT_EVENTS)))
    http_client = httpx.Client(transport=httpx.MockTransport(gateway), timeout=1000)
    options: dict[str, Any] = {limit: 500}
    with AIMLAPI(api_key=KEY, http_client=http_client, **options) as client:
        assert client.timeout == httpx.Timeout(1000)
        with client.messages.stream(model=MODEL, messages="Hi") as stream:
            stream.until_done()
    assert 400 < gateway.requests[0].extensions["timeout"]["read"] <= 500


def test_what_httpx_gives_a_client_is_no_timeout_of_its_own() -> None:
    """Five seconds are too short for an answer, and nobody has chosen them."""
    assert AIMLAPI(api_key=KEY, http_client=httpx.Client()).timeout == AIMLAPI(api_key=KEY).timeout
    assert AIMLAPI(api_key=KEY, http_client=httpx.Client(timeout=None)).timeout == httpx.Timeout(None)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "name", ["User-Agent", "authorization", "Accept", "content-type", "ACCEPT-ENCODING", "connection", "x-own"]
)
async def test_none_removes_a_header(caller: Caller, name: str) -> None:
    """Whoever would add it: of the client or of a call, and a call may set it again."""
    caller.options = {"default_headers": {"x-own": "1"}}
    gateway = caller.meet(GOOD)
    await caller.create(extra_headers={name: None})
    caller.client = caller.client.with_options(default_headers={name: None})
    await caller.create()
    await caller.create(extra_headers={name.lower(): "other"})
    assert [request.headers.get(name) for request in gateway.requests] == [None, None, "other"]


@pytest.mark.anyio
async def test_redirects_are_not_followed_even_by_a_client_that_would(caller: Caller) -> None:
    """The key is never sent to an address that a server names."""
    caller.meet(answer(b"", 307, {"location": "https://evil.example/v1/messages"}), GOOD)
    with pytest.raises(Exception, match="Redirects are not followed"):
        await caller.create()
    assert len(caller.gateway.requests) == 1


def test_not_given_is_false_and_says_its_name() -> None:
    """It reads well in signatures."""
    assert not NOT_GIVEN
    assert repr(NOT_GIVEN) == "NOT_GIVEN"
    assert isinstance(NOT_GIVEN, NotGiven)


@pytest.mark.parametrize("client", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"max_retries": -1}, "max_retries is -1"),
        ({"max_retries": 1.5}, "max_retries is 1.5"),
        ({"max_retries": True}, "max_retries is True"),
        ({"max_retries": "2"}, "max_retries is a str"),
        ({"timeout": "5"}, "timeout is a str. Give seconds, a Timeout of httpx or httpx2, or None"),
        ({"timeout": (5, 10)}, "timeout is a tuple"),
        ({"timeout": aiohttp.ClientTimeout(5)}, "timeout is a ClientTimeout"),
        ({"timeout": -1}, "timeout is -1"),
        ({"timeout": float("nan")}, "timeout is nan"),
        ({"timeout": True}, "timeout is True"),
        ({"timeout": httpx.Timeout(5, read=-1)}, "timeout.read is -1. Give seconds, a Timeout of httpx or httpx2"),
        ({"timeout": httpx.Timeout(None, pool=True)}, "timeout.pool is True"),
        ({"timeout": httpx2.Timeout(float("nan"))}, "timeout.connect is nan"),
        ({"default_headers": {"x": 5}}, "'x' cannot be sent"),
        ({"default_headers": {5: "x"}}, "5 cannot be sent"),
        ({"default_headers": {"x": "a\nb"}}, "'x' cannot be sent"),
        ({"default_headers": ["x"]}, "headers are a list"),
        ({"default_headers": {"Host": None}}, "'Host' cannot be removed"),
        ({"default_headers": {"content-length": None}}, "'content-length' cannot be changed"),
        ({"http_client": object()}, "http_client is a object"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_once(client: Any, setting: dict[str, Any], problem: str) -> None:
    """The error is raised where the mistake was made, and not by the first request."""
    with pytest.raises(ConfigurationError, match=problem):
        client(api_key=KEY, **setting)


@pytest.mark.parametrize(
    ("client", "given"),
    [
        (AIMLAPI, httpx.AsyncClient),
        (AsyncAIMLAPI, httpx.Client),
        (AIMLAPI, httpx2.AsyncClient),
        (AsyncAIMLAPI, httpx2.Client),
    ],
)
def test_the_other_kind_of_http_client_is_refused(client: Any, given: Any) -> None:
    """They look alike, and fail in ways that nobody understands."""
    with pytest.raises(ConfigurationError, match=f"http_client is a {given.__name__}"):
        client(api_key=KEY, http_client=given())


@pytest.mark.anyio
@pytest.mark.parametrize(
    "options",
    [
        {"max_retries": -1},
        {"timeout": "5"},
        {"extra_headers": {"x": 5}},
        {"extra_headers": {"Content-Length": "3"}},
        {"extra_headers": {"content-length": None}},
        {"extra_headers": {"host": None}},
        {"extra_headers": 5},
    ],
)
async def test_an_argument_of_a_call_is_checked_the_same_way(caller: Caller, options: dict[str, Any]) -> None:
    """There it is an InvalidRequestError, and nothing is sent."""
    gateway = caller.meet(GOOD)
    with pytest.raises(InvalidRequestError):
        await caller.create(**options)
    assert gateway.requests == []
