"""No failure shows the key or a proxy's password, and what looks for them finds them wherever they are shown.

A server repeats what it was sent at every place of a response; proxies are dead, or their addresses no addresses.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import socket
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import httpx
import pytest

from aimlapi_client.api.models import list_models
from aimlapi_messages import AIMLAPI, AIMLAPIError, AsyncAIMLAPI, ToolError

from ..support.hostile import GIVEN_HTTPX2, HOSTILE_KEY, KINDS, WAYS, EchoServer, HostileCaller, responses
from ..support.leaks import LeakWatch, leaks_of
from ..support.slow import first_alone
from ..support.transports import KINDS as OWN
from ..support.wire import MODEL, Gateway, answer

SECRET = "another-secret-than-the-key"


def in_a_log_record() -> None:
    logging.getLogger("some.package").debug("sent %s", {"x-api-key": SECRET})


def in_a_logged_error() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("some.package").debug("failed", exc_info=True)


def in_a_message() -> None:
    AIMLAPIError(f"failed with {SECRET}")


def in_the_parts_of_an_error() -> None:
    ToolError("failed", headers={"x-api-key": SECRET})


def in_the_cause_of_an_error() -> None:
    try:
        raise AIMLAPIError("failed") from ValueError(SECRET)
    except AIMLAPIError:
        pass


def in_a_client() -> None:
    client = AIMLAPI(api_key="another-key")
    client.note = SECRET


def in_a_copy_of_a_client() -> None:
    client = AIMLAPI(api_key="another-key").with_options()
    client.note = SECRET


def in_a_warning() -> None:
    with pytest.warns(UserWarning, match="odd") as caught:
        warnings.warn(f"odd: {SECRET}", stacklevel=1)
    assert caught[0].filename == __file__


LEAKS: list[Callable[[], None]] = [
    in_a_log_record,
    in_a_logged_error,
    in_a_message,
    in_the_parts_of_an_error,
    in_the_cause_of_an_error,
    in_a_client,
    in_a_copy_of_a_client,
    in_a_warning,
]


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found(leak: Callable[[], None]) -> None:
    """And what is noted of it does not show the secret again."""
    watch = LeakWatch(SECRET)
    with watch.kept():
        leak()
    assert watch.leaks
    assert SECRET not in str(watch.leaks)


def test_what_is_no_leak_is_not_found() -> None:
    """An ordinary error, client and log record."""
    watch = LeakWatch(SECRET)
    with watch.kept():
        AIMLAPI(api_key=SECRET).with_options(max_retries=3)
        AIMLAPIError("failed", body="no")
        logging.getLogger("some.package").warning("all is well")
    assert not watch.leaks


def test_the_watch_changes_nothing_that_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Other handlers see what they would have seen."""
    logging.getLogger("some.package").debug("unseen")
    logging.getLogger("some.package").warning("seen")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("some.package").debug("asked for")
    logging.getLogger("some.package").debug("unseen again")
    assert caplog.messages == ["seen", "asked for"]


@pytest.mark.parametrize("name", ["asyncio", "httpx", "httpcore.http11", "httpcore2.proxy", "aiohttp.client"])
@pytest.mark.parametrize("args", [("text",), (1, 2), ({},), ()])
def test_a_log_record_that_cannot_be_formatted_is_a_matter_of_handlers(name: str, args: tuple[Any, ...]) -> None:
    """Which tell of it; whoever logs goes on."""
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, "%d", args, None)
    assert logging.getLogger(name).filter(record)


def noted() -> BaseException:
    error = ValueError("odd")
    error.add_note(f"sent {SECRET}")
    return error


def with_a_frame() -> BaseException:
    try:
        json.loads(f"no JSON: {SECRET}")
    except ValueError as error:
        caught = error.__traceback__
    return ValueError("odd").with_traceback(caught)


def behind(other: BaseException) -> BaseException:
    error = ValueError("odd")
    error.__context__, error.__suppress_context__ = other, True
    return error


class Holding(Exception):
    def __init__(self, **members: object) -> None:
        super().__init__("odd")
        self.__dict__.update(members)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        ValueError(f"cut: {SECRET[5:17]}"),
        ValueError(SECRET.upper()),
        ValueError("odd", {"a": [SECRET.encode()]}),
        Holding(headers={"authorization": SECRET}),
        noted(),
        with_a_frame(),
        behind(ValueError(SECRET)),
        ExceptionGroup("odd", [ValueError("odd"), ExceptionGroup("odd", [ValueError(SECRET)])]),
    ],
)
def test_a_leak_of_an_error_is_found(error: BaseException) -> None:
    """In its text and parts, in a frame, a note or a group, or behind it."""
    assert leaks_of(error, SECRET)
    assert not leaks_of(error, "quite-unlike-all-of-it")


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with EchoServer() as server:
        yield server


def leaks(call: Callable[[], Any], *secrets: str, may_pass: bool = False) -> list[str]:
    """Where a call that fails shows a secret: in its error, or in a log or warning on the way."""
    found: list[str] = []
    watches = [LeakWatch(secret, 12) for secret in secrets]
    with ExitStack() as stack:
        for watch in watches:
            stack.enter_context(watch.kept())
        try:
            call()
        except AIMLAPIError as error:
            found = leaks_of(error, *secrets)
        else:
            assert may_pass, "it did not fail"
    return [*found, *(leak for watch in watches for leak in watch.leaks)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("echo", first_alone(f"Bearer {HOSTILE_KEY}", HOSTILE_KEY[:20], HOSTILE_KEY[-13:]))
def test_no_response_has_the_key_shown(kind: str, way: str, echo: str, server: EchoServer) -> None:
    """Whatever is wrong with it, and wherever in it the key or a part of it stands."""
    caller = HostileCaller(kind, base_url=server.base_url)
    for place, server.response in responses(echo):
        found = leaks(lambda: caller.call(way), HOSTILE_KEY, may_pass=True)
        assert not found, (place, found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", WAYS)
def test_no_response_that_is_cut_off_has_the_key_shown(kind: str, way: str, server: EchoServer) -> None:
    """As far as it is short, and so often that some cut leaves 12 characters or more of the key, and not all of it."""
    caller = HostileCaller(kind, base_url=server.base_url)
    for place, response in responses(HOSTILE_KEY):
        for end in range(0, len(response), len(HOSTILE_KEY) - 12) if len(response) < 1000 else ():
            server.response = response[:end]
            found = leaks(lambda: caller.call(way), HOSTILE_KEY, may_pass=True)
            assert not found, (place, end, found)


PASSWORD = "pw-Jk5uXe9Tg1QbS0aM"
LOGIN = f"someuser:{PASSWORD}"
BASIC = b64encode(LOGIN.encode()).decode()


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the one proxy of the environment, of which nothing is known."""
    monkeypatch.setattr("aimlapi_messages.transport.base._PROXY_SECRETS", set())
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return lambda address: monkeypatch.setenv("ALL_PROXY", address)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("echo", first_alone(f"Basic {BASIC}", BASIC[:16], LOGIN, PASSWORD))
def test_no_proxy_has_its_password_shown(
    kind: str, scheme: str, echo: str, server: EchoServer, proxied: Callable[[str], None]
) -> None:
    """Which it repeats, as it came or decoded, in its own response or in one that it passes on."""
    proxied(f"http://{LOGIN}@127.0.0.1:{server.port}")
    caller = HostileCaller(kind, base_url=f"{scheme}://gateway.invalid")
    for place, server.response in responses(echo):
        found = leaks(lambda: caller.call("call"), HOSTILE_KEY, PASSWORD, LOGIN, BASIC, may_pass=True)
        assert not found, (place, found)


@pytest.mark.parametrize("kind", ["given", "async given", *GIVEN_HTTPX2])
def test_no_secret_of_a_given_client_is_shown(kind: str, server: EchoServer) -> None:
    """Its own headers, cookies and query are sent too, and repeated."""
    given = {"headers": {"x-api-key": PASSWORD}, "cookies": {"session": LOGIN}, "params": {"token": PASSWORD[::-1]}}
    caller = HostileCaller(kind, given=given, base_url=server.base_url)
    for place, server.response in responses(f"{PASSWORD}, {LOGIN}, {PASSWORD[::-1]}"):
        found = leaks(lambda: caller.call("call"), HOSTILE_KEY, PASSWORD, PASSWORD[::-1], LOGIN, may_pass=True)
        assert not found, (place, found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_dead_proxy_has_its_password_shown(
    kind: str, scheme: str, server: EchoServer, proxied: Callable[[str], None]
) -> None:
    """Nor one that speaks no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()[1]
    server.response = b"hello\r\n\r\n"
    caller = HostileCaller(kind, base_url=f"{scheme}://gateway.invalid", timeout=httpx.Timeout(5, connect=0.3))
    for address in (f"http://{LOGIN}@127.0.0.1:{dead}", f"https://{LOGIN}@127.0.0.1:{server.port}"):
        proxied(address)
        assert not leaks(lambda: caller.call("call"), HOSTILE_KEY, PASSWORD, LOGIN, BASIC)


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize(
    "address",
    [
        *("http://{}@[::1", "http://{}@host:port", "http://{}@127.0.0.1:99999", "gopher://{}@host", "//{}@[::1"),
        *("socks4://{}@host", "http://{}\udc80@127.0.0.1:1", "http://{}%0d%0a@[::1", "{}@[::1", "[{}@host:1"),
        *("http://someuser:a/{}@127.0.0.1:1", "http://127.0.0.1:{}"),
    ],
)
def test_no_address_of_a_proxy_that_is_none_is_shown(kind: str, address: str, proxied: Callable[[str], None]) -> None:
    """Its password stands where nobody knows it for one."""
    proxied(address.format(LOGIN))
    caller = HostileCaller(kind, base_url="http://gateway.invalid")
    assert not leaks(lambda: caller.call("call"), HOSTILE_KEY, PASSWORD)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:9", f"http://{'a' * 70}.invalid", "http://xn--.example", "https://127.0.0.1:9"]
)
def test_no_connection_that_fails_has_a_secret_shown(kind: str, base_url: str) -> None:
    """Refused, of a host that there cannot be, or to a server that speaks no TLS."""
    caller = HostileCaller(kind, base_url=base_url)
    assert not leaks(lambda: caller.call("stream"), HOSTILE_KEY)


@pytest.mark.parametrize("kind", [AIMLAPI, AsyncAIMLAPI])
@pytest.mark.parametrize(
    "options",
    [
        {"api_key": f"{HOSTILE_KEY} {HOSTILE_KEY}"},
        {"base_url": f"https://user:{PASSWORD}@host"},
        {"base_url": f"https://host?key={PASSWORD}"},
        {"base_url": f"https://host:{PASSWORD}"},
        {"default_headers": {"authorization": f"{PASSWORD}\n"}},
        {"default_headers": {"x-key": PASSWORD}, "timeout": -1},
        {"budget_usd": "much"},
        {"http_client": object()},
    ],
)
def test_no_setting_that_is_refused_is_shown(
    kind: type[Any], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By no frame, in which the environment may stand too."""
    monkeypatch.setenv("AIMLAPI_API_KEY", HOSTILE_KEY)
    assert not leaks(lambda: kind(**options), HOSTILE_KEY, PASSWORD)
    if options.keys().isdisjoint(("budget_usd", "http_client")):
        client = kind(api_key="other")
        assert not leaks(lambda: client.with_options(**options), HOSTILE_KEY, PASSWORD)


@pytest.mark.parametrize(
    "options",
    [
        {"extra_headers": {"x": "a\nb"}},
        {"extra_query": {"x": "\ud800"}},
        {"extra_query": {"x": object()}},
        {"max_retries": -1},
        {"timeout": "1"},
        {"total_timeout": 0},
    ],
)
def test_no_call_that_is_refused_shows_the_key(options: dict[str, Any]) -> None:
    """Its headers are not made before the rest of it is right."""
    client = AIMLAPI(api_key=HOSTILE_KEY)
    assert not leaks(lambda: client.messages.create(model="m", messages="Hi", **options), HOSTILE_KEY)


ASKED: dict[str, Any] = {"model": MODEL, "messages": "Hi"}
BATCH: Final = [{"custom_id": "a", "params": {**ASKED, "max_tokens": 9}}]


def tool(city: str) -> str:
    """The weather in a city."""
    return city


CALLS: dict[str, Callable[..., Any]] = {
    "create": lambda client, **options: client.messages.create(**ASKED, **options),
    "events": lambda client, **options: client.messages.create(**ASKED, stream=True, **options),
    "stream": lambda client, **options: entered(client.messages.stream(**ASKED, **options)),
    "parse": lambda client, **options: client.messages.parse(**ASKED, output=int, **options),
    "stream_output": lambda client, **options: entered(client.messages.stream_output(**ASKED, output=int, **options)),
    "run": lambda client, **options: client.messages.tool_runner(**ASKED, tools=[tool], **options).until_done(),
    "batch": lambda client, **options: client.messages.batches.create(requests=BATCH, **options),
    "results": lambda client, **options: client.messages.batches.results("b", **options),
    "wait": lambda client, **options: client.messages.batches.wait("b", **options),
    "cancel": lambda client, **options: client.messages.batches.cancel("b", **options),
    "model": lambda client, **options: client.models.retrieve("m", **options),
    "usage": lambda client, **options: client.account.usage(**options),
    "transactions": lambda client, **options: listed(client.account.transactions(**options)),
    "operation": lambda client, **options: client.send(list_models.request(), **options),
}


def entered(manager: Any) -> Any:
    return read_later(manager) if type(manager).__name__.startswith("Async") else read(manager)


def read(manager: Any) -> None:
    with manager as stream:
        list(stream)


async def read_later(manager: Any) -> None:
    async with manager as stream:
        await anext(aiter(stream))


def listed(pages: Any) -> Any:
    return next(iter(pages)) if hasattr(pages, "__iter__") else anext(aiter(pages))


def ended(result: Any) -> None:
    if inspect.isawaitable(result):
        asyncio.run(awaited(result))


async def awaited(result: Any) -> None:
    await result


@pytest.mark.operation("list_models", "get_usage", "list_transactions", "create_batch", "get_batch", "cancel_batch")
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("way", CALLS)
@pytest.mark.parametrize(
    "wrong",
    [{}, {"extra_headers": {"x": "a\nb", "x-api-key": PASSWORD}}, {"extra_query": {"x": []}}, {"max_retries": -1}],
    ids=["401", "header", "query", "option"],
)
def test_no_secret_of_a_single_call_is_shown(kind: str, way: str, wrong: dict[str, Any]) -> None:
    """By no frame between the caller and what fails, whether it is refused at once or by the server."""
    gateway = Gateway(answer({"status": 401, "message": f"no, {PASSWORD}"}, 401))
    client = gateway.client() if kind == "sync" else gateway.async_client()
    secret = {"authorization": f"Bearer {PASSWORD}", "x-some-token": PASSWORD, "Cookie": f"a={PASSWORD}"}
    options = {"extra_headers": secret, "extra_query": {"api_key": PASSWORD}, **wrong}
    assert not leaks(lambda: ended(CALLS[way](client, **options)), PASSWORD)
