"""`max_response_size`: what is larger is given up, and the error says at what, and what to do."""

from __future__ import annotations

import json
import pickle
from typing import Any, Final

import pytest

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    ConfigurationError,
    InternalServerError,
    ResponseTooLargeError,
    UnexpectedResponseError,
)

from ..support.callers import Caller, in_process
from ..support.wire import (
    KEY,
    PING,
    STOP,
    TEXT_EVENTS,
    Chunks,
    Gateway,
    answer,
    block_start,
    block_stop,
    body,
    delta,
    end,
    meta,
    sse,
    start,
    text_block,
    tool_block,
)

pytestmark = pytest.mark.anyio

BODY: Final = json.dumps(body(text_block("x" * 10_000))).encode()


@pytest.mark.parametrize("size", [7, 100, 1_000_000])
async def test_a_body_may_have_as_many_bytes_and_not_one_more(caller: Caller, size: int) -> None:
    """However it is cut."""
    pieces = [BODY[place : place + size] for place in range(0, len(BODY), size)]
    caller.options["max_response_size"] = len(BODY)
    whole, more = (answer(Chunks(parts), type="application/json") for parts in (pieces, [*pieces, b" "]))
    caller.meet(whole, more)
    assert (await caller.create()).text == "x" * 10_000
    with pytest.raises(ResponseTooLargeError):
        await caller.create()


async def test_the_error_says_the_limit_what_came_and_what_to_do(caller: Caller) -> None:
    """It is not sent again, for it was paid; its cost is counted."""
    caller.options |= {"max_response_size": 1000, "max_retries": 2}
    head = {"x-aimlapi-usd-spent": "0.25"}
    gateway = caller.meet(answer(Chunks([BODY[:900], BODY[900:1500], BODY[1500:]]), headers=head))
    with pytest.raises(
        ResponseTooLargeError, match=r"1,000 bytes: [0-9,]+ had come .* Raise the client's max"
    ) as caught:
        await caller.create()
    error = caught.value
    assert isinstance(error, UnexpectedResponseError)
    assert (error.status_code, error.request_id, error.url) == (200, "req-1", caller.url)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert len(gateway.requests) == 1
    assert str(caller.client.spent) == "0.25"


PADDED: Final = [{**PING, "padding": "x" * 500}] * 10


@pytest.mark.parametrize("in_one", [False, True])
@pytest.mark.parametrize(
    "rest",
    [
        [delta(text="x" * 100)] * 50,
        PADDED,
        [delta(text="x" * 5000)],
        [block_stop(), *(block_start(text_block(""), index) for index in range(1, 50))],
        [": " + "x" * 5000],
    ],
    ids=["deltas", "pings", "one event", "blocks", "a comment"],
)
async def test_a_stream_ends_at_the_limit_with_what_it_brought(caller: Caller, rest: list[Any], in_one: bool) -> None:
    """In the error, and in events before it."""
    events = [sse(one) for one in (*TEXT_EVENTS[:5], *rest)]
    caller.options["max_response_size"] = 2000
    caller.meet(answer(Chunks([b"".join(events)] if in_one else events)))
    seen: list[str] = []
    with pytest.raises(ResponseTooLargeError, match="2,000 bytes") as caught:
        await caller.texts(seen)
    assert caught.value.partial is not None
    assert caught.value.partial.text.startswith("Hello")
    assert "".join(seen) == caught.value.partial.text


async def test_a_message_that_is_whole_may_be_followed_by_anything(caller: Caller) -> None:
    """Its cost still comes, or not."""
    events = [sse(one) for one in (*TEXT_EVENTS, *PADDED, {"meta": meta(usd_spent=1)})]
    caller.options["max_response_size"] = 2500
    caller.meet(answer(Chunks(events)))
    message = await caller.final()
    assert (message.text, message.cost) == ("Hello", None)


async def test_a_json_body_instead_of_a_stream_has_the_same_limit(caller: Caller) -> None:
    """Whether its head says so or not."""
    caller.options["max_response_size"] = 2000
    caller.meet(answer(Chunks([BODY]), type="application/json"), answer(Chunks([BODY])))
    for _ in range(2):
        with pytest.raises(ResponseTooLargeError):
            await caller.final()


async def test_a_long_stream_of_small_events_is_no_larger_than_its_bytes(caller: Caller) -> None:
    """The limit is for all of it."""
    events = sse(start(), block_start(text_block("")), *[delta(text="abc")] * 1000, block_stop(), end(), STOP)
    caller.options["max_response_size"] = len(events)
    caller.meet(answer(Chunks([events])))
    assert (await caller.final()).text == "abc" * 1000


MOST: Final = 131_072
MANY: Final = ",".join(["[]"] * (MOST // 2 + 1))
FEW: Final = ",".join(["[]"] * (MOST // 2 - 100))


@pytest.mark.parametrize("strings", [False, True])
async def test_an_answer_of_too_many_values_is_not_read(caller: Caller, strings: bool) -> None:
    """To make models of them would take minutes. What stands in strings is none."""
    texts = [json.dumps(body(text_block("[,{" * MOST if strings else ""))) for _ in range(2)]
    bodies = [
        text.replace("[", f'[{{"type": "odd", "a": [{values}]}}, ', 1)
        for text, values in zip(texts, (FEW, MANY), strict=True)
    ]
    caller.meet(*(answer(text.encode(), type="application/json") for text in bodies))
    assert len((await caller.create()).content) == 2
    with pytest.raises(ResponseTooLargeError, match="more than 131,072 JSON values"):
        await caller.create()


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([{**delta(text="x"), "more": [[]] * MOST}], id="one event"),
        pytest.param(
            [block_start({**text_block(""), "citations": [{}] * 100}, index) for index in range(1, MOST // 100)],
            id="blocks",
            marks=in_process,  # takes long, and the sockets are tested by the others
        ),
        pytest.param(
            [block_start({"type": "odd", "a": [[]] * 30_000}, index) for index in range(1, 6)], id="large blocks"
        ),
        pytest.param([delta(citation={"a": [1] * 1000})] * (MOST // 1000 + 1), id="citations"),
        pytest.param(
            [{**end(None), "delta": {f"a{number}": [1] * 30_000}} for number in range(5)], id="members of the message"
        ),
        pytest.param([end(None, **{f"a{number}": [1] * 30_000}) for number in range(5)], id="tokens"),
        pytest.param([{"type": "ping", "meta": {f"a{number}": [1] * 30_000}} for number in range(5)], id="meta"),
        pytest.param(
            [{"meta": {"usage": {f"a{number}": [1] * 30_000}}, "type": "odd"} for number in range(5)], id="costs"
        ),
    ],
)
async def test_a_stream_of_too_many_values_ends_with_what_it_brought(caller: Caller, events: list[Any]) -> None:
    """Pieces of a text are none."""
    first = [sse(one) for one in (*TEXT_EVENTS[:5], *[delta(text="x")] * 10)]
    caller.meet(answer(Chunks([*first, sse(*events)])))
    with pytest.raises(ResponseTooLargeError, match="more than 131,072 JSON values") as caught:
        await caller.final()
    assert caught.value.partial is not None
    assert caught.value.partial.text.startswith("Hello" + "x" * 10)


async def test_members_that_come_again_are_counted_once(caller: Caller) -> None:
    """Some servers tell the tokens and the cost so far with every piece."""
    again = [{**end(None, more=[1] * 20_000), "meta": {"usage": {"more": [1] * 20_000}}}] * 20
    caller.meet(answer(sse(*TEXT_EVENTS[:-2], *again, end(), STOP)))
    assert (await caller.final()).text == "Hello"


@in_process
@pytest.mark.parametrize("line", [b"\n", b"\r", b"data:\n", b": x\r\n"])
def test_a_stream_of_too_many_lines_that_nobody_asked_for_is_not_read(line: bytes) -> None:
    """They have no values, and to read millions of them would take a quarter of a minute."""
    first = sse(*TEXT_EVENTS[:-2])
    few, many = (first + line * count + sse(*TEXT_EVENTS[-2:]) for count in (2 * MOST - 100, 4 * MOST))
    client = Gateway(answer(few), answer(many)).client()
    assert client.messages.create(model="m", messages="Hi").text == "Hello"
    with pytest.raises(ResponseTooLargeError, match="more than 524,288 lines"):
        client.messages.create(model="m", messages="Hi")


async def test_an_input_of_too_many_values_is_incomplete(caller: Caller) -> None:
    """No model writes as many; whether it came in pieces or not."""
    pieces = [delta(partial_json=piece) for piece in ('{"a": [', MANY, "]}")]
    streamed = sse(start(), block_start(tool_block()), *pieces, block_stop(), end("tool_use"), STOP)
    whole = body(tool_block(input=f'{{"a": [{MANY}]}}'), stop_reason="tool_use")
    caller.meet(answer(Chunks([streamed])), answer(whole))
    for call in (caller.final, caller.create):
        (use,) = (await call()).tool_uses
        assert (use.input_complete, len(use.partial_json)) == (False, len(MANY) + 9)


@in_process
@pytest.mark.operation("get_balance")
def test_every_operation_has_the_limit_of_values() -> None:
    """Also those that the generated client reads."""
    gateway = Gateway(answer(f'{{"balance": 1, "more": [{MANY}]}}'.encode(), type="application/json"))
    with pytest.raises(ResponseTooLargeError, match="JSON values"):
        gateway.client().account.balance()


async def test_a_larger_limit_is_one_for_values_too(caller: Caller) -> None:
    """One for each 512 bytes."""
    text = json.dumps(body(text_block(""))).replace("[", f'[{{"type": "odd", "a": [{MANY}]}}, ', 1)
    caller.options["max_response_size"] = 512 * (MOST + 200)
    caller.meet(answer(text.encode(), type="application/json"))
    assert len((await caller.create()).content) == 2


async def test_a_long_error_in_an_answer_is_told_by_its_beginning(caller: Caller) -> None:
    """Of a success and of a stream; no part of the key is shown where it is cut."""
    told = ["x" * count + KEY for count in (0, 9_990, 10_000)]
    error = {
        "type": "error",
        "error": {"type": "api_error", "message": told[0], "details": told, "more": "y" * 900_000},
    }
    caller.meet(answer(error), answer(sse(error)))
    for call in (caller.create, caller.final):
        with pytest.raises(InternalServerError, match=r"\*\*\*; x") as caught:
            await call()
        shown = str(caught.value) + repr(vars(caught.value))
        assert not any(KEY[place : place + 12] in shown for place in range(len(KEY) - 11))
        assert len(shown) < 100_000


@in_process
@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "1 MB", float("inf")])
def test_a_limit_is_a_whole_number_of_bytes(wrong: Any) -> None:
    """Said when the client is made."""
    with pytest.raises(ConfigurationError, match="max_response_size"):
        AIMLAPI(api_key=KEY, max_response_size=wrong)
    with pytest.raises(AIMLAPIError, match="max_response_size"):
        AIMLAPI(api_key=KEY).with_options(max_response_size=wrong)


async def test_a_copy_of_a_client_may_have_another(caller: Caller) -> None:
    """The first keeps its own."""
    caller.options["max_response_size"] = 100
    caller.meet(answer(Chunks([BODY]), type="application/json"))
    first, caller.client = caller.client, caller.client.with_options(max_response_size=20_000)
    assert (await caller.create()).text == "x" * 10_000
    caller.client = first
    with pytest.raises(ResponseTooLargeError):
        await caller.create()
