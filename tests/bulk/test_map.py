"""Results without a file, as they come or in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, InvalidRequestError

from ..support.wire import KEY, MODEL, body, tool_block
from .serving import Runs, Server, both, needs_the_document, refused, rows, whole

pytestmark = needs_the_document


@both
@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("in_flight", [1, 3, 256])
def test_each_row_has_a_result(is_async: bool, ordered: bool, in_flight: int) -> None:
    """In the order of the rows if asked for, whatever happens to some."""
    server = Server({"3": [refused(400)], "5": [refused(429)] * 3, "7": [httpx.ReadError("cut")], "9": [refused(503)]})
    given = [*rows(*map(str, range(40))), {"custom_id": "40", "params": {"no": 1}}]
    results = Runs(is_async, server).map(given, ordered=ordered, in_flight=in_flight)
    names = [one.custom_id for one in results]
    assert (names if ordered else sorted(names, key=int)) == [str(number) for number in range(41)]
    assert {one.custom_id for one in results if not one.succeeded} == {"3", "40"}
    assert {one.message.text for one in results if one.message is not None} >= {"Re: 0", "Re: 7", "Re: 39"}


@both
def test_the_same_row_twice_has_two_results(is_async: bool) -> None:
    """For whoever pairs rows with results."""
    results = Runs(is_async, Server()).map(["a", *rows("b", "b"), "a"], ordered=True)
    assert [one.message and one.message.text for one in results] == ["Re: a", "Re: b", "Re: b", "Re: a"]
    assert len({one.custom_id for one in results}) == 3


@both
def test_an_early_end_sends_nothing_more(is_async: bool) -> None:
    """Rows are read as they are needed."""
    read: list[int] = []

    def given() -> Iterator[str]:
        for number in range(1000):
            read.append(number)
            yield str(number)

    server = Server()
    assert len(Runs(is_async, server).map(given(), most=3, in_flight=4)) == 3
    assert len(read) <= 8
    assert sum(server.asked.values()) <= 8


@both
def test_what_ends_it_comes_after_the_results(is_async: bool) -> None:
    found: list[Any] = []

    def given() -> Iterator[Any]:
        yield from rows("a", "b")
        yield 7

    client = AIMLAPI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(Server())))
    with pytest.raises(InvalidRequestError, match="Row 3"):
        found.extend(client.messages.map(given(), model=MODEL))
    with pytest.raises(InvalidRequestError, match="Row 3"):
        Runs(is_async, Server()).map(given())
    assert len(found) in (0, 2)


@dataclass
class City:
    name: str


@both
def test_values_of_a_type(is_async: bool) -> None:
    answer = whole(body(tool_block(name="City", input={"name": "Paris"}), stop_reason="tool_use"))
    results = Runs(is_async, Server({"a": [answer], "b": [answer]})).map(["a", "b"], output=City)
    assert [one.output for one in results] == [City("Paris")] * 2


@both
def test_arguments_of_files_are_refused(is_async: bool) -> None:
    for name in ("resume", "retry_failed", "via"):
        with pytest.raises(TypeError, match=rf"unexpected argument '{name}'. Give it to messages.run"):
            Runs(is_async, Server()).map(["a"], **{name: True})


def test_an_interrupt_leaves_what_is_finished_in_the_file(tmp_path: Any) -> None:
    """A task that is cancelled cancels its calls; what is written stays, and the rest is noted."""
    path = tmp_path / "out.jsonl"
    server, runs = Server(), Runs(True, Server())

    async def hold(request: httpx.Request) -> httpx.Response:
        if b'"slow"' in request.content:
            await asyncio.Event().wait()
        return server(request)

    async def run() -> None:
        client = AsyncAIMLAPI(api_key=KEY, http_client=httpx.AsyncClient(transport=httpx.MockTransport(hold)))
        task = asyncio.create_task(client.messages.run(rows("a", "slow", "b"), path, model=MODEL))
        while not path.exists() or path.read_bytes().count(b"\n") < 2:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["out.jsonl", "out.jsonl.sending"]
    report = runs.run(rows("a", "slow", "b"), path)
    assert (report.succeeded, report.skipped, report.perhaps_billed) == (3, 2, [])
