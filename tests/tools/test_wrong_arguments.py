"""A model that calls tools with wrong arguments: the emulator plays it, and the runner tells it what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, Message, OutputError, ToolArgumentsError
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.anyio

QUESTION = "What is the weather in Paris for 3 days?"


WRONG = {"city": ["a wrong value"], "days": 3}
RIGHT = {"city": "Paris", "days": 3}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def answer(emulator: Emulator, name: str, *inputs: dict[str, Any]) -> None:
    """Have the model call a tool with these inputs, one after the other, and then say what it likes."""
    for given in inputs:
        emulator.reply(tool_calls=[{"name": name, "input": given}])
    emulator.reply(lambda _: None, times=None)


def get_weather(city: str, days: int) -> str:
    """The weather in a city."""
    return f"{days} days of sun in {city}"


@dataclass
class Forecast:
    """The weather to come."""

    city: str
    days: int


@pytest.fixture(params=["sync", "sync stream", "async", "async stream"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def run(emulator: Emulator, kind: str, **options: Any) -> tuple[Message, Any]:
    """The last message of a run, and the runner."""
    given: dict[str, Any] = {
        "model": MODEL,
        "messages": QUESTION,
        "tools": [get_weather],
        "stream": "stream" in kind,
        **options,
    }
    if kind.startswith("async"):
        async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
            runner: Any = client.messages.tool_runner(**given)
            return await runner.until_done(), runner
    with AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
        runner = client.messages.tool_runner(**given)
        return runner.until_done(), runner


async def test_the_model_is_told_and_the_second_try_succeeds(emulator: Emulator, kind: str) -> None:
    """The field, the reason and the value; the function runs once, with what is right."""
    answer(emulator, "get_weather", WRONG, RIGHT)
    message, runner = await run(emulator, kind)
    results = [turn["content"][0] for turn in runner.transcript if turn["role"] == "user"][1:]
    assert [(result.get("is_error", False), result["content"]) for result in results] == [
        (True, 'The arguments are wrong. city: expected a string, got ["a wrong value"]'),
        (False, "3 days of sun in Paris"),
    ]
    assert message.text == "According to get_weather: 3 days of sun in Paris."


async def test_a_model_that_does_not_learn_is_given_up(emulator: Emulator, kind: str) -> None:
    """After as many tries as were set, with all turns in the error."""
    answer(emulator, "get_weather", WRONG, WRONG)
    with pytest.raises(ToolArgumentsError, match=r"2 calls of get_weather .* city: expected a string") as caught:
        await run(emulator, kind, max_argument_errors=2)
    assert [turn["role"] for turn in caught.value.transcript] == ["user", "assistant", "user", "assistant", "user"]


@pytest.mark.parametrize(
    ("name", "given", "advice"),
    [
        ("get_weather", WRONG, "Say in the tool's description"),
        ("get_weather", {}, "Say in the tool's description"),
        ("get_weather", {**RIGHT, "unit": "c"}, "Say in the tool's description"),
        ("get_wether", RIGHT, "Give the run a tool of this name"),
        ("get_wether", {}, "Give the run a tool of this name"),
        ("web_search", {"query": "Paris"}, "Give the run a tool of this name"),
    ],
)
async def test_the_advice_fits_what_was_wrong(
    emulator: Emulator, kind: str, name: str, given: dict[str, Any], advice: str
) -> None:
    """Arguments are described better; a tool that there is not has no description."""
    answer(emulator, name, given)
    with pytest.raises(ToolArgumentsError) as caught:
        await run(emulator, kind, max_argument_errors=1)
    found = re.findall("Say in the tool's description|Give the run a tool of this name", str(caught.value))
    assert found == [advice]


def test_an_output_that_does_not_fit_is_asked_for_again(emulator: Emulator) -> None:
    """The second one fits."""
    answer(emulator, "Forecast", WRONG)
    with AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
        forecast = client.messages.parse(model=MODEL, messages=QUESTION, output=Forecast)
    assert forecast == Forecast("Paris", 3)


async def test_an_output_that_never_fits_is_a_typed_error(emulator: Emulator) -> None:
    """With the turns and the last answer."""
    answer(emulator, "Forecast", WRONG, WRONG)
    async with AsyncAIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
        with pytest.raises(OutputError, match="No Forecast came of it") as caught:
            await client.messages.parse(
                model=MODEL,
                messages=QUESTION,
                output=Forecast,
                output_retries=1,
            )
    assert caught.value.partial is not None
    assert [turn["role"] for turn in caught.value.transcript] == [
        "user",
        "assistant",
        "user",
        "assistant",
        "user",
    ]
