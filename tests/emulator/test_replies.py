"""The replies of a test: they answer as the test wants, in every form, and nothing is left or missing unnoticed."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import anthropic
import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, BadRequestError, Message
from aimlapi_messages.testing import Emulator, MessageRequest

MODEL = "claude-sonnet-5"
CALL = {"name": "get_weather", "input": {"location": "Paris", "days": [1, 2]}}
CITATION = {"type": "char_location", "cited_text": "blue", "document_index": 0, "document_title": None}
CITED = {
    "type": "text",
    "text": "The sky is blue.",
    "citations": [{**CITATION, "start_char_index": 0, "end_char_index": 4}],
}
SEARCH = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "sky"}},
    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
]
THOUGHTS = [{"type": "thinking", "thinking": "Well, well."}, {"type": "redacted_thinking", "data": "abc"}]

Ask = Callable[..., httpx.Response]


@pytest.fixture
def sdk(emulator: Emulator) -> Iterator[AIMLAPI]:
    """This package's client of the emulator."""
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url, max_retries=0) as client:
        yield client


@pytest.fixture
async def async_sdk(emulator: Emulator) -> AsyncIterator[AsyncAIMLAPI]:
    """The asynchronous one."""
    async with AsyncAIMLAPI(api_key="test-key", base_url=emulator.base_url, max_retries=0) as client:
        yield client


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}


REPLIES: list[Any] = [
    pytest.param(["It is sunny."], {}, [text("It is sunny.")], "end_turn", id="text"),
    pytest.param([""], {}, [text("")], "end_turn", id="no-text"),
    pytest.param([" \n🌍 two\n\nlines "], {}, [text(" \n🌍 two\n\nlines ")], "end_turn", id="odd-text"),
    pytest.param([], {"tool_calls": [CALL]}, [{"type": "tool_use", **CALL}], "tool_use", id="call"),
    pytest.param(
        ["Let me see."],
        {"tool_calls": [CALL, {"name": "stop"}]},
        [text("Let me see."), {"type": "tool_use", **CALL}, {"type": "tool_use", "name": "stop", "input": {}}],
        "tool_use",
        id="text-and-calls",
    ),
    pytest.param([{"content": "Hi", "stop_reason": "max_tokens"}], {}, [text("Hi")], "max_tokens", id="reason"),
    pytest.param([{"content": []}], {}, [], "end_turn", id="nothing"),
    pytest.param([{"content": [CITED]}], {}, [CITED], "end_turn", id="citations"),
    pytest.param([{"content": SEARCH, "stop_reason": "pause_turn"}], {}, SEARCH, "pause_turn", id="server-tools"),
    pytest.param(
        [{"content": [*THOUGHTS, text("So.")]}],
        {},
        [{**THOUGHTS[0], "signature": ""}, THOUGHTS[1], text("So.")],
        "end_turn",
        id="thoughts",
    ),
    pytest.param([lambda request: f"{request.question}?"], {}, [text("Hello?")], "end_turn", id="function"),
    pytest.param([lambda _: {"content": [text("a"), text("b")]}], {}, [text("a"), text("b")], "end_turn", id="dict"),
]


def plain(message: Any) -> list[dict[str, Any]]:
    """The blocks of a message of any client, without ids of calls."""
    blocks = [block.to_dict() for block in message.content]
    return [
        {name: value for name, value in block.items() if name != "id" or block["type"] != "tool_use"}
        for block in blocks
    ]


def asked(client: AIMLAPI | anthropic.Anthropic, *, stream: bool = False) -> Any:
    """What a client gets for its hello."""
    request: Any = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}
    if not stream:
        return client.messages.create(**request)
    with client.messages.stream(**request) as events:
        return events.get_final_message()


@pytest.mark.parametrize(("answers", "named", "content", "reason"), REPLIES)
@pytest.mark.parametrize("stream", [False, True])
def test_replies(
    emulator: Emulator,
    sdk: AIMLAPI,
    client: httpx.Client,
    answers: Any,
    named: Any,
    content: Any,
    reason: str,
    stream: bool,
) -> None:
    """Each kind of answer, whole and as a stream, is what the test gave, and has the tokens and the cost of it."""
    emulator.reply(*answers, **named)
    message = asked(sdk, stream=stream)
    assert plain(message) == content
    assert message.stop_reason == reason
    assert message.model == MODEL
    assert message.usage.output_tokens > 0
    assert 10 - emulator.balance == message.cost.usd
    (log,) = client.get("/v2/logs").json()["data"]
    assert (log["tokens"]["output"], log["cost"]["credits"]) == (message.usage.output_tokens, message.cost.credits)
    emulator.assert_replies()


@pytest.mark.anyio
@pytest.mark.parametrize(("answers", "named", "content", "reason"), REPLIES)
async def test_async_replies(
    emulator: Emulator, async_sdk: AsyncAIMLAPI, answers: Any, named: Any, content: Any, reason: str
) -> None:
    """The asynchronous client gets the same."""
    emulator.reply(*answers, **named, times=2)
    message = await async_sdk.messages.create(model=MODEL, messages="Hello")
    async with async_sdk.messages.stream(model=MODEL, messages="Hello") as stream:
        streamed = await stream.get_final_message()
    assert plain(message) == plain(streamed) == content
    assert message.stop_reason == streamed.stop_reason == reason


@pytest.mark.parametrize(("answers", "named", "content", "reason"), REPLIES)
def test_replies_to_anthropic(emulator: Emulator, answers: Any, named: Any, content: Any, reason: str) -> None:
    """The official package gets them, too; it leaves out a list of citations only if there is none."""
    emulator.reply(*answers, **named, times=2)
    with anthropic.Anthropic(base_url=emulator.base_url, auth_token="test-key", max_retries=0) as client:
        message, streamed = asked(client), asked(client, stream=True)
    assert plain(message) == content
    assert [block["type"] for block in plain(streamed)] == [block["type"] for block in content]
    assert "".join(block.get("text", "") for block in plain(streamed)) == "".join(
        block.get("text", "") for block in content
    )
    assert message.stop_reason == streamed.stop_reason == reason


@anthropic.beta_tool
def get_weather(location: str, days: list[int]) -> str:
    """Get the weather."""
    return f"Sun in {location} for {len(days)} days"


@pytest.mark.parametrize("options", [{}, {"stream": True}, {"thread": False}])
def test_the_tool_runner_of_anthropic(emulator: Emulator, options: dict[str, Any]) -> None:
    """It runs the calls of a reply, and a function of the request sees their results."""
    emulator.reply("Let me see.", tool_calls=[CALL, {"name": "get_weather", "input": {"location": "Oslo", "days": []}}])
    emulator.reply(lambda request: " and ".join(result.text for result in request.results))
    with anthropic.Anthropic(base_url=emulator.base_url, auth_token="test-key", max_retries=0) as client:
        runner: Any = client.beta.messages.tool_runner(
            model=MODEL, max_tokens=99, tools=[get_weather], messages=[{"role": "user", "content": "Go on"}], **options
        )
        assert runner.until_done().content[0].text == "Sun in Paris for 2 days and Sun in Oslo for 0 days"
    emulator.assert_replies()


def test_a_message_answers_again(emulator: Emulator, sdk: AIMLAPI) -> None:
    """A message that one of the two clients got is an answer, with its id, tokens and cost."""
    emulator.reply({"content": "Hi", "id": "msg_1", "usage": {"input_tokens": 7, "output_tokens": 1_000}})
    first = asked(sdk)
    assert (first.id, first.usage.input_tokens, first.usage.output_tokens) == ("msg_1", 7, 1_000)
    assert first.cost.usd == Decimal("0.013018")
    emulator.reply(first, Message.from_dict({**first.to_dict(), "stop_sequence": "x"}))
    assert asked(sdk).to_dict() == first.to_dict()
    assert asked(sdk, stream=True).to_dict() == {**first.to_dict(), "stop_sequence": "x"}
    with anthropic.Anthropic(base_url=emulator.base_url, api_key="test-key") as client:
        emulator.reply(first)
        emulator.reply(asked(client))
        assert asked(client).to_dict() == first.to_dict()
    emulator.reply({"content": "Hi", "meta": {"usage": {"credits_used": 5}}})
    assert asked(sdk).cost.credits == 5


@pytest.mark.parametrize(
    ("usage", "meta", "tokens", "credits"),
    [
        ({"input_tokens": 5}, {}, (5, 1), 52),
        ({"input_tokens": 5, "output_tokens": 0, "cache_read_input_tokens": 100}, {}, (5, 0), 78),
        ({"input_tokens": -5, "output_tokens": 10**30}, {}, (5, 1), 52),
        ({"input_tokens": "9", "output_tokens": None}, {}, (5, 1), 52),
        ({"input_tokens": 5}, {"usage": {"credits_used": 7, "usd_spent": 9}}, (5, 1), 7),
        ({}, {"usage": {"credits_used": -7}}, (5, 1), 52),
        ([1], 5, (5, 1), 52),
    ],
)
def test_what_a_reply_costs(
    emulator: Emulator, client: httpx.Client, ask: Ask, usage: Any, meta: Any, tokens: tuple[int, int], credits: int
) -> None:
    """By the tokens or the cost that it says, if they can be; else by those that the emulator counts."""
    emulator.reply({"content": "Hi", "usage": usage, "meta": meta})
    assert ask("Hello").json()["meta"]["usage"]["credits_used"] == credits
    (log,) = client.get("/v2/logs").json()["data"]
    assert (log["tokens"]["input"], log["tokens"]["output"], log["cost"]["credits"]) == (*tokens, credits)


def test_a_sequence(emulator: Emulator, ask: Ask) -> None:
    """Answers come in their order, as often as the test says, and statuses among them."""
    emulator.reply("one", 529, "two", times=2)
    emulator.reply("three")
    answers = [ask("Hello") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200, 529, 200, 200, 529, 200, 200]
    said = [answer.json()["content"][0]["text"] for answer in answers if answer.status_code == 200]
    assert said == ["one", "two", "one", "two", "three"]
    emulator.assert_replies()


@pytest.mark.parametrize(
    ("when", "question", "fits"),
    [
        ("weather", "What is the Weather in Paris?", True),
        ("Weather in", "what is the weather in Paris?", True),
        ("weather?", "What is the weather in Paris?", False),
        ("", "Hello", True),
        (re.compile(r"in (Paris|Rome)\b"), "What is the weather in Rome?", True),
        (re.compile("^weather"), "What is the weather?", False),
        (lambda request: request.system == "Be brief.", "Hello", True),
        (lambda request: request.turns == 2, "Hello", False),
    ],
)
def test_what_a_reply_is_for(emulator: Emulator, ask: Ask, when: Any, question: str, fits: bool) -> None:
    """Text in any case, a pattern, or a function decides; what fits nothing else gets the default."""
    emulator.reply("the default", times=None)
    emulator.reply("the reply", when=when)
    said = [ask(question, system="Be brief.").json()["content"][0]["text"] for _ in range(2)]
    assert said == (["the reply", "the default"] if fits else ["the default"] * 2)


def test_the_request_in_a_function(emulator: Emulator, ask: Ask, weather_tool: dict[str, Any]) -> None:
    """It has what the user said, the results of tools and the whole body."""
    seen: list[MessageRequest] = []
    emulator.reply(tool_calls=[CALL])
    emulator.reply(seen.append)  # which returns None, and so leaves the answer to the emulator
    call = ask("Weather in Paris?", tools=[weather_tool]).json()
    result = {"type": "tool_result", "tool_use_id": call["content"][0]["id"], "content": "18 degrees"}
    messages = [
        {"role": "user", "content": "Weather in Paris?"},
        {"role": "assistant", "content": call["content"]},
        {"role": "user", "content": [result]},
    ]
    last = ask("", tools=[weather_tool], messages=messages).json()
    assert last["content"][0]["text"] == "According to get_weather: 18 degrees."
    assert (seen[0].question, seen[0].turns, seen[0].results[0].text) == ("Weather in Paris?", 2, "18 degrees")
    assert seen[0].body["messages"] == messages


@pytest.mark.parametrize(
    "wrong",
    [
        {"messages": []},
        {"max_tokens": 0},
        {"model": "claude-nothing"},
        {"tools": [{"name": "x"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]}]},
    ],
)
def test_a_wrong_request_is_refused(emulator: Emulator, ask: Ask, wrong: dict[str, Any]) -> None:
    """It uses up no reply, and neither does a failure that a switch asks for."""
    emulator.reply("right")
    assert ask("Hello", **wrong).status_code in (400, 404)
    assert ask("Hello", headers={"x-emulator-fail": "429"}).status_code == 429
    assert ask("Hello").json()["content"] == [text("right")]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 529])
def test_a_status(emulator: Emulator, ask: Ask, status: int) -> None:
    """It is the gateway's error, which costs nothing."""
    emulator.reply(status)
    answer = ask("Hello")
    assert (answer.status_code, answer.json()["status"], emulator.balance) == (status, status, 10)


def test_a_retry_takes_the_next_reply(emulator: Emulator) -> None:
    """So that a failure and the success after it are two answers."""
    emulator.reply(529, "Hello again")
    with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        assert client.messages.create(model=MODEL, messages="Hello").text == "Hello again"


def raises(request: MessageRequest) -> str:
    raise KeyError(request.question)


def fails(request: MessageRequest) -> str:
    pytest.fail("not this way")


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({"when": "weather"}, "No reply is left for the message 'Hello'."),
        ({"when": raises}, "A function of the test raised KeyError: 'Hello' for the message 'Hello'."),
        ({"answer": raises}, "A function of the test raised KeyError: 'Hello' for the message 'Hello'."),
        ({"answer": fails}, "A function of the test raised Failed: not this way for the message 'Hello'."),
        ({"answer": lambda _: 200}, "A function of the test raised ValueError: 200 is not a status that"),
        ({"answer": lambda _: {}}, "A function of the test raised ValueError: a message needs a `content`"),
        ({"answer": lambda _: 1.5}, "A function of the test raised TypeError: a reply is text, a status,"),
    ],
)
def test_a_request_without_a_reply(emulator: Emulator, sdk: AIMLAPI, named: dict[str, Any], problem: str) -> None:
    """The caller gets 400, which nobody sends again, and the test fails even if the caller catches it."""
    emulator.reply(named.get("answer", "Sunny"), when=named.get("when"))
    with pytest.raises(BadRequestError, match=re.escape(problem.removesuffix("."))):
        asked(sdk)
    with pytest.raises(AssertionError, match=re.escape(problem)):
        emulator.assert_replies()
    emulator.reset()
    emulator.assert_replies()
    assert "Hello" in asked(sdk).text


def test_the_end_of_with() -> None:
    """It fails for what was not sent, unless another exception is on its way; a default need not be sent."""
    emulator = Emulator()
    emulator.reply("Sunny", lambda _: "Rainy", when="weather")
    emulator.reply("Anything", times=None)
    unsent = "Sent 0 of 2 times: reply('Sunny', <lambda>, when='weather')"
    with pytest.raises(AssertionError, match=f"^{re.escape(unsent)}$"), emulator:
        pass
    with pytest.raises(KeyError), emulator:
        raise KeyError
    assert repr(emulator) == "<Emulator not running>"


@pytest.mark.parametrize(
    ("answers", "named", "error", "said"),
    [
        ([], {}, TypeError, "reply() needs an answer"),
        (
            [b"bytes"],
            {},
            TypeError,
            "a reply is text, a status, a file, a message or a function of the request, not bytes",
        ),
        ([None], {}, TypeError, "not NoneType"),
        ([200], {}, ValueError, "200 is not a status that the gateway fails with: 400, 401"),
        ([True], {}, ValueError, "True is not a status"),
        ([{}], {}, ValueError, "a message needs a `content`: text, or a list of blocks"),
        ([{"content": [{"text": "Hi"}]}], {}, ValueError, "content[0] of a message needs a `type`, which is text"),
        ([{"content": [text("a"), {"type": "text"}]}], {}, ValueError, "content[1] of a message needs a `text`"),
        ([{"content": [{"type": "tool_use"}]}], {}, ValueError, "content[0] of a message needs a `name`"),
        ([{"content": [{"type": "x", "y": {1, 2}}]}], {}, TypeError, "set is not JSON serializable"),
        ([], {"tool_calls": [{"name": "a", "input": {"b": float("nan")}}]}, ValueError, "not JSON compliant"),
        (["a", "b"], {"tool_calls": [CALL]}, TypeError, "tool_calls are one answer"),
        ([529], {"tool_calls": [CALL]}, TypeError, "tool_calls are one answer"),
        ([], {"tool_calls": [{"input": {}}]}, ValueError, "content[0] of a message needs a `name`"),
        (["a"], {"times": 0}, ValueError, "times is 0; it is 1 or more, or None"),
    ],
)
def test_a_reply_that_cannot_be_sent(
    emulator: Emulator, ask: Ask, answers: Any, named: Any, error: type[Exception], said: str
) -> None:
    """It is told where it is given, and nothing is added."""
    with pytest.raises(error, match=re.escape(said)):
        emulator.reply(*answers, **named)
    assert ask("Hello").status_code == 200


def test_faults_of_a_reply(emulator: Emulator, ask: Ask) -> None:
    """Switches change what is sent of it, as of any answer."""
    emulator.reply("one two three", times=3)
    emulator.script({"x-emulator-stream": "end-after=5"}, {"x-emulator-shape": "legacy"})
    assert ask("Hello", stream=True).text.count("event:") == 5
    assert ask("Hello").json()["choices"][0]["message"]["content"] == "one two three"
    assert ask("Hello", stream=True, headers={"x-emulator-stream": "bytes=3"}).text.count("event:") == 8


USER = {"role": "user", "content": "Hi"}
RESULT = {"type": "tool_result", "content": "18"}


def called(*names: str) -> list[dict[str, Any]]:
    """Turns in which the model calls tools, and gets their results."""
    calls = [
        {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": {}} for place, name in enumerate(names)
    ]
    results = [{**RESULT, "tool_use_id": call["id"]} for call in calls]
    return [{"role": "assistant", "content": calls}, {"role": "user", "content": results}]


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        ([USER], "the message 'Hi'."),
        ([USER, *called("get_weather")], "the message 'Hi', turn 2, after the result of get_weather."),
        ([USER, *called("a", "b", "a")], "the message 'Hi', turn 2, after the result of a and b."),
        ([USER, *called("a"), *called("b")], "the message 'Hi', turn 3, after the result of b."),
        ([USER, {"role": "assistant", "content": "Ho"}, USER], "the message 'Hi', turn 2."),
        ([USER, *called("a"), {"role": "assistant", "content": "Ho"}, USER], "the message 'Hi', turn 3."),
    ],
)
def test_where_a_reply_is_missing(emulator: Emulator, ask: Ask, messages: list[dict[str, Any]], place: str) -> None:
    """It is told by the turn and the tools whose results came, for the user's last text may be of an earlier turn."""
    emulator.reply("Never", when="something else")
    assert ask("", messages=messages).status_code == 400
    with pytest.raises(AssertionError, match=re.escape(f"No reply is left for {place}")):
        emulator.assert_replies()


@pytest.mark.operation("create_batch", "get_batch")
def test_replies_in_a_batch(emulator: Emulator, sdk: AIMLAPI) -> None:
    """Each request of a batch takes a reply, and one without is an error of its own."""
    emulator.reply("one", 529, lambda request: request.question.upper(), when="ask")
    requests: Any = [
        {"custom_id": str(number), "params": {"model": MODEL, "messages": said}}
        for number, said in enumerate(["ask 1", "ask 2", "ask 3", "other"])
    ]
    batch = sdk.messages.batches.create(requests=requests, extra_headers={"x-emulator-batch": "polls=0"})
    found = {one.custom_id: one for one in sdk.messages.batches.results(batch)}
    assert [message.text for name in "02" if (message := found[name].message)] == ["one", "ASK 3"]
    errors = [found[name].result.to_dict()["error"]["error"] for name in "13"]
    assert [error["type"] for error in errors] == ["api_error", "invalid_request_error"]
    assert errors[1]["message"] == "No reply is left for the message 'other'."


def test_threads_share_replies() -> None:
    """Every reply answers one request, whichever threads give and take them."""
    with Emulator() as emulator, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: emulator.reply(f"{number}a", f"{number}b"), range(20)))
        with AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
            said = list(pool.map(lambda _: client.messages.create(model=MODEL, messages="Hi").text, range(40)))
    assert sorted(said) == sorted(f"{number}{letter}" for number in range(20) for letter in "ab")


@pytest.mark.anyio
async def test_replies_without_a_port() -> None:
    """An emulator that never starts answers in the process of the test."""
    emulator = Emulator()
    emulator.reply("Hello from here")
    transport = httpx.ASGITransport(app=emulator.app)
    async with (
        httpx.AsyncClient(transport=transport) as http_client,
        AsyncAIMLAPI(api_key="test-key", base_url="http://emulator", http_client=http_client) as client,
    ):
        message = await client.messages.create(model=MODEL, messages="Hello")
    assert message.text == "Hello from here"
    emulator.assert_replies()
