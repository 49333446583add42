"""`client.messages.batches.results`: they arrive whole or not at all, each once, whatever breaks."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    BatchIncompleteError,
    BatchNotEndedError,
    ResponseTooLargeError,
    UnexpectedResponseError,
)
from aimlapi_messages.resources.batch_answers import BatchReader

from ..support.batches import ALL, LINES, RUNNING, STATE, WHOLE, cut, lines, request, succeeded
from ..support.parts import new_head
from ..support.shared import WIRE, recorded
from ..support.wire import KEY, Chunks, Gateway, answer, body, tool_block

pytestmark = pytest.mark.operation("create_batch", "get_batch", "cancel_batch")


@recorded
def test_recorded_results() -> None:
    """The recorded lines, cut at any place, as lines or as a list, are the same two results."""
    data = (WIRE / "batch_results_text_shortened.jsonl").read_bytes()
    as_list = json.dumps([json.loads(line) for line in data.splitlines()], indent=1).encode()
    for content in (data, data.rstrip(b"\n"), data.replace(b"\n", b"\r\n\r\n"), as_list):
        for size in (1, 100, 100_000):
            chunks = Chunks([content[start : start + size] for start in range(0, len(content), size)])
            results = list(Gateway(answer(chunks, **LINES)).client().messages.batches.results("b"))
            assert [result.custom_id for result in results] == ["test-01", "test-02"]
            assert [result.message and result.message.stop_reason for result in results] == ["max_tokens", "end_turn"]
            first = results[0].message
            assert first is not None
            assert (first.text[:15], first.usage.service_tier, first.cost) == ("Here's a struct", "batch", None)
            assert [json.loads(json.dumps(r.to_dict())) for r in results] == [json.loads(x) for x in data.splitlines()]


def test_every_kind_of_result() -> None:
    """Told apart by type; one that nobody knows yet is kept as it came."""
    wrong = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
    kinds = [
        succeeded("a"),
        {"custom_id": "b", "result": {"type": "errored", "error": wrong}},
        {"custom_id": "c", "result": {"type": "canceled"}},
        {"custom_id": "d", "result": {"type": "expired"}},
        {"custom_id": "e", "result": {"type": "paused", "until": 7}},
    ]
    found = {r.custom_id: r for r in Gateway(answer(lines(*kinds), **LINES)).client().messages.batches.results("b")}
    assert [found[name].result.type for name in "abcde"] == ["succeeded", "errored", "canceled", "expired", "paused"]
    assert [found[name].succeeded for name in "ab"] == [True, False]
    assert found["a"].message is not None
    assert found["a"].message.text == "Hello"
    assert found["b"].error is not None
    assert (found["b"].error.message, found["c"].error, found["b"].message) == ("no", None, None)
    assert found["e"].to_dict() == kinds[4]


def test_results_that_are_not_there_yet() -> None:
    """The error holds the state that came instead."""
    with pytest.raises(BatchNotEndedError, match="it is generating") as caught:
        Gateway(answer(RUNNING)).client().messages.batches.results("b1")
    assert caught.value.batch is not None
    assert caught.value.batch.status == "generating"
    assert pickle.loads(pickle.dumps(caught.value)).batch == caught.value.batch


def test_no_results_at_all() -> None:
    """An empty list is no error."""
    assert list(Gateway(answer([])).client().messages.batches.results("b")) == []


@pytest.mark.parametrize(
    "bad",
    [
        b"nonsense\n",
        b'{"custom_id": "x"\n{"custom_id": "y"}\n',
        b'{"custom_id": 7, "result": {"type": "expired"}}\n',
        b'{"custom_id": "x", "result": {}}\n',
        b'{"custom_id": "x", "result": {"type": "succeeded"}}\n',
        b'{"custom_id": "x", "result": {"type": "succeeded", "message": {}}}\n',
        b'{"id": "b", "status": "generating"}\n',
        b'{"broken": }\n',
    ],
)
def test_a_bad_line_comes_after_the_good_ones(bad: bytes) -> None:
    """What was whole is given first, then the error says after how many."""
    results = Gateway(answer(lines(succeeded("a")) + bad, **LINES)).client().messages.batches.results("b")
    assert next(results).custom_id == "a"
    with pytest.raises(UnexpectedResponseError, match="after 1 results"):
        next(results)


def test_a_value_that_never_ends() -> None:
    """Memory has a limit, for lines as for lists."""
    for start in (b'{"custom_id": "', b'[{"custom_id": "'):
        gateway = Gateway(answer(Chunks([start, b"x" * 600, b"x" * 600]), **LINES))
        with pytest.raises(
            ResponseTooLargeError, match=r"an object of more than 1,000 bytes, in line 1 from byte [01] on"
        ):
            gateway.client(max_response_size=1000).messages.batches.results("b")


@pytest.mark.parametrize("place", [1, 700, len(WHOLE) // 2, len(WHOLE) - 3, len(WHOLE)])
@pytest.mark.parametrize("how", ["dropped", "ended"])
def test_a_break_anywhere_loses_and_doubles_nothing(place: int, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results go on where they were, whether the connection broke or the body just ended too early."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    first = cut(WHOLE[:place]) if how == "dropped" else answer(WHOLE[:place], **LINES)
    gateway = Gateway(first, answer(WHOLE, **LINES))
    results = gateway.client().messages.batches.results("b")
    assert [result.custom_id for result in results] == [str(number) for number in range(10)]
    assert results.delivered == 10


def test_a_value_cut_anywhere_is_incomplete_and_not_wrong() -> None:
    """Also in the middle of a number, a literal or an escape."""
    odd = {"a": [True, False, None, -3, -0.5, 1.5e-10], "b": 'y\u00e9\n\\"', "c": {}, "\U0001f600": ""}
    line = json.dumps({**succeeded("a"), "more": odd}).encode()
    for content in (line, b"[" + line):
        for place in range(2, len(line)):
            reader = BatchReader("b")
            reader.begin(new_head())
            reader.feed(content[:place])
            with pytest.raises(BatchIncompleteError):
                reader.feed(None)


def test_a_break_each_few_results_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    """`max_retries` counts breaks without progress between them."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    breaks = [cut(lines(*ALL[:end])) for end in (2, 4, 6, 8)]
    gateway = Gateway(*breaks, answer(WHOLE, **LINES))
    assert len(list(gateway.client(max_retries=1).messages.batches.results("b"))) == 10
    assert len(gateway.requests) == 5


def test_a_break_that_stays_says_how_many_were_given() -> None:
    """The error travels after the results, with their number, and pickles."""
    gateway = Gateway(cut(lines(*ALL[:3])))
    results = gateway.client(max_retries=0).messages.batches.results("b7")
    seen: list[str] = []
    with pytest.raises(BatchIncompleteError, match="b7 broke off after 3") as caught:
        seen.extend(result.custom_id for result in results)
    assert (seen, caught.value.delivered, pickle.loads(pickle.dumps(caught.value)).delivered) == (list("012"), 3, 3)
    assert list(results) == []


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (lines(*reversed(ALL)), "another order"),
        (lines(*ALL[:2]), "brought 2 results where there had been 3"),
    ],
)
def test_other_results_the_second_time_are_not_mixed(
    second: bytes, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the place cannot be found again, that is said."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    results = Gateway(cut(lines(*ALL[:3])), answer(second, **LINES)).client(max_retries=1).messages.batches.results("b")
    seen: list[str] = []
    with pytest.raises(BatchIncompleteError, match=problem) as caught:
        seen.extend(result.custom_id for result in results)
    assert (seen, caught.value.delivered) == (list("012"), 3)


def test_too_few_results_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given the batch itself, it is known how many there must be."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    gateway = Gateway(answer(STATE), answer(lines(ALL[0]), **LINES))
    batches = gateway.client().messages.batches
    batch = batches.create(requests=[request("0"), request("1")])
    results = batches.results(batch)
    assert next(results).custom_id == "0"
    with pytest.raises(BatchIncompleteError, match="are 1, and it has 2 requests"):
        next(results)


def test_closing_early_gives_the_connection_back() -> None:
    """And nothing more is read."""
    chunks = Chunks([lines(ALL[0]), lines(ALL[1])])
    with Gateway(answer(chunks, **LINES)).client().messages.batches.results("b") as results:
        assert next(results).custom_id == "0"
    assert (chunks.closed, list(results)) == (True, [])


class Endless(httpx.SyncByteStream):
    """100,000 results, made as they are read; broken off once in the middle."""

    def __init__(self, breaks: bool) -> None:
        self.breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, 100_000, 100):
            if self.breaks and start == 50_000:
                raise httpx.ReadError("cut")
            yield b"".join(
                b'{"custom_id": "%d", "result": {"type": "succeeded", "message": {"id": "msg_%d", "type": "message", '
                b'"role": "assistant", "model": "claude-sonnet-5", "content": [{"type": "text", "text": "Hello"}], '
                b'"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}}}\n' % (number, number)
                for number in range(start, start + 100)
            )


@pytest.mark.slow
def test_a_hundred_thousand_results_in_flat_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut in the middle once, each comes once and in order, and a thousand of them leave nothing behind."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    replies = iter([True, False])

    def respond(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": "application/x-jsonl"}, stream=Endless(next(replies)))

    client = AIMLAPI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(respond)))
    results = client.messages.batches.results("b")
    expected = (str(number) for number in range(100_000))
    left: list[int] = []
    for upto in (1_000, 98_000):  # measuring all of it would take a minute
        while results.delivered < upto:
            assert next(results).custom_id == next(expected)
        tracemalloc.start()
        while results.delivered < upto + 1_000:
            assert next(results).custom_id == next(expected)
        left.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    assert [result.custom_id for result in results] == list(expected)
    assert results.delivered == 100_000
    assert max(left) < 200_000
    client.close()


@pytest.mark.parametrize("end", [b"\n", b"\n\n ", b", \n"])
@pytest.mark.parametrize(
    ("sent", "is_whole"),
    [
        (b"\xff", False),
        (b"\xe2\x82", False),
        (b"\xed\xa0\x80", False),
        (rb"\ufffd", True),
        ("\ufffd".encode(), True),
        (b"\xc3\xa9", True),
    ],
)
def test_bytes_that_are_no_text_make_the_call_of_a_result_incomplete(sent: bytes, end: bytes, is_whole: bool) -> None:
    """And no other. Nobody wrote what stands in their place."""
    message = body(tool_block(input={"city": "P@s"}), stop_reason="tool_use")
    result = json.dumps({"custom_id": "a", "result": {"type": "succeeded", "message": message}}).encode()
    data = result.replace(b"@", sent) + end + result.replace(b"@", b"i")
    results = [*Gateway(answer(data, **LINES)).client().messages.batches.results("b")]
    calls = [call for one in results if one.message is not None for call in one.message.tool_uses]
    assert [call.input_complete for call in calls] == [is_whole, True]
