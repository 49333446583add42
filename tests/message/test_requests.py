"""From the arguments of a call to the request on the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import httpx
import httpx2
import pytest

from aimlapi_client.models import TextBlock
from aimlapi_messages import NOT_GIVEN, CreateOptions, InvalidRequestError
from aimlapi_messages.message.request import _OWN_OPTIONS, body_options

from ..support.callers import Caller, in_process
from ..support.parts import CreateMessage, message_from_body, message_operation
from ..support.wire import KEY, MODEL, TEXT_EVENTS, answer, body, sse, text_block, tool_block


def call(messages: Any = "Hi", *, stream: bool = False, max_tokens: Any = 100, **options: Any) -> CreateMessage:
    return message_operation(
        model=MODEL, messages=messages, max_tokens=max_tokens, stream=stream, options=cast("Any", options)
    )


def sent(messages: Any = "Hi", **options: Any) -> dict[str, Any]:
    """The request's body as the gateway reads it."""
    read: dict[str, Any] = json.loads(call(messages, **options).body)
    return read


def test_a_string_is_one_user_message() -> None:
    """The shortest way to ask."""
    assert sent("Hi") == {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}


def test_all_options_go_where_they_belong() -> None:
    """Each option that is a member of the body is sent under its name."""
    every: dict[str, Any] = {
        "system": "Be brief.",
        "tools": [{"name": "f", "input_schema": {"type": "object"}}],
        "tool_choice": {"type": "auto"},
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 4,
        "stop_sequences": ["END"],
        "metadata": {"user_id": "u"},
    }
    options = {name: value for name, value in every.items() if name in body_options()}  # old documents lack thinking
    assert sent("Hi", stream=True, **options) == {
        "model": MODEL,
        "max_tokens": 100,
        "messages": [{"role": "user", "content": "Hi"}],
        **options,
        "stream": True,
    }


def test_max_tokens_is_always_sent() -> None:
    """The gateway's default differs from model to model, ours does not."""
    assert sent("Hi", max_tokens=None)["max_tokens"] == 4096


@pytest.mark.parametrize("nothing", [None, NOT_GIVEN])
def test_none_and_not_given_are_not_sent(nothing: Any) -> None:
    """The wire carries no null for what was not given, in options, messages and blocks."""
    messages = [{"role": "user", "name": nothing, "content": [{**text_block("Hi"), "cache_control": nothing}]}]
    assert sent(messages, system=nothing, tools=nothing, temperature=nothing, stop_sequences=nothing) == {
        "model": MODEL,
        "max_tokens": 100,
        "messages": [{"role": "user", "content": [text_block("Hi")]}],
    }


def test_nulls_that_are_data_are_sent() -> None:
    """Nulls in a tool's input, in a JSON schema and in citations belong to the user."""
    schema = {"type": "object", "properties": {"a": {"enum": [None, 1], "default": None}}}
    messages = [{"role": "assistant", "content": [tool_block(input={"a": None})]}]
    tools = [{"name": "f", "description": None, "input_schema": schema}]
    read = sent(messages, tools=tools)
    assert read["tools"] == [{"name": "f", "input_schema": schema}]
    assert read["messages"][0]["content"][0]["input"] == {"a": None}


def test_generated_models_are_sent_as_their_json() -> None:
    """A block that came in an answer may be a block of a question."""
    messages = [{"role": "user", "content": [TextBlock(text="Hi", citations=None)]}]
    assert sent(messages)["messages"] == [{"role": "user", "content": [text_block("Hi")]}]


class Modelled:
    """What pydantic's models can do."""

    def model_dump(self, *, mode: str, exclude_none: bool) -> dict[str, Any]:
        return {"type": "text", "text": f"{mode} {exclude_none}"}

    def __iter__(self) -> Any:
        return iter([("type", "text")])


def test_other_libraries_models_are_sent_as_their_json() -> None:
    """A model of pydantic is an object, though it can be iterated over."""
    assert sent([{"role": "user", "content": (Modelled(),)}])["messages"][0]["content"] == [text_block("json True")]


def test_a_list_may_come_one_by_one() -> None:
    """Tuples, iterators and generators are lists."""
    messages = ({"role": "user", "content": iter([text_block(text)])} for text in ("a", "b"))
    read = sent(messages, stop_sequences=("x",))
    assert [message["content"] for message in read["messages"]] == [[text_block("a")], [text_block("b")]]
    assert read["stop_sequences"] == ["x"]


def test_an_earlier_answer_is_sent_as_the_assistant_s_turn() -> None:
    """A message goes back as it is, without what only an answer has."""
    answer_before = message_from_body(body(text_block("Hello"), tool_block(input={"a": 1})))
    messages = ({"role": "user", "content": "Hi"}, answer_before)
    assert sent(iter(messages))["messages"][1] == {
        "role": "assistant",
        "content": [text_block("Hello"), tool_block(input={"a": 1})],
    }


def test_extra_body_is_sent_as_it_is_and_none_takes_away() -> None:
    """The way out for members that this client does not know, or that the gateway shall choose itself."""
    read = sent("Hi", extra_body={"provider": {"order": None}, "max_tokens": None, "model": "other"})
    assert read == {"model": "other", "messages": [{"role": "user", "content": "Hi"}], "provider": {"order": None}}


def test_text_is_sent_as_utf8() -> None:
    """Letters outside ASCII are not escaped, and half an emoji is."""
    assert "Grüße 😀".encode() in call("Grüße 😀").body
    assert rb"\ud83d" in call("cut \ud83d").body


@pytest.mark.parametrize(
    ("messages", "options", "problem"),
    [
        ({"role": "user", "content": "Hi"}, {}, "messages is a dict"),
        (b"Hi", {}, "messages is a bytes"),
        (5, {}, "messages is a int"),
        ([{"role": "user", "content": b"Hi"}], {}, r"messages\[0\].content is a bytes"),
        ([{"role": "user", "content": [Path("a.png")]}], {}, r"messages\[0\].content\[0\] is a "),
        ([{1: 2}], {}, r"messages\[0\] has the key 1"),
        ({"a", "b"}, {}, "messages is a set"),
        (["Hi"], {}, r"messages\[0\] is a str. Give a message"),
        ([TextBlock], {}, r"messages\[0\] is a ABCMeta|messages\[0\] is a type"),
        ([{"role": "user", "content": {"a", "b"}}], {}, r"messages\[0\].content is a set"),
        ("Hi", {"stop_sequences": "END"}, "stop_sequences is a str. Give a list"),
        ("Hi", {"tools": {"name": "f"}}, "tools is a dict. Give a list"),
        ("Hi", {"temperature": float("nan")}, "temperature is nan"),
        (
            "Hi",
            {"tools": [{"name": "f", "input_schema": {"maximum": float("inf")}}]},
            r"tools\[0\].input_schema.maximum is inf",
        ),
        ("Hi", {"extra_body": {"x": object()}}, r"extra_body\.x is a object"),
        ("Hi", {"extra_body": {b"x": 1}}, "extra_body"),
        ("Hi", {"extra_body": {("x", "y"): 1}}, "extra_body"),
        ("Hi", {"extra_body": {object(): 1}}, "extra_body"),
        ("Hi", {"extra_body": ["x"]}, "extra_body is a list"),
        ("Hi", {"extra_body": "x"}, "extra_body is a str"),
        ("Hi", {"client_request_id": "with space"}, "client_request_id"),
        ("Hi", {"client_request_id": ""}, "client_request_id"),
        ("Hi", {"client_request_id": "x" * 129}, "client_request_id"),
        ("Hi", {"extra_headers": {"x-a": "line\nbreak"}}, "'x-a' cannot be sent"),
        ("Hi", {"extra_headers": {"x a": "b"}}, "'x a' cannot be sent"),
    ],
)
@pytest.mark.anyio
async def test_what_cannot_be_sent_is_refused_before_it_is(
    messages: Any, options: dict[str, Any], problem: str, caller: Caller
) -> None:
    """The error names the culprit, and the gateway never sees the request."""
    gateway = caller.meet(answer(body(text_block("Hi"))))
    with pytest.raises(InvalidRequestError, match=problem):
        await caller.create(messages=messages, **options)
    with pytest.raises(InvalidRequestError, match=problem):
        await caller.final(messages=messages, **options)
    assert gateway.requests == []


def test_a_value_that_contains_itself_is_refused() -> None:
    """There is no end to writing it."""
    loop: dict[str, Any] = {}
    loop["self"] = loop
    with pytest.raises(InvalidRequestError, match="tool_choice is nested too deeply"):
        call(tool_choice=loop)


def test_an_empty_model_is_refused() -> None:
    """A forgotten setting is told at once."""
    with pytest.raises(InvalidRequestError, match="model is empty"):
        message_operation(model="", messages="Hi", max_tokens=1, stream=False, options={})


def test_a_misspelt_argument_is_refused() -> None:
    """The gateway drops what it does not know without a word, so the client must not."""
    with pytest.raises(
        TypeError, match=r"'temprature'\. Did you mean 'temperature'\? Other members of the body go into extra_body"
    ):
        call(temprature=0.5)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("api_key", "Give it to the client"),
        ("max_iterations", r"Give it to messages\.tool_runner"),
        ("output", r"Give it to messages\.parse"),
        ("response_format", r"call messages\.parse"),
        ("retry_timeouts", "Give it to the client"),
        ("headers", "mean 'extra_headers'"),
        ("max_completion_tokens", "mean 'max_tokens'"),
        ("stop", "mean 'stop_sequences'"),
        ("beta", "mean 'betas'"),
        ("extra_header", r"mean 'extra_headers'\? Other"),
        ("container", r"Other members of the body go into extra_body"),
    ],
)
def test_an_argument_of_another_place_is_told_its_own(name: str, advice: str) -> None:
    """Each with what is right for it."""
    with pytest.raises(TypeError, match=rf"unexpected argument '{name}'\..*{advice}"):
        call(**{name: "x"})


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"betas": ["a-1"]}, "a-1"),
        ({"betas": ["a-1", "b-2"]}, "a-1,b-2"),
        ({"betas": ("a-1", "a-1")}, "a-1"),
        ({"betas": iter(["a-1"])}, "a-1"),
        ({"betas": ["b-2"], "extra_headers": {"Anthropic-Beta": "a-1"}}, "a-1,b-2"),
        ({"betas": ["a-1"], "client_request_id": "x"}, "a-1"),
        ({"betas": []}, None),
        ({"betas": None}, None),
    ],
)
def test_betas_are_a_header(options: dict[str, Any], header: str | None) -> None:
    """And no member of the body."""
    operation = call(**options)
    assert (operation.options.get("extra_headers") or {}).get("anthropic-beta") == header
    assert b"beta" not in (operation.body or b"")


@pytest.mark.parametrize("betas", ["a-1", b"a-1", {"a": 1}, 5, [5], [""], ["a\nb"], ["a,b"]])
def test_betas_that_are_none_are_refused(betas: Any) -> None:
    """Before anything is sent."""
    with pytest.raises(InvalidRequestError, match="betas is no list of names"):
        call(betas=betas)


@in_process
@pytest.mark.anyio
async def test_the_request_on_the_wire(caller: Caller) -> None:
    """Path, query and headers are what the gateway documents, and say who is calling."""
    caller.options = {"default_headers": {"X-Title": "app", "x-drop": "1"}, "base_url": "https://host.example/base/v1/"}
    gateway = caller.meet(answer(body(text_block("Hi"))))
    await caller.create(
        extra_query={"beta": True, "n": 1, "none": None},
        extra_headers={"X-Drop": None, "x-more": "2"},
        client_request_id="job:1",
    )
    request = gateway.requests[0]
    assert (request.method, str(request.url)) == ("POST", "https://host.example/base/v1/messages?beta=true&n=1")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["accept"] == "application/json"
    assert request.headers["user-agent"].startswith("aimlapi-messages/")
    assert " python/3." in request.headers["user-agent"]
    assert request.headers["x-client-request-id"] == "job:1"
    assert (request.headers["x-title"], request.headers["x-more"]) == ("app", "2")
    assert "x-drop" not in request.headers


@pytest.mark.anyio
async def test_a_stream_is_asked_for_as_one(caller: Caller) -> None:
    """The body says stream, and the headers which form is understood."""
    gateway = caller.meet(answer(sse(*TEXT_EVENTS)))
    await caller.final()
    assert gateway.sent["stream"] is True
    assert gateway.requests[0].headers["accept"].startswith("text/event-stream")


@in_process
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"connect": 10.0, "read": 600.0, "write": 600.0, "pool": 600.0}),
        ({"timeout": 5}, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
        ({"timeout": None}, {"connect": None, "read": None, "write": None, "pool": None}),
        ({"timeout": httpx.Timeout(1.0, read=2.0)}, {"connect": 1.0, "read": 2.0, "write": 1.0, "pool": 1.0}),
        ({"timeout": httpx2.Timeout(1.0, read=2.0)}, {"connect": 1.0, "read": 2.0, "write": 1.0, "pool": 1.0}),
        ({"timeout": httpx2.Timeout(None)}, {"connect": None, "read": None, "write": None, "pool": None}),
    ],
)
async def test_timeouts_reach_the_wire(caller: Caller, options: dict[str, Any], expected: dict[str, Any]) -> None:
    """The default, a number, no limit and the form of httpx and httpx2 are understood, per client, copy and call."""
    gateway = caller.meet(answer(body(text_block("Hi"))))
    await caller.create(**options)
    assert gateway.requests[0].extensions["timeout"] == expected
    caller.options = {**caller.options, **options}
    gateway = caller.meet(answer(body(text_block("Hi"))))
    await caller.create()
    assert gateway.requests[0].extensions["timeout"] == expected
    given = {"timeout": httpx.Timeout(600.0, connect=10.0), **options}
    caller.client = caller.client.with_options(timeout=1).with_options(**given)
    await caller.create()
    assert gateway.requests[1].extensions["timeout"] == httpx.Timeout(caller.client.timeout).as_dict() == expected


def test_own_options_are_those_of_the_typed_dict() -> None:
    """The names that are checked at run time are those that type checkers know."""
    members = {*body_options()}
    assert _OWN_OPTIONS | members == set(CreateOptions.__annotations__)
