"""`client.messages.batches`: how one is created, how its state is told, and all of it against the emulator."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    BadRequestError,
    BatchIncompleteError,
    InvalidRequestError,
    NotFoundError,
    UnexpectedResponseError,
)
from aimlapi_messages.resources import batch_requests as _batch_requests
from aimlapi_messages.resources.batch_requests import batch_body
from aimlapi_messages.testing import Emulator

from ..support.batches import LINES, STATE, lines, request, succeeded
from ..support.shared import WIRE, recorded
from ..support.wire import MODEL, Chunks, Gateway, answer

pytestmark = pytest.mark.operation("create_batch", "get_batch", "cancel_batch")


# Its creation


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


def test_the_betas_of_a_batch_are_a_header() -> None:
    """Which the error says where they are given as for a message."""
    gateway = Gateway(answer(STATE))
    batches, options = gateway.client().messages.batches, cast("Any", {"betas": ["b"]})
    with pytest.raises(TypeError, match=r"'betas'\. Give it as extra_headers=\{'anthropic-beta'"):
        batches.create(requests=[request()], **options)
    batches.create(requests=[request()], extra_headers={"anthropic-beta": "b"})
    assert [one.headers["anthropic-beta"] for one in gateway.requests] == ["b"]


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
        ([request(temprature=1)], r"no member 'temprature'\. Other members of the body go into extra_body"),
        ([request(timeout=1)], r"no member 'timeout'\. Give it to batches\.create"),
        ([request(extra_headers={})], r"no member 'extra_headers'\. Give it to batches\.create"),
        (
            [request(betas=["b"])],
            r"no member 'betas'\. Give batches\.create\(\.\.\.\) extra_headers=\{'anthropic-beta'",
        ),
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
def test_a_batch_is_never_created_twice(failure: Any, sent: int, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("batch_id", [" ", None])
def test_an_id_that_is_none_is_refused(batch_id: Any) -> None:
    """Before anything is sent."""
    gateway = Gateway(answer(STATE))
    batches = gateway.client().messages.batches
    for method in (batches.retrieve, batches.results, batches.cancel, batches.wait):
        with pytest.raises(InvalidRequestError, match="batch_id is"):
            method(batch_id)
    assert gateway.requests == []


def test_an_id_that_leads_to_another_address_is_refused() -> None:
    """It stands in the path of a cancel."""
    with pytest.raises(InvalidRequestError, match=r"batch_id is '\.\.'"):
        Gateway(answer(STATE)).client().messages.batches.cancel("..")


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
