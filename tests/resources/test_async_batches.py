"""`messages.batches` of the asynchronous client: the same rules with awaits in them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AIMLAPI,
    APITimeoutError,
    AsyncAIMLAPI,
    BatchIncompleteError,
    BatchNotEndedError,
    UnexpectedResponseError,
)
from aimlapi_messages.testing import Emulator

from ..support.batches import ALL, LINES, RUNNING, STATE, WHOLE, cut, lines, request
from ..support.deadlines import LONGER_AND_LONGER
from ..support.serving import serving
from ..support.transports import KINDS, is_sync, transport_of
from ..support.wire import Chunks, Gateway, answer

pytestmark = [pytest.mark.anyio, pytest.mark.operation("create_batch", "get_batch", "cancel_batch")]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses take no time."""
    sleep = asyncio.sleep
    monkeypatch.setattr("asyncio.sleep", lambda seconds: sleep(0))


async def test_a_break_loses_and_doubles_nothing() -> None:
    """Two breaks, one of them in the middle of a line."""
    gateway = Gateway(cut(WHOLE[:700]), answer(WHOLE[:-3], **LINES), answer(WHOLE, **LINES))
    results = await gateway.async_client().messages.batches.results("b")
    assert [result.custom_id async for result in results] == [str(number) for number in range(10)]
    assert (results.delivered, len(gateway.requests)) == (10, 3)


async def test_a_break_that_stays_says_how_many_were_given() -> None:
    """The results come first, then the error."""
    results = await Gateway(cut(lines(*ALL[:3]))).async_client(max_retries=0).messages.batches.results("b")
    seen: list[str] = []

    async def read() -> None:
        async for result in results:
            seen.append(result.custom_id)

    with pytest.raises(BatchIncompleteError, match="broke off after 3") as caught:
        await read()
    assert (seen, caught.value.delivered, [r async for r in results]) == (list("012"), 3, [])


async def test_a_bad_line_closes_the_reply() -> None:
    """After what was good."""
    chunks = Chunks([lines(ALL[0]) + b"nonsense\n"])
    results = await Gateway(answer(chunks, **LINES)).async_client().messages.batches.results("b")
    assert (await anext(results)).custom_id == "0"
    with pytest.raises(UnexpectedResponseError):
        await anext(results)
    assert chunks.closed


async def test_closing_early() -> None:
    """With `async with`, and without reading."""
    chunks = Chunks([lines(ALL[0]), lines(ALL[1])])
    async with await Gateway(answer(chunks, **LINES)).async_client().messages.batches.results("b") as results:
        assert (await anext(results)).succeeded
    assert chunks.closed


async def test_states_and_waiting() -> None:
    """Created, looked up, waited for over a failure, stopped."""
    replies = [STATE, RUNNING, RUNNING, {}, RUNNING]
    statuses = [200, 200, 200, 503, 200]
    gateway = Gateway(*map(answer, replies, statuses), answer(WHOLE, **LINES))
    batches = gateway.async_client(max_retries=0).messages.batches
    batch = await batches.create(requests=[request()])
    assert (await batches.retrieve(batch.id)).status == "generating"
    seen: list[Any] = []
    assert (await batches.wait(batch, first_pause=0.01, progress=seen.append)).ended
    assert [step.error is None for step in seen] == [True, False, True, True]
    stopped = Gateway(answer({"id": "b", "status": "cancelled"})).async_client().messages.batches
    assert (await stopped.cancel("b")).cancelled


async def test_results_that_are_not_there_yet() -> None:
    """And a look-up that tells nothing."""
    with pytest.raises(BatchNotEndedError):
        await Gateway(answer(RUNNING)).async_client().messages.batches.results("b")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rest", [b"", b"5;x", b"1\r\n\n\r\n"])
async def test_results_that_stop_coming_are_not_waited_for(kind: Any, rest: bytes) -> None:
    """Longer than the call may take, though the connection stays open."""
    release, line = asyncio.Event(), lines(ALL[0])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-jsonl\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(b"%x\r\n%s\r\n%s" % (len(line), line, rest))
        await release.wait()

    async def read(**options: Any) -> None:
        if is_sync(kind):
            with AIMLAPI(**options) as sync:
                await asyncio.to_thread(lambda: list(sync.messages.batches.results("b")))
        async with AsyncAIMLAPI(**options) as client:
            async for _ in await client.messages.batches.results("b"):
                pass

    limits = {"max_retries": 0, "total_timeout": 0.3}
    async with serving(serve) as base_url:
        with pytest.raises((APITimeoutError, BatchIncompleteError), match="took"):
            await read(api_key="k" * 9, base_url=base_url, transport=transport_of(kind), **limits)
        release.set()


async def test_a_total_timeout_ends_the_reading() -> None:
    """What was given stays given, and the error says how many."""

    seen: list[str] = []

    class Slow(httpx.AsyncByteStream):
        def __init__(self, seconds: float) -> None:
            self.seconds = seconds

        async def __aiter__(self) -> Any:
            yield lines(ALL[0])
            await asyncio.to_thread(time.sleep, self.seconds)
            yield lines(ALL[1])

    def respond(request: httpx.Request) -> httpx.Response:
        stream = Slow(request.extensions["timeout"]["read"])
        return httpx.Response(200, headers={"content-type": "application/x-jsonl"}, stream=stream)

    async def read(seconds: float) -> None:
        async for result in await client.messages.batches.results("b", total_timeout=seconds):
            seen.append(result.custom_id)

    async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http_client:
        client = AsyncAIMLAPI(api_key="k" * 9, http_client=http_client, max_retries=0)
        for seconds in LONGER_AND_LONGER:
            seen.clear()
            with pytest.raises((APITimeoutError, BatchIncompleteError)) as caught:
                await read(seconds)
            if seen:
                break
    assert seen == ["0"]
    assert isinstance(caught.value, BatchIncompleteError)
    assert caught.value.delivered == 1
    assert isinstance(caught.value.__cause__, APITimeoutError)


async def test_over_a_real_connection(tmp_path: Path) -> None:
    """Created, waited for and read, with a cut that stays."""
    with Emulator(database=tmp_path / "state.db") as emulator:
        async with AsyncAIMLAPI(api_key="test-key", base_url=emulator.base_url) as client:
            batch = await client.messages.batches.create(
                requests=[request(str(number)) for number in range(50)], extra_headers={"x-emulator-batch": "polls=1"}
            )
            await client.messages.batches.wait(batch, first_pause=0.01)
            found = [result.custom_id async for result in await client.messages.batches.results(batch)]
            assert found == [str(number) for number in reversed(range(50))]
