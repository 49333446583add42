"""What is asked in the words of the SDK is what this package sends; what the gateway lacks is said."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import aimlapi_messages
import aimlapi_messages.anthropic as anthropic
from aimlapi_messages.anthropic import NOT_GIVEN, NotGiven, Omit, Timeout, beta_tool, not_given, omit

from ..support.wire import KEY, answer, body, text_block
from .conftest import ASK, SDK

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_message")]

HELLO = answer(body(text_block("Hello")))
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
GIF = "R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="


@pytest.mark.parametrize("absent", [NOT_GIVEN, not_given, omit, Omit(), NotGiven(), None])
async def test_what_is_not_given_is_not_sent(sdk: SDK, absent: Any) -> None:
    sdk.meet(HELLO)
    nested = [{"role": "user", "content": [{**text_block("Hi"), "cache_control": absent}]}]
    await sdk.create(
        messages=nested, system=absent, tools=absent, temperature=absent, betas=absent, extra_body=absent, stream=False
    )
    assert sdk.gateway.sent == {
        "model": ASK["model"],
        "max_tokens": 100,
        "messages": [{"role": "user", "content": [text_block("Hi")]}],
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"container": "c"}, {"container": "c"}),
        ({"context_management": {"edits": []}}, {"context_management": {"edits": []}}),
        ({"mcp_servers": [{"type": "url"}]}, {"mcp_servers": [{"type": "url"}]}),
        ({"service_tier": "auto"}, {"service_tier": "auto"}),
        ({"cache_control": {"type": "ephemeral"}}, {"cache_control": {"type": "ephemeral"}}),
        ({"speed": "fast", "extra_body": {"x": 1}}, {"speed": "fast", "x": 1}),
        ({"thread": False}, {}),
        ({"output_config": {"effort": "low"}}, {"output_config": {"effort": "low"}}),
        ({"system": [text_block("Be brief.")]}, {"system": [text_block("Be brief.")]}),
        ({"metadata": {"user_id": "u"}}, {"metadata": {"user_id": "u"}}),
        ({"thinking": {"type": "adaptive"}}, {"thinking": {"type": "adaptive"}}),
        ({"stop_sequences": ("a",)}, {"stop_sequences": ["a"]}),
        ({"tools": [SEARCH]}, {"tools": [SEARCH]}),
    ],
)
async def test_members_of_the_body_are_sent(sdk: SDK, given: dict[str, Any], sent: dict[str, Any]) -> None:
    """Also those that the gateway's document does not have."""
    sdk.meet(HELLO)
    await sdk.create(**given)
    assert sdk.gateway.sent == {**ASK, **sent}


async def test_betas_are_a_header(sdk: SDK) -> None:
    sdk.meet(HELLO)
    await sdk.of(sdk.client.beta.messages.create(**ASK, betas=["a-2025-01-01", "b-2025-01-01"]))
    assert sdk.gateway.requests[-1].headers["anthropic-beta"] == "a-2025-01-01,b-2025-01-01"


@pytest.mark.parametrize("form", ["base64", "file", "path", "bytes"])
async def test_an_image_is_given_as_base64_or_as_a_file(sdk: SDK, form: str, tmp_path: Path) -> None:
    pixel, path = base64.b64decode(GIF), tmp_path / "pixel.gif"
    path.write_bytes(pixel)
    data = {"base64": GIF, "file": io.BytesIO(pixel), "path": path, "bytes": pixel}[form]
    sdk.meet(HELLO)
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": data}}
    await sdk.create(messages=[{"role": "user", "content": [image]}])
    assert sdk.gateway.sent["messages"][0]["content"][0]["source"]["data"] == GIF


@pytest.mark.parametrize(
    ("made", "called", "sent"),
    [
        ({}, {}, {"x-a": None}),
        ({"x-a": "1"}, {}, {"x-a": "1"}),
        ({"x-a": "1"}, {"x-a": "2"}, {"x-a": "2"}),
        ({"x-a": "1"}, {"X-A": omit}, {"x-a": None}),
        ({"x-a": "1"}, {"x-a": None}, {"x-a": None}),
        ({"user-agent": Omit()}, {}, {"user-agent": None}),
    ],
)
async def test_headers_are_added_and_taken_away(
    sdk: SDK, made: dict[str, Any], called: dict[str, Any], sent: dict[str, str | None]
) -> None:
    sdk.meet(HELLO, default_headers=made)
    await sdk.create(extra_headers=called)
    headers = sdk.gateway.requests[-1].headers
    assert {name: headers.get(name) for name in sent} == sent


@pytest.mark.parametrize(
    ("changes", "query"),
    [
        ({}, "a=1"),
        ({"default_query": {"b": "2"}}, "a=1&b=2"),
        ({"set_default_query": {"b": "2"}}, "b=2"),
        ({"default_query": {"a": "3"}}, "a=3"),
        ({"set_default_query": {}}, ""),
    ],
)
async def test_a_query_goes_with_every_request(sdk: SDK, changes: dict[str, Any], query: str) -> None:
    sdk.meet(HELLO, default_query={"a": "1"})
    sdk.client = sdk.client.copy(**changes)
    await sdk.create()
    assert sdk.gateway.requests[-1].url.query.decode() == query
    await sdk.create(extra_query={"a": "9"})
    assert "a=9" in sdk.gateway.requests[-1].url.query.decode()


@pytest.mark.parametrize(
    ("changes", "read", "expected"),
    [
        ({}, lambda c: c.api_key, KEY),
        ({"api_key": "other"}, lambda c: c.api_key, "other"),
        ({"auth_token": "other"}, lambda c: c.auth_token, "other"),
        ({"max_retries": 7}, lambda c: c.max_retries, 7),
        ({"timeout": 3.0}, lambda c: c.timeout, 3.0),
        ({"timeout": None}, lambda c: c.timeout, None),
        ({"timeout": NOT_GIVEN}, lambda c: c.timeout, Timeout(5.0)),
        ({"base_url": "https://other.example/v1/"}, lambda c: c.base_url, "https://other.example"),
        ({"default_query": {"b": "2"}}, lambda c: c.default_query, {"a": "1", "b": "2"}),
        ({"default_headers": {"X-A": "1"}}, lambda c: c.default_headers["x-a"], "1"),
    ],
)
async def test_a_copy_differs_in_what_is_said(
    sdk: SDK, changes: dict[str, Any], read: Callable[[Any], Any], expected: Any
) -> None:
    sdk.meet(HELLO, timeout=Timeout(5.0), default_query={"a": "1"})
    for copied in (sdk.client.copy(**changes), sdk.client.with_options(**changes)):
        assert read(copied) == expected
        assert type(copied) is type(sdk.client)
    assert (sdk.client.api_key, sdk.client.max_retries, sdk.client.default_query) == (KEY, 0, {"a": "1"})


async def test_a_copy_may_start_its_headers_anew(sdk: SDK) -> None:
    sdk.meet(HELLO, default_headers={"x-a": "1"})
    sdk.client = sdk.client.copy(set_default_headers={"x-b": "2"})
    await sdk.create()
    headers = sdk.gateway.requests[-1].headers
    assert (headers.get("x-a"), headers["x-b"], headers["authorization"]) == (None, "2", f"Bearer {KEY}")


@pytest.mark.parametrize("name", ["headers", "query"])
async def test_a_copy_adds_or_starts_anew(sdk: SDK, name: str) -> None:
    sdk.meet(HELLO)
    with pytest.raises(ValueError, match="give one"):
        sdk.client.copy(**{f"default_{name}": {}, f"set_default_{name}": {}})


async def test_a_key_may_be_a_token(sdk: SDK) -> None:
    sdk.meet(HELLO, api_key=None, auth_token=KEY)
    await sdk.create()
    assert sdk.gateway.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(sdk.client)


def test_keys_of_anthropic_are_neither_read_nor_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are secrets of another service."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://elsewhere.example")
    with pytest.raises(aimlapi_messages.MissingKeyError, match="AIMLAPI_API_KEY"):
        anthropic.Anthropic()
    with pytest.raises(aimlapi_messages.ConfigurationError, match="not sent to another host"):
        anthropic.Anthropic(api_key="sk-ant-1")
    monkeypatch.setenv("AIMLAPI_API_KEY", "mine")
    client = anthropic.Anthropic()
    assert (client.api_key, client.base_url) == ("mine", "https://api.aimlapi.com")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda c: c.messages.count_tokens(model="m", messages=[]), "count_tokens.*usage"),
        (lambda c: c.beta.messages.count_tokens(model="m", messages=[]), "count_tokens.*usage"),
        (lambda c: c.messages.batches.list(limit=20), "batches.list.*batches.create"),
        (lambda c: c.messages.batches.delete("b"), "batches.delete.*batches.cancel"),
        (lambda c: c.beta.messages.thread(**ASK), "thread.*messages"),
        (lambda c: c.beta.files.upload(file=b""), "files.*document"),
        (lambda c: c.beta.skills.list(), "skills.*system"),
        (lambda c: c.completions.create(prompt="Hi"), "completions.*messages.create"),
        (lambda c: c.post("/foo", body={}), "post.*client.send"),
        (lambda c: c.messages.tool_runner(**ASK, tools=[], compaction_control={"enabled": True}), "transcript"),
    ],
)
async def test_what_the_gateway_lacks_is_said_with_the_nearest_thing(
    sdk: SDK, ask: Callable[[Any], Any], says: str
) -> None:
    sdk.meet(HELLO)
    with pytest.raises(aimlapi_messages.InvalidRequestError, match=f"(?s)has no .*{says}"):
        await sdk.of(ask(sdk.client))
    assert sdk.gateway.requests == []
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = sdk.client.no_such_thing


async def test_an_unknown_argument_is_named(sdk: SDK) -> None:
    sdk.meet(HELLO)
    with pytest.raises(TypeError, match=r"'temprature'.*'temperature'"):
        await sdk.create(temprature=5)


@pytest.mark.parametrize("name", ["model", "messages"])
async def test_a_missing_argument_is_named(sdk: SDK, name: str) -> None:
    sdk.meet(HELLO)
    given = {key: value for key, value in ASK.items() if key != name}
    for ask in (
        sdk.client.messages.create,
        sdk.client.messages.parse,
        sdk.client.messages.stream,
        sdk.client.messages.with_raw_response.create,
    ):
        with pytest.raises(TypeError, match=name):
            await sdk.of(ask(**given))


@beta_tool
def add(left: int, right: int = 1) -> str:
    """Adds two numbers.

    Args:
        left: The first.
        right: The second.
    """
    return str(left + right)


@pytest.mark.parametrize("tool", [add, add.to_dict()], ids=["tool", "dict"])
async def test_a_tool_is_sent_with_its_schema(sdk: SDK, tool: Any) -> None:
    sdk.meet(HELLO)
    await sdk.create(tools=[tool])
    sent = sdk.gateway.sent["tools"][0]
    assert (sent["name"], sent["description"], sent["input_schema"]["required"]) == (
        "add",
        "Adds two numbers.",
        ["left"],
    )
    assert sent["input_schema"]["properties"]["left"]["description"] == "The first."
    assert (add.call({"left": 1, "right": 2}), add(3)) == ("3", "4")


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({"defer_loading": True}, {"defer_loading": True}),
        ({"strict": True, "defer_loading": None}, {"strict": True}),
        ({"name": "plus"}, {"name": "plus"}),
        ({"description": "Says."}, {"description": "Says."}),
        ({"cache_control": {"type": "ephemeral"}}, {"cache_control": {"type": "ephemeral"}}),
        ({"input_examples": [{"left": 1}]}, {"input_examples": [{"left": 1}]}),
        (
            {"input_schema": {"type": "object", "properties": {}}},
            {"input_schema": {"type": "object", "properties": {}}},
        ),
    ],
)
def test_a_tool_has_the_members_that_are_given(options: dict[str, Any], sent: dict[str, Any]) -> None:
    for made in (anthropic.beta_tool(add.function, **options), anthropic.beta_async_tool(**options)(add.function)):
        assert sent.items() <= made.to_dict().items()
        assert "defer_loading" in sent or "defer_loading" not in made.to_dict()


@pytest.mark.parametrize(("sequential", "timeout"), [(True, None), (False, 5), (True, 0.5), (False, None)])
def test_how_a_tool_runs_is_not_sent(sequential: bool, timeout: float | None) -> None:
    for make in (anthropic.beta_tool, anthropic.beta_async_tool):
        made = make(sequential=sequential, timeout=timeout)(add.function)
        assert (made.sequential, made.timeout) == (sequential, timeout)
        assert made.to_dict() == add.to_dict()


async def test_a_schema_may_be_a_pydantic_model() -> None:
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model("Sum", left=(int, ...))
    assert anthropic.beta_tool(input_schema=model)(add.function).input_schema["properties"]["left"]["type"] == "integer"


def test_a_parameter_without_an_annotation_takes_anything() -> None:
    """In the SDK it does; `aimlapi_messages.tool` asks for one."""

    @beta_tool
    def echo(said, times: int = 2):
        return said * times

    assert echo.input_schema["properties"] == {"said": {}, "times": {"type": "integer", "default": 2}}
    assert (echo.call({"said": "a"}), echo.func is echo.function) == ("aa", True)


@pytest.mark.parametrize("arguments", [{"left": "x"}, {}, {"left": 1, "other": 2}, None])
def test_wrong_arguments_of_a_call_are_a_value_error(arguments: Any) -> None:
    with pytest.raises(ValueError, match="arguments of add"):
        add.call(arguments)


def test_clients_of_httpx_are_taken() -> None:
    """By the names of the SDK."""
    for made in (
        anthropic.Anthropic(api_key=KEY, http_client=anthropic.DefaultHttpxClient()),
        anthropic.AsyncAnthropic(api_key=KEY, http_client=anthropic.DefaultAsyncHttpxClient()),
        anthropic.Client(api_key=KEY, timeout=httpx.Timeout(600.0, connect=10.0)),
    ):
        assert made.timeout == anthropic.DEFAULT_TIMEOUT
    pytest.importorskip("aiohttp")
    assert anthropic.AsyncAnthropic(api_key=KEY, http_client=anthropic.DefaultAioHttpClient()).max_retries == 2
