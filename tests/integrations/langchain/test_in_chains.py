"""A model within what LangChain is used for: agents, chains, fallbacks, batches, callbacks, caches and events."""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("langchain")

from langchain import agents
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler, UsageMetadataCallbackHandler
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import Generation
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import ConfigurableField
from pydantic import BaseModel

from aimlapi_messages.testing import Emulator

pytestmark = pytest.mark.operation("create_message")

SUNNY = {"name": "get_weather", "input": {"city": "Ghent"}}


class Weather(BaseModel):
    """The weather."""

    city: str
    degrees: int


def get_weather(city: str) -> str:
    """The weather in a city."""
    if city == "Paris":
        raise ValueError("no such city")
    return f"Sunny in {city}"


@pytest.mark.parametrize("version", [None, "v1"])
@pytest.mark.parametrize("is_async", [False, True])
def test_an_agent(make: Callable[..., Any], aimlapi_server: Emulator, version: str | None, is_async: bool) -> None:
    """It runs the calls of an answer at the same time, and the model sees what came of them."""
    aimlapi_server.reply("Let me see.", tool_calls=[SUNNY, {**SUNNY, "input": {"city": "Gent"}}])
    aimlapi_server.reply("Sunny.")
    agent = agents.create_agent(make(output_version=version), [get_weather], system_prompt="Be brief.")
    given = {"messages": [("user", "How is the weather?")]}
    messages = (asyncio.run(agent.ainvoke(given)) if is_async else agent.invoke(given))["messages"]
    assert [type(message) for message in messages[1:]] == [AIMessage, ToolMessage, ToolMessage, AIMessage]
    assert messages[-1].text == "Sunny."
    _, said, results = aimlapi_server.requests[-1].body["messages"]
    assert [block["type"] for block in said["content"]] == ["text", "tool_use", "tool_use"]
    assert [block["tool_use_id"] for block in results["content"]] == [block["id"] for block in said["content"][1:]]


def test_an_agent_streams(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """The text and the arguments of calls, piece by piece."""
    aimlapi_server.reply(tool_calls=[SUNNY])
    aimlapi_server.reply("It is sunny, and will be so for days.")
    agent = agents.create_agent(make(), [get_weather])
    pieces = list(agent.stream({"messages": [("user", "Weather?")]}, stream_mode="messages"))
    texts = [chunk.text for chunk, _ in pieces if chunk.type == "AIMessageChunk" and chunk.text]
    assert "".join(texts) == "It is sunny, and will be so for days."
    assert len(texts) > 2
    arguments = "".join(call["args"] for chunk, _ in pieces for call in getattr(chunk, "tool_call_chunks", []))
    assert arguments == '{"city": "Ghent"}'


@pytest.mark.parametrize("strategy", [ToolStrategy(Weather), ProviderStrategy(Weather)], ids=["tool", "provider"])
@pytest.mark.parametrize("model", ["anthropic/claude-sonnet-5", "anthropic/claude-opus-5-5"])
def test_an_agent_with_a_value(make: Callable[..., Any], aimlapi_server: Emulator, strategy: Any, model: str) -> None:
    """By a call of a tool, or by text that is JSON."""
    value = Weather(city="Ghent", degrees=3)
    if isinstance(strategy, ToolStrategy):
        aimlapi_server.reply(tool_calls=[{"name": "Weather", "input": value.model_dump()}])
    else:
        aimlapi_server.reply(value.model_dump_json())
    agent = agents.create_agent(make(model=model), [], response_format=strategy)
    assert agent.invoke({"messages": [("user", "Weather?")]})["structured_response"] == value


def test_fallbacks_and_retries(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Of LangChain's."""
    aimlapi_server.reply(529, "one", 429, "two")
    assert ask(make().with_fallbacks([make(model="claude-opus-5")]), "Hello").text == "one"
    assert ask(make().with_fallbacks([make()]), "Hello").text == "two"
    aimlapi_server.reply(503, "three")
    assert make().with_retry(stop_after_attempt=2, wait_exponential_jitter=False).invoke("Hello").text == "three"


def test_a_chain(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Of a prompt, the model, and a parser of text."""
    aimlapi_server.reply("Bonjour")
    chain = (
        ChatPromptTemplate.from_messages([("system", "Be {how}."), ("human", "{said}")]) | make() | StrOutputParser()
    )
    text: Any = ask(chain, {"how": "brief", "said": "Hello"})
    assert text == "Bonjour"
    assert aimlapi_server.requests[0].body["system"] == [{"type": "text", "text": "Be brief."}]


@pytest.mark.parametrize("is_async", [False, True])
def test_many_at_once(make: Callable[..., Any], aimlapi_server: Emulator, is_async: bool) -> None:
    """One that fails does not stop the others."""
    aimlapi_server.reply(lambda request: 400 if request.question == "2" else request.question, times=5)
    given = [str(number) for number in range(5)]
    model = make()
    if is_async:
        answers = asyncio.run(model.abatch(given, return_exceptions=True))
    else:
        answers = model.batch(given, return_exceptions=True)
    assert [type(one).__name__ for one in answers if not isinstance(one, AIMessage)] == ["BadRequestError"]
    assert [one.text for one in answers if isinstance(one, AIMessage)] == ["0", "1", "3", "4"]


def test_callbacks(make: Callable[..., Any], ask: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """They count tokens, and hear pieces of a stream."""
    aimlapi_server.reply({"content": "Hello to you all", "usage": {"input_tokens": 3, "output_tokens": 5}})
    heard: list[Any] = []

    class Handler(BaseCallbackHandler):
        def on_llm_new_token(self, token: Any, **_: Any) -> None:
            heard.append(token)

    usage = UsageMetadataCallbackHandler()
    said = ask(make(), "Hello", config={"callbacks": [usage, Handler()]})
    assert usage.usage_metadata["claude-sonnet-5"]["total_tokens"] == 8
    assert "".join(heard) in ("", said.text)


def test_events(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """Of either version, for calls of tools too."""
    aimlapi_server.reply("Let me see.", tool_calls=[SUNNY], times=2)
    model = make().bind_tools([get_weather])

    async def kinds() -> Counter[str]:
        return Counter([event["event"] async for event in model.astream_events("Hello", version="v2")])

    assert asyncio.run(kinds())["on_chat_model_stream"] > 3
    stream = model.stream_events("Hello", version="v3")
    assert str(stream.text) == "Let me see."
    assert stream.output.tool_calls[0]["args"] == {"city": "Ghent"}


def test_a_cache_and_another_model_by_configuration(make: Callable[..., Any], aimlapi_server: Emulator) -> None:
    """The same question is asked once, of each model."""
    aimlapi_server.reply("one", "two")
    model = make(cache=InMemoryCache()).configurable_fields(model=ConfigurableField(id="model"))
    other = {"configurable": {"model": "claude-opus-5"}}
    texts = [model.invoke("Hello").text, model.invoke("Hello").text, model.invoke("Hello", config=other).text]
    assert texts == ["one", "one", "two"]


class OnDisk(InMemoryCache):
    """A cache that keeps bytes, as those in files and databases do."""

    def lookup(self, prompt: str, llm_string: str) -> Any:
        kept = super().lookup(prompt, llm_string)
        return kept and pickle.loads(kept)

    def update(self, prompt: str, llm_string: str, return_val: Any) -> None:
        super().update(prompt, llm_string, pickle.dumps(return_val))


class WithoutMessages(InMemoryCache):
    """An old one, which has the texts alone."""

    def lookup(self, prompt: str, llm_string: str) -> Any:
        return super().lookup(prompt, llm_string) and [Generation(text="one")]


@pytest.mark.parametrize("cache", [InMemoryCache, OnDisk, WithoutMessages])
@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("is_async", [False, True])
def test_a_cached_answer_costs_nothing(
    make: Callable[..., Any], aimlapi_server: Emulator, cache: type[InMemoryCache], streaming: bool, is_async: bool
) -> None:
    """By our name and by LangChain's, each time; the first keeps what it has cost."""
    priced = {"meta": {"usage": {"credits_used": 2000, "usd_spent": 0.001}}}
    aimlapi_server.reply({"content": "one", **priced})
    model = make(cache=cache(), streaming=streaming)
    answers = [asyncio.run(model.ainvoke("Hello")) if is_async else model.invoke("Hello") for _ in range(3)]
    assert [answer.text for answer in answers] == ["one"] * 3
    assert [answer.response_metadata["cost_usd"] for answer in answers] == [0.001, 0.0, 0.0]
    assert len(aimlapi_server.requests) == 1
