"""A run that is interrupted at any step, or cancelled once more while it ends: the same call goes on with its file."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, AsyncAIMLAPI, RunReport
from aimlapi_messages.bulk.crew import AsyncCrew

from ..support.deadlines import LIMIT
from ..support.interrupts import Interrupts, spread
from ..support.wire import KEY, MODEL
from .serving import PRICE, Server, kinds_of, needs_the_document, rows
from .test_batches import Batches

pytestmark = needs_the_document

NAMES = ("a", "b", "c", "d")
FOLDER = f"{os.sep}aimlapi_messages{os.sep}bulk{os.sep}"


class Limit(Exception):
    """What a program raises of its own limits."""


@pytest.fixture
def handler() -> Iterator[None]:
    def stop(_number: int, _frame: object) -> None:
        raise Limit

    before = signal.signal(signal.SIGUSR1, stop)
    yield
    signal.signal(signal.SIGUSR1, before)


def live() -> tuple[Server, Counter[str]]:
    server = Server()
    server.logs = lambda _: PRICE  # so that a lost answer is known to be paid
    return server, server.asked


def batch() -> tuple[Batches, Counter[str]]:
    asked = Counter[str]()

    class Counting(Batches):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            before = len(self.created)
            response = super().__call__(request)
            asked.update(*self.created[before:])
            return response

    return Counting(), asked


def run(server: Any, path: Path, via: Any) -> RunReport:
    client = AIMLAPI(api_key=KEY, http_client=httpx.Client(transport=httpx.MockTransport(server)))
    return client.messages.run(rows(*NAMES), path, model=MODEL, via=via, in_flight=2, settle_after=0.001)


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize("most", [60, pytest.param(600, marks=pytest.mark.slow)])
@pytest.mark.parametrize("make", [live, batch])
def test_an_interrupt_at_any_step_costs_nothing_twice(
    tmp_path: Path, make: Callable[[], tuple[Any, Counter[str]]], most: int
) -> None:
    """No row is sent again that is written or may be paid, none is lost, and the file is free."""
    via, interrupts = make.__name__, Interrupts(everywhere=True, within=FOLDER)
    run(make()[0], tmp_path / "first", via)  # which imports what it needs
    with interrupts.at(-1):
        run(make()[0], tmp_path / "second", via)
    wrong: list[tuple[Any, ...]] = []
    for step in spread(interrupts.steps, most):
        path, (server, asked) = tmp_path / f"{step}", make()
        try:
            with interrupts.at(step):
                run(server, path, via)
        except Limit:
            time.sleep(0.002)  # what is on a thread is answered
            gc.collect()  # what was interrupted while it let go of the file
        report = run(server, path, via)
        left = path.with_name(f"{step}.sending").exists()
        most_asked, lost = max(asked.values(), default=0), report.perhaps_billed
        is_told = lost == [] or (via == "batch" and lost == [*NAMES])  # interrupted as it was created
        if (sorted(kinds_of(path)), left) != ([*NAMES], False) or most_asked > 1 or not is_told:
            wrong.append((step, kinds_of(path), most_asked, lost, left))
    assert wrong == []


async def begun(
    respond: Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]], path: Path
) -> tuple[AsyncAIMLAPI, asyncio.Task[RunReport]]:
    """A run of two rows, of which one has ended."""
    client = AsyncAIMLAPI(api_key=KEY, http_client=httpx.AsyncClient(transport=httpx.MockTransport(respond)))
    task = asyncio.create_task(client.messages.run(rows("a", "slow"), path, model=MODEL))
    while not path.exists() or not path.read_bytes():
        await asyncio.sleep(0.001)
    return client, task


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_run_that_is_cancelled_again_lets_go_of_its_file(tmp_path: Path, times: int) -> None:
    """Each time while it ends the calls in flight."""
    path, server = tmp_path / "out.jsonl", Server()

    async def respond(request: httpx.Request) -> httpx.Response:
        if b'"slow"' in request.content:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
        return server(request)

    async def main() -> RunReport:
        client, task = await begun(respond, path)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await task
        return await client.messages.run(rows("a"), path, model=MODEL, settle_after=0.001)

    assert asyncio.run(main()).succeeded == 1


@pytest.mark.parametrize("error", [None, httpx.ReadError("cut")])
def test_a_call_that_ends_otherwise_than_cancelled_does_not_hold_up_the_end(
    tmp_path: Path, error: Exception | None
) -> None:
    """Its answer is paid, and written."""
    path, server = tmp_path / "out.jsonl", Server()

    async def respond(request: httpx.Request) -> httpx.Response:
        if b'"slow"' in request.content:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if error is not None:
                    raise error from None
        return server(request)

    async def main() -> None:
        _, task = await begun(respond, path)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=LIMIT)
        assert done

    asyncio.run(main())
    assert sorted(kinds_of(path)) == (["a"] if error else ["a", "slow"])


def test_a_task_that_dies_while_it_waits_for_a_call_is_known() -> None:
    """By what a signal handler raised in it; and the next call has another task, for it would never end."""
    died = RuntimeError("raised by a handler")

    async def call() -> str:
        return "answer"

    async def main() -> None:
        crew = AsyncCrew(list)
        await crew.start("first", call)
        await crew.wait(LIMIT)
        assert crew.ended.popleft() == ("first", "answer", None)
        await asyncio.sleep(0)
        ((task, free),) = crew._free
        free.set_exception(died)
        await asyncio.wait([task])
        with pytest.raises(RuntimeError) as caught:
            await crew.wait(0.001)
        assert caught.value is died
        await crew.start("second", call)
        await crew.wait(LIMIT)
        assert crew.ended.popleft() == ("second", "answer", None)

    asyncio.run(main())
