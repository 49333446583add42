"""The key and other secrets are shown by no error, whatever a server repeats and wherever a call fails."""

from __future__ import annotations

import copy
import html
import json
import pickle
import traceback
from collections.abc import Callable
from itertools import combinations
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    AuthenticationError,
    ConfigurationError,
    RateLimitError,
)
from aimlapi_messages.core.reply import ReplyHead
from aimlapi_messages.core.request import Request, Secrets, secrets_in, secrets_in_query

from ..support.callers import Caller, in_process
from ..support.wire import (
    KEY,
    TEXT_EVENTS,
    Answer,
    Chunks,
    answer,
    body,
    sse,
    text_block,
)

ODD = 'a/b+c"d\\e=f&g'
SIGNS = "a/b+<c>d'e=f&&g"


@pytest.mark.parametrize(
    "form",
    [
        ODD,
        json.dumps(ODD)[1:-1],
        json.dumps(json.dumps(ODD))[3:-3],
        json.dumps(ODD)[1:-1].replace("/", r"\/"),
        "".join(f"\\u{ord(char):04X}" for char in ODD),
        quote(ODD),
        quote(ODD, safe="").lower(),
        quote(quote(ODD, safe="")),
        quote(html.escape(ODD), safe=""),
        json.dumps(html.escape(ODD))[1:-1].replace("&", r"\u0026"),
        html.escape(quote(json.dumps(ODD)[1:-1]).replace("%", "&#37;")),
        quote(json.dumps(html.escape(json.dumps(ODD)[1:-1]))[1:-1], safe=""),
        json.dumps(quote(html.escape(quote(ODD, safe="")), safe=""))[1:-1].replace("%", r"\u0025"),
    ],
)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    """Plain, escaped for JSON, encoded for a URL, and one inside the other."""
    assert Secrets([ODD]).scrub(f"<{form}>") == "<***>"


@pytest.mark.parametrize("secret", [ODD, SIGNS])
@pytest.mark.parametrize(
    "escaped",
    [
        html.escape,
        lambda text: html.escape(html.escape(html.escape(text))),
        lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#039;").replace("+", "&#43;"),
        lambda text: html.escape(text).replace("/", "&#x2F;").replace("=", "&#x003d;").replace("&#x27;", "&apos;"),
        lambda text: "".join(f"&#{ord(char)};" for char in text),
        lambda text: "".join(f"&#X{ord(char):X};" for char in text),
        lambda text: json.dumps(html.escape(text))[1:-1],
    ],
)
def test_a_secret_is_found_in_a_page(escaped: Callable[[str], str], secret: str) -> None:
    """As Python, Go, PHP and templates escape it, also twice."""
    assert Secrets([secret]).scrub(f"&lt;{escaped(secret)}&amp;") == "&lt;***&amp;"


@pytest.mark.parametrize("written", [str, json.dumps, lambda text: quote(quote(text, safe="")), html.escape])
@pytest.mark.parametrize("before", ["", "x" * 50, " " * 50, f"{ODD} " * 100])
def test_a_beginning_shows_no_part_of_a_secret(written: Callable[[str], str], before: str) -> None:
    """Wherever the text is cut, and however much shorter it got before; what is not shown is not looked at."""
    secrets, text = Secrets([ODD]), f"{before}{written(ODD)}{'y' * 2000}"
    whole = secrets.scrub(text)
    for length in range(1, 200):
        head = secrets.scrub(text, length)
        assert whole.startswith(head)
        assert len(head) <= length
        assert secrets.scrub(text + written(ODD)[:-1], length) == head


@pytest.mark.parametrize("written", [str, str.upper, lambda text: text.replace("/", r"\/"), quote])
def test_a_part_of_a_secret_is_not_shown(written: Callable[[str], str]) -> None:
    """Wherever others have cut it: of 12 characters or more nothing stays, and of fewer all."""
    secret = "sk-A/b+c;0123456789=x&y z"
    for start, stop in combinations(range(len(secret) + 1), 2):
        part = written(secret[start:stop])
        assert Secrets([secret]).scrub(f"<{part}>") == f"<{'***' if stop - start >= 12 else part}>"


@pytest.mark.parametrize(
    ("headers", "secret"),
    [
        ({"Proxy-Authorization": "Basic dXNlcjpodW50ZXIyLWh1bnRlcjI="}, "dXNlcjpodW50ZXIyLWh1bnRlcjI="),
        ({"Proxy-Authorization": "Basic dXNlcjpodW50ZXIyLWh1bnRlcjI="}, "user:hunter2-hunter2"),
        ({"Proxy-Authorization": "basic  dXNlcjpodW50ZXIyLWh1bnRlcjI="}, "hunter2-hunter2"),
        ({"authorization": "Basic no-base64-at-all!"}, "no-base64-at-all!"),
        ({"Cookie": "a=1; session=hunter2-hunter2"}, "hunter2-hunter2"),
    ],
)
def test_the_parts_of_a_header_are_secrets(headers: dict[str, str], secret: str) -> None:
    """Without the scheme, the name of the cookie, and the encoding of a password."""
    assert secret in set(secrets_in(headers))


def test_members_of_a_query_are_secrets_by_their_names() -> None:
    """As headers are."""
    assert set(secrets_in_query({"api_key": "hunter2-hunter2", "page": "a-long-page", "token": 12345678})) == {
        "hunter2-hunter2",
        "12345678",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ODD[:6] * 60_000, "***"),
        (ODD[:6] * 1_000, ODD[:6] * 1_000),
        (f"{ODD} {'x' * 5_000_000}", "***"),
        (f"{ODD} {'x' * 1_000_000}", f"*** {'x' * 1_000_000}"),
        (f"{ODD[:6]} {'x' * 5_000_000}", f"{ODD[:6]} {'x' * 5_000_000}"),
        ("x" * 5_000_000, "x" * 5_000_000),
        ("%25" * 1_500_000, "***"),
        ("&amp;" * 1_500_000, "***"),
        ("\\n" * 1_500_000, "***"),
        ("&amp;%25" * 600_000, "***"),
        ("&amp;%25" * 400_000, "&amp;%25" * 400_000),
        (f"{'%25' * 200_000}{'x' * 3_000_000}", f"{'%25' * 200_000}{'x' * 3_000_000}"),
    ],
    ids=["parts", "fewer parts", "long", "not too long", "long with a part", "long without", *map(str, range(6))],
)
def test_nothing_is_shown_of_a_text_that_takes_long_to_scrub(text: str, shown: str) -> None:
    """A server may fill gigabytes with parts of a key."""
    assert Secrets([ODD]).scrub(text) == shown


def test_what_is_too_short_for_a_secret_is_left() -> None:
    """Seven characters may stand in any text."""
    assert Secrets(["message"]).scrub("a message") == "a message"


def test_the_longer_of_two_secrets_goes_first() -> None:
    """No rest of it stays behind."""
    assert Secrets(["12345678", "12345678-and-more"]).scrub("12345678-and-more") == "***"


@pytest.mark.anyio
async def test_a_short_key_spoils_no_reply(caller: Caller) -> None:
    """The text and the advice of an error are read as they came."""
    caller.options = {"api_key": "3", "max_retries": 0}
    caller.meet(answer({"status": 429, "message": "3 requests"}, 429, {"retry-after": "3"}))
    with pytest.raises(RateLimitError, match="3 requests") as caught:
        await caller.create()
    assert caught.value.headers["retry-after"] == "3"


@pytest.mark.anyio
async def test_advice_is_read_before_the_key_is_taken_out(caller: Caller) -> None:
    """A key of digits may be what the server asks to wait."""
    caller.options = {"api_key": "12345678", "max_retries": 0}
    caller.meet(answer({"status": 429}, 429, {"retry-after": "12345678", "x-echo": "x12345678"}))
    with pytest.raises(RateLimitError) as caught:
        await caller.create()
    assert (caught.value.retry_after, caught.value.headers["x-echo"]) == (12345678.0, "x***")


@in_process
@pytest.mark.anyio
async def test_every_part_of_an_error_is_scrubbed(caller: Caller) -> None:
    """Ids, paths, types and issues may repeat the key too."""
    issue = {"path": KEY, "reason": KEY}
    problem = {"status": 401, "message": KEY, "instance": KEY, "error": {"type": KEY, "details": [issue]}}
    caller.meet(answer({**problem, "requestId": KEY}, 401), answer(problem, 401, {"x-request-id": KEY}))
    for _ in range(2):
        with pytest.raises(AuthenticationError) as caught:
            await caller.create()
        assert KEY not in str(caught.value) + repr(vars(caught.value))
        assert caught.value.request_id == "***"


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["Authorization", "X-Api-Key", "Cookie", "Proxy-Authorization"])
async def test_secrets_in_headers_are_scrubbed_too(caller: Caller, name: str) -> None:
    """The caller's own credentials, whole or without their scheme, of the client or of the call."""
    secret = "Basic dXNlcjpwYXNz; session=hunter2-hunter2"
    said = f"{secret} / dXNlcjpwYXNz; session=hunter2-hunter2"
    caller.options = {"default_headers": {name: secret}}
    caller.meet(answer({"status": 401, "message": said}, 401))
    with pytest.raises(AuthenticationError) as caught:
        await caller.create()
    assert "hunter2-hunter2" not in str(caught.value) + repr(vars(caught.value))
    caller.options = {}
    caller.meet(answer({"status": 401, "message": said}, 401))
    with pytest.raises(AuthenticationError) as caught:
        await caller.create(extra_headers={name: secret})
    assert "hunter2-hunter2" not in str(caught.value) + repr(vars(caught.value))


def shown(error: BaseException) -> str:
    """The traceback with the values of all local variables, as error reporters send it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("given", "options"),
    [
        (answer(body(text_block("Hi"))), {"extra_headers": {"x": "a\nb"}}),
        (answer({"status": 401, "message": "no"}, 401), {}),
        (answer(Chunks([sse(*TEXT_EVENTS[:4])], httpx.ReadError("cut"))), {}),
        (httpx.ConnectError("refused"), {}),
    ],
    ids=["bad header", "401", "cut stream", "refused"],
)
async def test_no_frame_of_an_error_holds_the_key(caller: Caller, given: Answer, options: dict[str, Any]) -> None:
    """A tool that reports tracebacks with local variables reports no key."""
    caller.meet(given)
    with pytest.raises(AIMLAPIError) as caught:
        await caller.final(**options)
    assert KEY not in shown(caught.value)


def test_no_frame_of_a_refused_connection_holds_the_key() -> None:
    """The same through all of httpx."""
    client = AIMLAPI(api_key=KEY, base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(AIMLAPIError) as caught:
        client.messages.create(model="m", messages="Hi")
    client.close()
    assert KEY not in shown(caught.value)


def test_no_frame_of_a_bad_setting_holds_the_key() -> None:
    """A client that cannot be made or changed shows no key either."""
    with pytest.raises(ConfigurationError) as made:
        AIMLAPI(api_key=KEY, default_headers={"x": "a\nb"})
    with pytest.raises(ConfigurationError) as changed:
        AIMLAPI(api_key="other-key").with_options(api_key=KEY, max_retries=-1)
    assert KEY not in shown(made.value) + shown(changed.value)


_SECRETS = Secrets([KEY])


@pytest.mark.parametrize(
    "holder",
    [
        _SECRETS,
        Secrets([]).plus([KEY]),
        Request("GET", "http://gateway.invalid", {"authorization": KEY}, None, None, _SECRETS),
        ReplyHead(200, {}, "http://gateway.invalid", _SECRETS),
        {"told": [_SECRETS]},
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_secrets_are_never_pickled(holder: object) -> None:
    """Nor what holds them: a request, or the head of a reply."""
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(holder)
    with pytest.raises(TypeError, match="never pickled"):
        copy.deepcopy(holder)


def test_scrubbing_takes_as_long_as_the_text_is_long() -> None:
    """A run of backslashes is looked at once, and not once from each of them."""
    secret = "sk-0123456789"
    text = "\\" * 200_000
    assert Secrets([secret]).scrub(f"{text}{secret}{text}") == f"***{text}"


@pytest.mark.parametrize("name", ["api-key", "X-Auth-Token", "x-goog-api-key", "helicone-auth", "Cookie", "x-secret"])
def test_a_header_is_a_secret_by_its_name(name: str) -> None:
    """Whoever invented it."""
    assert "value-of-it" in set(secrets_in({name: "value-of-it"}))
