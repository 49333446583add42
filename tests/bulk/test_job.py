"""The books of a run, driven by hand: no call is made, and no time passes but by the test."""

from __future__ import annotations

import gc
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from aimlapi_messages import AIMLAPI, APIConnectionError, InvalidRequestError, Message, RateLimitError
from aimlapi_messages.bulk.crew import Ended
from aimlapi_messages.bulk.job import Step
from aimlapi_messages.bulk.rows import Row
from aimlapi_messages.bulk.terms import begin

from ..support.wire import KEY, MODEL, body, meta, text_block
from .serving import needs_the_document, rows

pytestmark = needs_the_document
ANSWER = Message.from_dict(body(text_block("Hello"), meta=meta(usd_spent=0.5, credits_used=1_000_000)))


class Driven:
    """A run whose clock is the test's. Rows are read as they are asked for."""

    def __init__(self, given: Any, path: Path | None = None, **options: Any) -> None:
        client = AIMLAPI(api_key=KEY, http_client=httpx.Client())
        self.job, _ = begin(client, given, path, {"model": MODEL, **options})
        self.now = time.monotonic()
        self.steps: list[Step] = []

    def sent(self) -> list[Row]:
        """What is sent now. Afterwards `wait` says what it waits for."""
        found: list[Row] = []
        while True:
            step = self.job.next(self.now)
            if isinstance(step, Row):
                found.append(step)
            elif isinstance(step, Step):
                self.steps.append(step)
            else:
                self.wait = step
                return found

    def end(self, row: Row, error: BaseException | None = None) -> list[str]:
        """Its call has ended. Returns the names of the results that there are."""
        self.job.take(Ended(row, None if error else ANSWER, error), self.now)
        found = [one.custom_id for one in self.job.found]
        self.job.found.clear()
        return found


def names(sent: list[Row]) -> list[str]:
    return [row.result.custom_id for row in sent]


def lost() -> APIConnectionError:
    error = APIConnectionError("The connection broke.")
    error.sent = "maybe"
    return error


def refusal(seconds: float | None) -> RateLimitError:
    return RateLimitError("wait", status_code=429, retry_after=seconds)


@pytest.mark.parametrize("seconds", [1.0, 59.0, 61.0, 3000.0])
def test_a_server_is_left_alone_for_as_long_as_it_says(seconds: float) -> None:
    """By all rows, and then it is asked again for the one that it refused."""
    run = Driven(rows("a", "b"), in_flight=1)
    (row,) = run.sent()
    assert run.end(row, refusal(seconds)) == []
    assert run.sent() == []
    assert run.wait == pytest.approx(seconds)
    run.now += seconds + 0.001
    assert names(run.sent()) == ["a"]


def test_a_server_that_wants_more_than_an_hour_ends_the_run() -> None:
    run = Driven(rows("a", "b"), in_flight=1)
    run.end(run.sent()[0], refusal(3601.0))
    assert (run.sent(), run.wait) == ([], None)
    with pytest.raises(RateLimitError):
        run.job.check()


@pytest.mark.parametrize("most", [1, 2, 8, 20])
def test_rows_are_read_as_they_can_be_sent(most: int) -> None:
    """What waits for another attempt counts as in flight, so that there are never more in memory."""
    read: list[int] = []

    def given() -> Iterator[Any]:
        for number in range(10_000):
            read.append(number)
            yield rows(str(number))[0]

    run = Driven(given(), in_flight=most)
    for _ in range(20):
        for row in run.sent():
            run.end(row, refusal(None))
    assert len(read) <= most
    assert run.job.report.done == 0


@pytest.mark.parametrize("most", [1, 2, 8])
def test_an_order_keeps_few_results(most: int) -> None:
    """Where the first is slow, the others wait for it, and are not read without end."""
    run = Driven(rows(*map(str, range(1000))), in_flight=most, ordered=True)
    slow, *others = run.sent()
    count = 0
    while others:
        assert [run.end(row) for row in others] == [[]] * len(others)
        count += len(others)
        others = run.sent()
    assert count <= 5 * most
    assert run.end(slow) == [str(number) for number in range(count + 1)]


def noted(path: Path, *names: str) -> None:
    """Requests that were on their way when a run was stopped, just now."""
    (hashed,) = {Driven(rows(name)).sent()[0].result.request_hash for name in names}
    note = {"request_hash": hashed, "at": time.time(), "at_most_usd": "0.25"}
    notes = [{"custom_id": name, "client_request_id": f"0-{name}-1", **note} for name in names]
    Path(f"{path}.sending").write_text("".join(json.dumps(one) + "\n" for one in notes), encoding="utf-8")
    path.touch()


def test_a_call_that_may_still_run_is_looked_up_again(tmp_path: Path) -> None:
    """At once after a kill, and when it would be in the logs; the other rows do not wait for that."""
    path = tmp_path / "out.jsonl"
    noted(path, "a")
    run = Driven(rows("a", "b"), path)
    assert names(run.sent()) == ["b"]
    assert run.steps == [Step.SETTLE]
    assert run.job.report.at_most_usd > 0
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    assert run.sent() == []
    assert run.wait == pytest.approx(60, abs=5)
    run.now += 61
    assert (names(run.sent()), run.steps) == ([], [Step.SETTLE] * 2)
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    assert run.job.report.at_most_usd == 0
    assert names(run.sent()) == ["a"]
    run.job.close()


def test_a_look_that_takes_long_tells_what_was_so_at_its_beginning() -> None:
    """What was lost meanwhile, or was not in the logs yet, is looked up again before it is sent again."""
    run = Driven(rows("a", "b"), settle_after=10, max_retries=2)
    first, second = run.sent()
    run.end(first, lost())
    run.now += 10
    assert (run.sent(), run.steps) == ([], [Step.SETTLE])
    run.end(second, lost())
    run.now += 30
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    assert (names(run.sent()), run.steps) == (["a"], [Step.SETTLE] * 2)
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    assert names(run.sent()) == ["b"]


def test_money_in_flight_and_lost_holds_rows_back_and_ends_nothing(tmp_path: Path) -> None:
    """It may come back."""
    path = tmp_path / "out.jsonl"
    noted(path, "a")
    run = Driven(rows("b"), path, budget_usd="0.25")
    assert (run.sent(), run.job.report.stopped) == ([], None)
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    run.now += 61
    assert run.sent() == []
    run.job.take(Ended(Step.SETTLE, {}), run.now)
    (row,) = run.sent()
    run.end(row)
    assert (run.sent(), run.wait, run.job.report.stopped) == ([], None, None)
    run.job.close()


def test_an_error_that_is_none_of_ours_ends_the_run() -> None:
    """When what is in flight has ended; what is finished by then is told."""
    run = Driven(rows("a", "b", "c"), in_flight=2)
    one, other = run.sent()
    run.end(one, ZeroDivisionError("a hook"))
    assert (run.sent(), run.wait) == ([], math.inf)
    assert run.end(other) == ["b"]
    assert (run.sent(), run.wait) == ([], None)
    with pytest.raises(ZeroDivisionError):
        run.job.check()


@pytest.mark.parametrize("error", [None, InvalidRequestError("no")])
def test_a_row_that_has_ended_is_no_garbage(error: Exception | None) -> None:
    """Else the answers of thousands wait for the collector, which takes the longer for it."""
    run = Driven([str(number) for number in range(500)])
    gc.collect()
    gc.disable()
    try:
        while sent := run.sent():
            for row in sent:
                run.end(row, error)
        del sent, row
        assert gc.collect() < 500  # of what was loaded meanwhile
    finally:
        gc.enable()
    assert run.job.report.done == 500
