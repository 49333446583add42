"""Many calls and streams at once, a tenth of which fail in every way: each ends as it must, and nothing is left over.

AIMLAPI_SOAK=full makes it twenty times as many; `make soak` does that and prints how many ended how.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any, Final

import pytest

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIConnectionError,
    AsyncAIMLAPI,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    Message,
    NotFoundError,
    OverloadedError,
    RateLimitError,
    StreamDecodeError,
    StreamIncompleteError,
    UnexpectedResponseError,
)

from ..support.slow import FULL
from ..support.transports import POOLED, TRANSPORTS, busy
from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.slow

CALLS, STREAMS = (20_000, 2_000) if FULL else (1_000, 100)
THIRD: Final = (CALLS + STREAMS) // 3
IN_FLIGHT: Final = 64
THREADS: Final = 8
MOST_GROWTH: Final = 512 * 1024
BYTES_PER_BLOCK: Final = 64
QUESTION: Final = "Say something about the sea."


@dataclass(frozen=True)
class Fault:
    """What goes wrong, by the emulator's switches, and the error that it must end in; None when it must not."""

    name: str
    switches: dict[str, str]
    error: type[AIMLAPIError] | None
    retries: int = 0


def _fail(status: int, error: type[AIMLAPIError]) -> Fault:
    """Refused every time, and sent again once where that makes sense."""
    return Fault(f"{status}", {"x-emulator-fail": f"{status};retry-after-ms=1"}, error, retries=1)


def _recovers(status: int) -> Fault:
    return Fault(f"{status} once", {"x-emulator-fail": f"{status};times=1;retry-after-ms=1"}, None, retries=1)


def _body(name: str, error: type[AIMLAPIError] | None) -> Fault:
    return Fault(name, {"x-emulator-stream": name}, error)


_HEADS: Final = [
    _fail(400, BadRequestError),
    _fail(401, AuthenticationError),
    _fail(404, NotFoundError),
    _fail(429, RateLimitError),
    _fail(500, InternalServerError),
    _fail(529, OverloadedError),
    _recovers(429),
    _recovers(500),
    _recovers(529),
    _body("html", UnexpectedResponseError),
]
CALL_FAULTS: Final = [
    *_HEADS,
    _body("empty", UnexpectedResponseError),
    _body("cut-at=40", APIConnectionError),
    _body("reset-at=40", APIConnectionError),
    _body("end-at=40", UnexpectedResponseError),
    _body("bytes=7", None),
]
# An event or two open a message; five have brought text, and have not ended it.
STREAM_FAULTS: Final = [
    _body("empty", StreamIncompleteError),
    _body("cut-after=0", APIConnectionError),
    _body("cut-after=5", StreamIncompleteError),
    _body("cut-at=700", StreamIncompleteError),
    _body("reset-after=5", StreamIncompleteError),
    _body("end-after=0", StreamIncompleteError),
    _body("end-after=5", StreamIncompleteError),
    _body("error-after=2", OverloadedError),
    _body("error-after=5", OverloadedError),
    _body("garbage-after=5", StreamDecodeError),
    _body("bytes=7;crlf", None),
    *_HEADS,
]


@dataclass(frozen=True)
class Job:
    """One call or stream, and what is to happen to it."""

    number: int
    streamed: bool
    fault: Fault | None

    @property
    def arguments(self) -> dict[str, Any]:
        fault = self.fault
        switches = {} if fault is None else {**fault.switches, "x-emulator-key": f"job {self.number}"}
        retries = 0 if fault is None else fault.retries
        return {"model": MODEL, "messages": QUESTION, "extra_headers": switches, "max_retries": retries}

    @property
    def outcome(self) -> str:
        """What it must come to."""
        kind = "stream" if self.streamed else "call"
        if self.fault is None:
            return f"{kind} in good order: answered"
        return f"{kind}, {self.fault.name}: {'answered' if self.fault.error is None else self.fault.error.__name__}"

    def ended(self, result: Message | AIMLAPIError) -> str:
        """What it came to. Raises AssertionError unless it is what it must."""
        expected = None if self.fault is None else self.fault.error
        if expected is None:
            assert isinstance(result, Message), f"{self.outcome}, not {result!r}"
            assert "the sea" in result.text
        else:
            assert type(result) is expected, f"{self.outcome}, not {result!r}"
        return self.outcome


def jobs() -> Iterator[Job]:
    """All of both kinds, mixed; every tenth of a kind has a fault, one after another."""
    total, seen = CALLS + STREAMS, Counter[bool]()
    faults = {False: cycle(CALL_FAULTS), True: cycle(STREAM_FAULTS)}
    for number in range(total):
        streamed = number * STREAMS // total != (number + 1) * STREAMS // total
        seen[streamed] += 1
        yield Job(number, streamed, next(faults[streamed]) if seen[streamed] % 10 == 0 else None)


@pytest.fixture(autouse=True)
def _no_leaks() -> None:
    """The watch of `conftest.py` keeps errors for a while, which would be measured here."""


@pytest.fixture
def base_url() -> Iterator[str]:
    """The emulator in another process, so that its memory is not counted."""
    command = [sys.executable, "-m", "aimlapi_messages.testing", "--balance", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            ready, _, url = process.stdout.readline().rpartition(" ")
            assert ready == "emulator ready at"
            yield url.strip()
        finally:
            process.terminate()


# --- what is left over


def _descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name != "aimlapi-messages-reaper"}


def _memory() -> int:
    """Bytes in use; in the short form an estimate, for to trace every one takes longer than all the work."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] if FULL else sys.getallocatedblocks() * BYTES_PER_BLOCK


@pytest.fixture
def outcomes() -> Iterator[Counter[str]]:
    """To be filled by a test. When that is over there are as many as there were jobs, and no more of anything else."""
    gc.collect()  # what an earlier test has left is not to be closed in the middle of this one
    descriptors, threads = _descriptors(), _threads()
    outcomes: Counter[str] = Counter()
    if FULL:
        tracemalloc.start()
    yield outcomes
    tracemalloc.stop()
    assert outcomes == Counter(job.outcome for job in jobs())
    assert _threads() <= threads
    assert _descriptors() <= descriptors
    for name, number in sorted(outcomes.items()):  # for `make soak`
        print(f"{number:8,}  {name}")


# --- the two clients


async def _outcome_async(client: AsyncAIMLAPI, job: Job) -> str:
    try:
        if not job.streamed:
            return job.ended(await client.messages.create(**job.arguments))
        async with client.messages.stream(**job.arguments) as stream:
            return job.ended(await stream.get_final_message())
    except AIMLAPIError as error:
        return job.ended(error)


def _outcome(client: AIMLAPI, job: Job) -> str:
    try:
        if not job.streamed:
            return job.ended(client.messages.create(**job.arguments))
        with client.messages.stream(**job.arguments) as stream:
            return job.ended(stream.get_final_message())
    except AIMLAPIError as error:
        return job.ended(error)


async def _work_async(client: AsyncAIMLAPI, todo: Iterator[Job], outcomes: Counter[str]) -> None:
    async def worker() -> None:
        for job in todo:
            outcomes[await _outcome_async(client, job)] += 1

    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(worker())


def _work(client: AIMLAPI, todo: Iterator[Job], outcomes: Counter[str]) -> None:
    taking = threading.Lock()

    def take() -> Job | None:
        with taking:
            return next(todo, None)

    def worker() -> Counter[str]:
        own: Counter[str] = Counter()
        while (job := take()) is not None:
            own[_outcome(client, job)] += 1
        return own

    with ThreadPoolExecutor(THREADS) as pool:
        for own in [pool.submit(worker) for _ in range(THREADS)]:
            outcomes.update(own.result())


# --- the tests


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_an_async_client_keeps_nothing_of_what_it_did(base_url: str, outcomes: Counter[str], transport: Any) -> None:
    """64 calls and streams are on their way at a time."""

    async def run() -> None:
        before = asyncio.all_tasks()
        async with AsyncAIMLAPI(api_key=KEY, base_url=base_url, transport=transport) as client:
            todo = jobs()
            await _work_async(client, islice(todo, THIRD), outcomes)
            used = _memory()
            await _work_async(client, todo, outcomes)
            assert _memory() - used < MOST_GROWTH
            assert not busy(client)
        assert asyncio.all_tasks() == before

    asyncio.run(run())


@pytest.mark.parametrize("transport", POOLED)
def test_a_client_keeps_nothing_of_what_it_did_on_many_threads(
    base_url: str, outcomes: Counter[str], transport: Any
) -> None:
    """Eight threads share it."""
    with AIMLAPI(api_key=KEY, base_url=base_url, transport=transport) as client:
        todo = jobs()
        _work(client, islice(todo, THIRD), outcomes)
        used = _memory()
        _work(client, todo, outcomes)
        assert _memory() - used < MOST_GROWTH
        assert not busy(client)
