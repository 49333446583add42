"""`client.messages.batches`: what is handed in, how its state is told, and results that arrive whole or not at all."""

from __future__ import annotations

import json
import os
import pickle
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    BadRequestError,
    BatchIncompleteError,
    BatchNotEndedError,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    UnexpectedResponseError,
)
from aimlapi_messages.core.reply import ReplyHead
from aimlapi_messages.resources import batch_requests as _batch_requests
from aimlapi_messages.resources.batch_answers import BatchReader
from aimlapi_messages.resources.batch_requests import batch_body
from aimlapi_messages.testing import Emulator

from ..support.deadlines import LONGER_AND_LONGER
from ..support.wire import KEY, MODEL, Chunks, Gateway, answer, body, text_block

pytestmark = pytest.mark.operation("create_batch", "get_batch", "cancel_batch")

WIRE = Path(os.environ.get("AIMLAPI_SHARED", Path(__file__).parents[3] / "shared")) / "wire"
LINES = {"type": "application/x-jsonl"}
recorded = pytest.mark.skipif(not WIRE.is_dir(), reason="AIMLAPI_SHARED does not hold the recordings")


def request(name: str = "a", **params: Any) -> dict[str, Any]:
    return {"custom_id": name, "params": {"model": MODEL, "messages": "Hi", **params}}


def succeeded(name: str, text: str = "Hello") -> dict[str, Any]:
    return {"custom_id": name, "result": {"type": "succeeded", "message": body(text_block(text))}}


def lines(*results: Any) -> bytes:
    return b"".join(json.dumps(result).encode() + b"\n" for result in results)


STATE = {
    "id": "b1",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 2, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "created_at": "2026-05-04T17:27:37.468424+00:00",
    "expires_at": "2026-05-05T17:27:37.468424+00:00",
}
RUNNING = {"id": "b1", "status": "generating"}


# What is handed in


def test_a_batch_goes_out_as_the_gateway_wants_it() -> None:
    """On its own path, without a model at the top, and each request with its max_tokens."""
    gateway = Gateway(answer(STATE))
    batch = gateway.client().messages.batches.create(requests=(request(name) for name in "ab"))
    assert (gateway.requests[0].method, gateway.requests[0].url.path) == ("POST", "/v1/batches")
    params = {"model": MODEL, "max_tokens": 4096, "messages": [{"role": "user", "content": "Hi"}]}
    assert gateway.sent == {"requests": [{"custom_id": name, "params": params} for name in "ab"]}
    assert batch.request_counts is not None
    assert (batch.id, batch.request_counts.total, batch.ended) == ("b1", 2, False)
    assert batch.created_at == datetime(2026, 5, 4, 17, 27, 37, 468424, tzinfo=UTC)


@pytest.mark.parametrize(
    ("requests", "problem"),
    [
        ([], "There are no requests"),
        ("abc", "requests is a str"),
        (7, "requests is a int"),
        (request(), "requests is a dict"),
        (["a"], r"requests\[0\] is a str"),
        ([{"params": {}}], r"requests\[0\] has no custom_id"),
        ([request(" ")], "has no custom_id"),
        ([request(), request()], r"requests\[1\] has the custom_id 'a'"),
        ([{**request(), "model": "m"}], r"has a member 'model' beside"),
        ([{"custom_id": "a"}], r"requests\[0\].params is a NoneType"),
        ([request(model="")], r"requests\[0\] \('a'\): model is empty"),
        ([{"custom_id": "a", "params": {"model": "m"}}], "messages is missing"),
        ([request(stream=True)], "never streamed"),
        ([request(temprature=1)], "no member 'temprature'"),
        ([request(messages=7)], "messages is a int"),
        ([request(tools="t")], "tools is a str"),
        ([request(temperature=float("nan"))], "temperature is nan"),
        ([request(tools=[lambda x, /: x])], r"requests\[0\] \('a'\)"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(requests: Any, problem: str) -> None:
    """Nothing is sent, and the error says which request it is."""
    gateway = Gateway(answer(STATE))
    with pytest.raises(InvalidRequestError, match=problem):
        gateway.client().messages.batches.create(requests=requests)
    assert gateway.requests == []


def test_members_that_only_batches_have_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the document says of a batch, of its requests or of their messages alone goes out as well."""
    monkeypatch.setattr(
        _batch_requests, "_documented", lambda shape: {"BatchRequestParam": {"note"}}.get(shape, {"tier"})
    )
    sent, _ = batch_body([{**request(tier="low"), "note": "n"}], {"priority": 1, "left_out": None})
    read = json.loads(sent)
    assert (read["priority"], read["requests"][0]["note"], read["requests"][0]["params"]["tier"]) == (1, "n", "low")
    assert "left_out" not in read


def test_too_many_requests_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The 100,001st would be one too many, here the 101st, and no more are taken from a generator."""
    assert _batch_requests.MOST_REQUESTS == 100_000
    monkeypatch.setattr(_batch_requests, "MOST_REQUESTS", 100)
    taken: list[int] = []

    def many() -> Iterator[dict[str, Any]]:
        for number in range(200):
            taken.append(number)
            yield request(str(number))

    with pytest.raises(InvalidRequestError, match="more than 100 requests"):
        batch_body(many())
    assert len(taken) == 101


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is that of the gateway's provider, 256 MB; here it is smaller."""
    monkeypatch.setattr("aimlapi_messages.resources.batch_requests.MOST_BYTES", 1000)
    with pytest.raises(InvalidRequestError, match=r"256 MB with requests\[1\] \('b'\)"):
        batch_body([request("a"), request("b", messages="x" * 1000)])


@pytest.mark.parametrize(
    ("failure", "sent"),
    [
        (httpx.ConnectError("no"), 3),
        (httpx.ReadError("cut"), 1),
        (httpx.ReadTimeout("slow"), 1),
        (answer({}, 502), 1),
        (answer({}, 429, {"retry-after-ms": "1"}), 3),
    ],
)
def test_a_batch_is_never_handed_in_twice(failure: Any, sent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again is only what certainly did not arrive, or was refused before it began."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    gateway = Gateway(failure)
    with pytest.raises(Exception, match=r"\S"):
        gateway.client().messages.batches.create(requests=[request()])
    assert len(gateway.requests) == sent


# Its state


@recorded
@pytest.mark.parametrize(
    ("name", "status", "word", "ended", "cancelled"),
    [
        ("batch_create_ok", "in_progress", None, False, False),
        ("batch_get_generating", "in_progress", "generating", False, False),
        ("batch_get_cancelled", "canceling", "cancelled", True, True),
        ("batch_cancel_ok_2025-10", "canceling", None, False, True),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True], ids=["object", "list"])
def test_recorded_states(name: str, status: str, word: str | None, ended: bool, cancelled: bool, wrapped: bool) -> None:
    """Each recorded body is a batch, alone or in a list of one as the gateway's pages show it."""
    data = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    batches = Gateway(answer([data] if wrapped else data)).client().messages.batches
    for batch in (batches.retrieve(data["id"]), batches.cancel(data["id"])):
        assert (batch.processing_status, batch.status, batch.ended, batch.cancelled) == (status, word, ended, cancelled)
        assert batch.raw == data
        assert pickle.loads(pickle.dumps(batch)) == batch


@recorded
def test_a_recorded_state_over_several_lines() -> None:
    """A laid-out object is one object, and not lines of JSON, whatever the chunks it comes in."""
    data = (WIRE / "batch_get_cancelled.json").read_bytes()
    for size in (1, 7, 10_000):
        chunks = Chunks([data[start : start + size] for start in range(0, len(data), size)])
        batch = Gateway(answer(chunks, **LINES)).client().messages.batches.retrieve("b")
        assert batch.status == "cancelled"


def test_a_cancel_in_the_short_form() -> None:
    """The gateway has two answers to a cancel, and its own spelling of the word."""
    short = {"id": "a/b", "status": "cancelled", "output": None, "usage": []}
    gateway = Gateway(answer(short))
    batch = gateway.client().messages.batches.cancel("a/b")
    assert gateway.requests[0].url.raw_path == b"/v1/batches/cancel/a%2Fb"
    assert (batch.ended, batch.cancelled, batch.request_counts) == (True, True, None)


@recorded
def test_a_cancel_that_comes_too_late() -> None:
    """The provider's error inside the gateway's text is read out of it."""
    error_body = json.loads((WIRE / "batch_cancel_error_400.json").read_text(encoding="utf-8"))
    with pytest.raises(BadRequestError, match="has already finished processing") as caught:
        Gateway(answer(error_body, 400)).client().messages.batches.cancel("b")
    assert (caught.value.type, caught.value.upstream_status) == ("invalid_request_error", 400)


@pytest.mark.parametrize("word", ["completed", "failed", "in_progress", "queued"])
def test_other_words_of_the_gateway(word: str) -> None:
    """A word that is not one of those for work that goes on is an end."""
    batch = Gateway(answer({"id": "b", "status": word})).client().messages.batches.retrieve("b")
    assert batch.ended is (word in ("completed", "failed"))


def test_a_finished_batch_is_known_by_its_first_line() -> None:
    """The results are not read to their end for that, and the connection is given back."""
    chunks = Chunks([lines(succeeded("a")), b"this is never read"])
    batch = Gateway(answer(chunks, **LINES)).client().messages.batches.retrieve("b9")
    assert (batch.id, batch.processing_status, batch.ended) == ("b9", "ended", True)
    assert chunks.closed


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", UnexpectedResponseError),
        (b"<html>", UnexpectedResponseError),
        (b"[7]", UnexpectedResponseError),
        (b"7", UnexpectedResponseError),
        (b'[{"id": "b"', BatchIncompleteError),
        (b'{"id": "b"', BatchIncompleteError),
        (b"{}", UnexpectedResponseError),
        (b'{"id": "b", "status": 7}', UnexpectedResponseError),
        (b'{"id": "b", "processing_status": "ended", "request_counts": {"processing": "x"}}', UnexpectedResponseError),
        (b'{"status": 404, "title": "Not Found", "message": "no such batch"}', NotFoundError),
    ],
)
def test_what_is_no_batch_is_a_typed_error(content: bytes, error: type[Exception]) -> None:
    """Whatever a 2xx holds."""
    with pytest.raises(error):
        Gateway(answer(content, type="application/json")).client(max_retries=0).messages.batches.retrieve("b")


@pytest.mark.parametrize("batch_id", ["", "..", None])
def test_an_id_that_is_none_is_refused(batch_id: Any) -> None:
    """It would lead to another address."""
    batches = Gateway(answer(STATE)).client().messages.batches
    for method in (batches.retrieve, batches.results, batches.cancel, batches.wait):
        with pytest.raises(InvalidRequestError, match="Give"):
            method(batch_id)


# Its results


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


def test_a_value_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory has a limit, for lines as for lists."""
    monkeypatch.setattr("aimlapi_messages.resources.batch_answers.LARGEST_VALUE", 1000)
    for start in (b'{"custom_id": "', b'[{"custom_id": "'):
        gateway = Gateway(answer(Chunks([start, b"x" * 600, b"x" * 600]), **LINES))
        with pytest.raises(UnexpectedResponseError, match="belong to one value"):
            gateway.client().messages.batches.results("b")


# Results that break off


def cut(*parts: bytes) -> Callable[[], httpx.Response]:
    return answer(Chunks(parts, httpx.ReadError("cut")), **LINES)


ALL = [succeeded(str(number), "x" * number) for number in range(10)]
WHOLE = lines(*ALL)


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
            reader.begin(ReplyHead(200, {}, "https://api.aimlapi.com/v1/batches"))
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
                b'"role": "assistant", "model": "claude-sonnet-4-5", "content": [{"type": "text", "text": "Hello"}], '
                b'"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}}}}\n' % (number, number)
                for number in range(start, start + 100)
            )


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


# Waiting


def waited(*answers: Any, **options: Any) -> tuple[Any, list[Any], Gateway]:
    gateway, seen = Gateway(*answers), list[Any]()
    limits = {"first_pause": 0.001, "longest_pause": 0.004, **options}
    batch = gateway.client(max_retries=0).messages.batches.wait("b1", progress=seen.append, **limits)
    return batch, seen, gateway


def test_waiting_tells_how_it_goes() -> None:
    """The pauses grow up to the longest, and the end has none after it."""
    batch, seen, _ = waited(*[answer(RUNNING)] * 5, answer(lines(*ALL), **LINES))
    assert batch.ended
    assert [one.polls for one in seen] == [1, 2, 3, 4, 5, 6]
    pauses = [one.next_in for one in seen]
    assert pauses[:3] == pytest.approx([0.001, 0.0015, 0.00225])
    assert (pauses[4], pauses[5]) == (0.004, None)


@pytest.mark.parametrize("failure", [httpx.ConnectError("away"), answer({}, 503), answer({}, 429), cut(b'{"id"')])
def test_waiting_outlasts_a_gateway_that_is_away(failure: Any) -> None:
    """The batch goes on meanwhile, so that a question that fails is asked again."""
    batch, seen, _ = waited(answer(RUNNING), failure, failure, answer(lines(*ALL), **LINES))
    assert batch.ended
    assert [one.error is None for one in seen] == [True, False, False, True]
    assert seen[1].batch is not None


def test_waiting_ends_with_a_refusal() -> None:
    """A batch that is not there will not come."""
    with pytest.raises(NotFoundError):
        waited(answer({"message": "no such batch"}, 404))


def test_waiting_has_a_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that is away for longer than the longest outage is not coming back."""
    monkeypatch.setattr("aimlapi_messages.resources.batch_requests.LONGEST_OUTAGE", 0.0)
    with pytest.raises(RateLimitError):
        waited(answer({}, 429))


@pytest.mark.parametrize("reply", [answer(RUNNING), answer({}, 500)])
def test_waiting_has_a_deadline(reply: Any) -> None:
    """The error holds the batch as it was last seen."""
    for seconds in LONGER_AND_LONGER:
        with pytest.raises(BatchNotEndedError, match=f"b1 did not end within {seconds:g} s") as caught:
            waited(answer(RUNNING), reply, deadline=seconds)
        if caught.value.batch is not None:
            break
    assert caught.value.batch is not None


@pytest.mark.parametrize(
    "options", [{"deadline": 0}, {"first_pause": "x"}, {"longest_pause": -1}, {"progress": 7}, {"nonsense": 1}]
)
def test_waiting_wants_sensible_arguments(options: Any) -> None:
    """They are looked at before anything is sent."""
    gateway = Gateway(answer(RUNNING))
    with pytest.raises((ValueError, TypeError)):
        gateway.client().messages.batches.wait("b", **options)
    assert gateway.requests == []


# Against the emulator


def test_a_batch_from_end_to_end_over_a_restart(tmp_path: Path) -> None:
    """The wait survives the emulator's end and new beginning, and all results match their requests."""
    with Emulator(database=tmp_path / "state.db") as first:
        client = AIMLAPI(api_key="test-key", base_url=first.base_url, max_retries=0)
        port = int(first.base_url.rpartition(":")[2])
        batch = client.messages.batches.create(
            requests=[request(str(number), messages=f"Question {number}") for number in range(30)],
            extra_headers={"x-emulator-batch": "polls=2;error-every=10;expire-every=15"},
        )
        assert client.messages.batches.retrieve(batch.id).status == "generating"
    second = Emulator(database=tmp_path / "state.db", port=port)
    seen: list[Any] = []

    def progress(step: Any) -> None:
        seen.append(step.error)
        if len(seen) == 2:  # it was away for two questions
            second.start()

    try:
        ended = client.messages.batches.wait(batch, first_pause=0.01, longest_pause=0.05, progress=progress)
        assert ended.ended
        assert [error is None for error in seen] == [False, False, True, True]
        found = {result.custom_id: result for result in client.messages.batches.results(batch)}
    finally:
        second.stop()
        client.close()
    assert len(found) == 30
    kinds = {name: found[name].result.type for name in ("0", "9", "14")}
    assert kinds == {"0": "succeeded", "9": "errored", "14": "expired"}
    for name, result in found.items():
        if result.message is not None:
            assert f"Question {name}" in result.message.text


def test_a_cut_of_the_emulator_s_results_is_mended() -> None:
    """Over a real connection that is reset twice in the middle."""
    with Emulator() as emulator, AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        batch = client.messages.batches.create(
            requests=[request(str(number)) for number in range(200)], extra_headers={"x-emulator-batch": "polls=0"}
        )
        results = client.messages.batches.results(batch.id, extra_headers={"x-emulator-stream": "cut-after=120"})
        seen = [next(results).custom_id for _ in range(100)]
        with pytest.raises(BatchIncompleteError) as caught:
            seen += [result.custom_id for result in results]
        assert caught.value.delivered == 120
        whole = [result.custom_id for result in client.messages.batches.results(batch)]
        assert whole == [str(number) for number in reversed(range(200))]


def test_a_cancelled_batch_has_what_had_run() -> None:
    """Half of the look-ups had gone by, so half of the requests had run."""
    with Emulator() as emulator, AIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
        batches = client.messages.batches
        for plan in ("polls=3", "polls=3;short-cancel;array"):
            batch = batches.create(
                requests=[request(str(number)) for number in range(8)], extra_headers={"x-emulator-batch": plan}
            )
            assert [batches.retrieve(batch.id).ended for _ in range(2)] == [False, False]
            assert batches.cancel(batch.id).cancelled
            assert batches.retrieve(batch.id).cancelled
            kinds = [result.result.type for result in batches.results(batch)]
            assert sorted(kinds) == ["canceled"] * 4 + ["succeeded"] * 4
            with pytest.raises(BadRequestError, match="already finished"):
                batches.cancel(batch.id)
