"""`stream_output`: the value as far as it has come, and streams that break or are left."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from aimlapi_messages import OverloadedError, StreamIncompleteError

from ..support.outputs import Outputs, said, value, written
from ..support.wire import Chunks, Gateway, answer, block_start, delta, sse, start, tool_block

pytestmark = pytest.mark.anyio

OVERLOADED = answer({"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, 529)


@dataclass
class Trip:
    city: str = ""
    stops: list[str] = field(default_factory=list)


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def outputs(request: pytest.FixtureRequest) -> Outputs:
    return Outputs(asynchronous=request.param, stream=True)


async def test_partial_values_grow_to_the_value(outputs: Outputs) -> None:
    """They are plain JSON, and the value is of its type."""
    pieces = ['{"ci', 'ty": "Ro', 'me", "stops": ["a", "b', '"]}']
    assert await outputs.get(Gateway(written(*pieces)), Trip) == Trip("Rome", ["a", "b"])
    assert outputs.partial == [
        {},
        {"city": "Ro"},
        {"city": "Rome", "stops": ["a", "b"]},
        {"city": "Rome", "stops": ["a", "b"]},
    ]


async def test_partial_values_come_without_what_is_around_them(outputs: Outputs) -> None:
    """Which is there only because a tool's input is an object. A number counts once it is whole."""
    pieces = ['{"val', 'ue": [1', ", 2", "]}"]
    assert await outputs.get(Gateway(written(*pieces, name="list")), list[int]) == [1, 2]
    assert outputs.partial == [[], [1], [1, 2]]


async def test_partial_values_of_a_long_text_are_few(outputs: Outputs) -> None:
    """So that reading them all stays linear in the text."""
    pieces = ['{"city": "', *["x"] * 5000, '"}']
    await outputs.get(Gateway(written(*pieces)), Trip)
    assert len(outputs.partial) < 200
    sizes = [len(one.get("city", "")) for one in outputs.partial]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 4500


async def test_partial_values_begin_anew_with_each_try(outputs: Outputs) -> None:
    """The wrong one is not mixed with the next."""
    gateway = Gateway(written('{"city": 5', "}"), written('{"city": "Ro', 'me"}'))
    assert await outputs.get(gateway, Trip) == Trip("Rome")
    assert outputs.partial == [{}, {"city": 5}, {"city": "Ro"}, {"city": "Rome"}]


@pytest.mark.parametrize("broken", ["5", "[1]", '"value"', '{"value": '])
async def test_input_that_is_no_object_is_asked_for_again(outputs: Outputs, broken: str) -> None:
    """And gives no partial value."""
    gateway = Gateway(written(broken, name="list"), value({"value": [1]}, name="list"))
    assert await outputs.get(gateway, list[int]) == [1]
    assert outputs.partial == []
    assert gateway.sent["messages"][-1]["content"][0]["content"] == "The arguments are not one JSON object."


async def test_an_answer_without_a_call_has_no_partial_value(outputs: Outputs) -> None:
    """Its text is none."""
    await outputs.get(Gateway(said("Hm."), written('{"city": "Rome"}')), Trip)
    assert outputs.partial == [{"city": "Rome"}]


async def test_the_last_message_says_what_it_cost(outputs: Outputs) -> None:
    """It is read to the end for that."""
    await outputs.get(Gateway(written("{}")), Trip)
    message = await outputs.message()
    assert (message.stop_reason, message.usage.output_tokens) == ("tool_use", 9)


async def test_the_value_can_be_taken_without_its_parts(outputs: Outputs) -> None:
    """Then it is read by that."""
    outputs.open(Gateway(written('{"city": "Rome"}')), Trip)
    assert await outputs.again() == Trip("Rome")
    assert await outputs.again() == Trip("Rome")


async def test_a_stream_gives_its_error_again(outputs: Outputs) -> None:
    """A value that is not there never passes for one."""
    with pytest.raises(OverloadedError):
        await outputs.get(Gateway(OVERLOADED), Trip)
    with pytest.raises(OverloadedError):
        await outputs.again()
    with pytest.raises(OverloadedError):
        await outputs.message()


async def test_a_refusal_inside_a_stream_is_one_too(outputs: Outputs) -> None:
    """A stream that has begun with 200 may still say that the model takes no forced call."""
    refusal = {"type": "invalid_request_error", "message": "tool_choice: type 'tool' is not supported for this model."}
    gateway = Gateway(answer(sse({"type": "error", "error": refusal})), written('{"city": "Rome"}'))
    assert await outputs.get(gateway, Trip) == Trip("Rome")
    assert gateway.sent["tool_choice"]["type"] == "auto"


async def test_a_stream_that_breaks_is_an_error(outputs: Outputs) -> None:
    """With what had come."""
    cut = answer(sse(start(), block_start(tool_block(name="Trip")), delta(partial_json='{"city": "Ro')))
    with pytest.raises(StreamIncompleteError) as caught:
        await outputs.get(Gateway(cut), Trip)
    assert caught.value.partial is not None


async def test_a_stream_that_is_left_is_closed(outputs: Outputs) -> None:
    """And has no value."""
    body = Chunks([sse(start(), block_start(tool_block(name="Trip")), delta(partial_json='{"city": "Ro')), sse()])
    gateway = Gateway(answer(body))
    outputs.open(gateway, Trip)
    assert await outputs.begin() == {"city": "Ro"}
    assert body.closed
    with pytest.raises(StreamIncompleteError):
        await outputs.again()


async def test_a_stream_that_is_closed_before_it_is_read_asks_nothing(outputs: Outputs) -> None:
    """It has no value either."""
    gateway = Gateway(written("{}"))
    outputs.open(gateway, Trip)
    await outputs.close()
    with pytest.raises(StreamIncompleteError, match="closed before the value was there"):
        await outputs.again()
    assert gateway.requests == []
