"""The same rows through batches."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APIConnectionError,
    AsyncAIMLAPI,
    BadRequestError,
    ConfigurationError,
    RunReport,
    read_results,
)
from aimlapi_messages.bulk import batch

from ..support.batches import STATE, succeeded
from ..support.wire import KEY, MODEL, body, tool_block
from .serving import both, kinds_of, lines_of, needs_the_document, rows

pytestmark = needs_the_document
ENDED = {**STATE, "processing_status": "ended"}


class Batches:
    """A gateway that answers batches: each question with itself, unless it is told else.

    created: the names in each batch. fails: what to raise or answer instead of creating, one after the other.
    outcomes: results by names, None for none.
    """

    def __init__(self) -> None:
        self.created: list[list[str]] = []
        self.fails: list[Exception | int | None] = []
        self.outcomes: dict[str, Any] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            fail = self.fails.pop(0) if self.fails else None
            if isinstance(fail, Exception):
                raise fail
            if fail is not None:
                return httpx.Response(fail, json={"message": "no"})
            given = json.loads(request.content)["requests"]
            self.created.append([one["custom_id"] for one in given])
            return httpx.Response(200, json={**STATE, "id": f"b{len(self.created)}"})
        names = self.created[int(request.url.params["batch_id"][1:]) - 1]
        lines = [self.outcomes.get(name, succeeded(name, name)) for name in names]
        return httpx.Response(200, content=b"\n".join(json.dumps(one).encode() for one in lines if one) or b"[]")

    async def respond(self, request: httpx.Request) -> httpx.Response:
        return self(request)

    def run(self, is_async: bool, requests: Any, path: Path, **options: Any) -> RunReport:
        options = {"model": MODEL, "via": "batch", **options}
        on_call = options.pop("on_call", None)
        if not is_async:
            http = httpx.Client(transport=httpx.MockTransport(self))
            client = AIMLAPI(api_key=KEY, http_client=http, on_call=on_call)
            return client.messages.run(requests, path, **options)

        async def run() -> RunReport:
            http = httpx.AsyncClient(transport=httpx.MockTransport(self.respond))
            client = AsyncAIMLAPI(api_key=KEY, http_client=http, on_call=on_call)
            return await client.messages.run(requests, path, **options)

        return asyncio.run(run())


def errored(name: str) -> dict[str, Any]:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "no"}}
    return {"custom_id": name, "result": {"type": "errored", "error": error}}


@both
def test_rows_become_lines_as_ever(tmp_path: Path, is_async: bool) -> None:
    """What cannot be sent has its line, and what failed; the rest its answer, and what it may have cost."""
    server, path = Batches(), tmp_path / "out.jsonl"
    server.outcomes = {"b": errored("b"), "c": {"custom_id": "c", "result": {"type": "expired"}}}
    given = [*rows("a", "b", "c"), {"custom_id": "d", "params": {"no": 1}}]
    report = server.run(is_async, given, path)
    kinds = {"a": "succeeded", "b": "overloaded_error", "c": "expired", "d": "invalid_request_error"}
    assert kinds_of(path) == kinds
    assert server.created == [["a", "b", "c"]]
    assert (report.succeeded, report.failed, report.usd, report.unpriced) == (1, 3, 0, 1)
    assert report.at_most_usd == Decimal(lines_of(path)["a"]["at_most_usd"]) > 0
    assert report.perhaps_billed == []
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


@both
def test_to_wait_is_no_call(tmp_path: Path, is_async: bool) -> None:
    """It goes on for a day, in pieces of a minute."""
    operations: list[str] = []
    Batches().run(is_async, rows("a"), tmp_path / "out.jsonl", on_call=lambda call: operations.append(call.operation))
    assert operations == ["create_batch", "get_batch"]


@both
def test_another_run_goes_on(tmp_path: Path, is_async: bool) -> None:
    """With what is new, and with what failed if it is told so."""
    server, path = Batches(), tmp_path / "out.jsonl"
    server.outcomes = {"b": errored("b")}
    server.run(is_async, rows("a", "b"), path)
    server.outcomes = {}
    assert server.run(is_async, rows("a", "b", "c"), path).skipped == 2
    assert server.run(is_async, rows("a", "b", "c"), path, retry_failed=True).succeeded == 3
    assert server.created == [["a", "b"], ["c"], ["b"]]


@both
@pytest.mark.parametrize("most", [1, 3, 7, 10, 11])
def test_a_long_input_is_parted(tmp_path: Path, is_async: bool, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into batches of as many as may be; few are under way at the same time."""
    monkeypatch.setattr(batch, "_MOST_REQUESTS", most)
    names = [str(number) for number in range(10)]
    server, path = Batches(), tmp_path / "out.jsonl"
    assert server.run(is_async, rows(*names), path).succeeded == 10
    assert [len(one) for one in server.created] == [most] * (10 // most) + [10 % most] * (10 % most > 0)
    assert [name for one in server.created for name in one] == names


@both
def test_a_batch_is_resumed_by_its_id(tmp_path: Path, is_async: bool) -> None:
    """Though it was not waited for, and though the run was stopped while it was read."""
    server, path, given = Batches(), tmp_path / "out.jsonl", rows("a", "b", "c")
    assert server.run(is_async, given, path, progress=lambda progress: progress.stop()).stopped == "progress"
    with pytest.raises(ConfigurationError, match=r"Batches of .* have not ended"):
        server.run(is_async, given, path, via="live")
    notes = Path(f"{path}.sending").read_bytes()
    assert server.run(is_async, [*given, *rows("d")], path).succeeded == 4
    first, *_ = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + b'{"custom_id":"b')
    Path(f"{path}.sending").write_bytes(notes)
    report = server.run(is_async, given, path)
    assert (report.succeeded, report.failed, report.skipped) == (3, 0, 3)
    assert server.created == [["a", "b", "c"], ["d"]]
    assert sorted(json.loads(line)["custom_id"] for line in path.read_bytes().splitlines()) == ["a", "b", "c"]


@both
@pytest.mark.parametrize(
    ("fail", "error", "left"),
    [(httpx.ReadError("cut"), APIConnectionError, ["a", "b"]), (400, BadRequestError, [])],
)
def test_a_batch_that_was_not_created(
    tmp_path: Path, is_async: bool, fail: Any, error: type[Exception], left: list[str]
) -> None:
    """Refused, it is created by the next run. If nobody knows, its rows are named, and sent again when told."""
    server, path = Batches(), tmp_path / "out.jsonl"
    server.fails = [fail]
    with pytest.raises(error):
        server.run(is_async, rows("a", "b"), path)
    report = server.run(is_async, rows("a", "b"), path)
    assert report.perhaps_billed == left
    assert server.created == ([] if left else [["a", "b"]])
    report = server.run(is_async, rows("a", "b"), path, resend=True)
    assert (report.succeeded, report.perhaps_billed, len(server.created)) == (2, [], 1)


@both
def test_a_request_without_a_result_has_failed(tmp_path: Path, is_async: bool) -> None:
    """The batch has ended without it."""
    server, path = Batches(), tmp_path / "out.jsonl"
    server.outcomes = {"b": None}
    server.run(is_async, rows("a", "b"), path)
    assert kinds_of(path) == {"a": "succeeded", "b": "no_result"}


@dataclass
class City:
    name: str


@both
def test_values_of_a_type(tmp_path: Path, is_async: bool) -> None:
    """Of an answer that is none nobody can be asked: it has failed."""
    server, path = Batches(), tmp_path / "out.jsonl"
    for name, given in (("a", {"name": "Paris"}), ("b", {"name": 7})):
        message = body(tool_block(name="City", input=given), stop_reason="tool_use")
        server.outcomes[name] = {"custom_id": name, "result": {"type": "succeeded", "message": message}}
    server.run(is_async, rows("a", "b"), path, output=City)
    assert kinds_of(path) == {"a": "succeeded", "b": "output_error"}
    assert [one.output for one in read_results(path, output=City) if one.succeeded] == [City("Paris")]


@both
def test_a_budget_holds(tmp_path: Path, is_async: bool) -> None:
    """What does not fit it is for another run."""
    server, path, given = Batches(), tmp_path / "out.jsonl", rows(*map(str, range(10)))
    most = server.run(is_async, given[:1], tmp_path / "other.jsonl", max_tokens=100).at_most_usd
    report = server.run(is_async, given, path, max_tokens=100, budget_usd="0.02")
    assert (report.stopped, 0 < report.succeeded < 10) == ("budget", True)
    assert report.at_most_usd <= Decimal("0.02")
    assert most > 0
    assert server.run(is_async, given, path, max_tokens=100, budget_usd=9).succeeded == 10


@both
def test_what_the_input_raises_comes_out(tmp_path: Path, is_async: bool) -> None:
    """Nothing is sent of a part that is not whole."""

    def given() -> Iterator[Any]:
        yield from rows("a")
        raise LookupError("no more")

    server, path = Batches(), tmp_path / "out.jsonl"
    with pytest.raises(LookupError):
        server.run(is_async, given(), path)
    assert server.created == []
