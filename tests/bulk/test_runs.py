"""What becomes of the requests of a run, and how a run goes on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    OutOfCreditError,
    RateLimitError,
    RunProgress,
    read_results,
)
from aimlapi_messages.bulk import async_run, run

from ..support.clock import Clock
from ..support.wire import KEY, body, meta, tool_block
from .serving import (
    PAID,
    PRICE,
    Reply,
    Runs,
    Server,
    answered,
    both,
    broken,
    kinds_of,
    lines_of,
    needs_the_document,
    refused,
    rows,
    whole,
)

pytestmark = needs_the_document


@both
@pytest.mark.parametrize(
    ("replies", "kind", "attempts"),
    [
        pytest.param([], "succeeded", 1, id="at once"),
        pytest.param([refused(429)], "succeeded", 2, id="after 429"),
        pytest.param([refused(503), refused(529)], "succeeded", 3, id="after 503 and 529"),
        pytest.param([refused(500)], "succeeded", 2, id="after 500"),
        pytest.param([refused(529)] * 8, "succeeded", 9, id="after as many overloads as may be"),
        pytest.param([refused(529)] * 9, "overloaded_error", 9, id="overloaded again and again"),
        pytest.param([refused(500)] * 3, "internal_server_error", 3, id="500 again and again"),
        pytest.param([refused(500)] * 2 + [refused(429)] * 3, "succeeded", 6, id="overloads do not count as failures"),
        pytest.param([refused(400)], "bad_request_error", 1, id="400"),
        pytest.param([refused(403)], "permission_denied_error", 1, id="403"),
        pytest.param([refused(404)], "not_found_error", 1, id="404"),
        pytest.param([refused(413)], "request_too_large_error", 1, id="413"),
        pytest.param([httpx.ConnectError("away")] * 3, "connection_error", 3, id="no connection"),
        pytest.param([httpx.ConnectError("away")], "succeeded", 2, id="no connection at first"),
        pytest.param([broken(PAID)], "answer_lost", 1, id="no more of an answer that is paid"),
        pytest.param([broken({})], "succeeded", 2, id="no more of an answer that is not in the logs"),
        pytest.param([refused(429, **{"x-should-retry": "false"})], "rate_limit_error", 1, id="429 that is to stay"),
        pytest.param([whole({"detail": 1})] * 3, "unexpected_response_error", 3, id="no message"),
    ],
)
def test_a_failure_is_a_row(tmp_path: Path, is_async: bool, replies: list[Reply], kind: str, attempts: int) -> None:
    """Each row has one line, whatever became of it, and a failure takes none of the others along."""
    server, path = Server({"odd": replies}), tmp_path / "out.jsonl"
    report = Runs(is_async, server).run(rows("a", "odd", "b"), path)
    assert kinds_of(path) == {"a": "succeeded", "odd": kind, "b": "succeeded"}
    assert lines_of(path)["odd"]["attempts"] == server.asked["odd"] == attempts
    assert (report.done, report.failed, report.calls) == (3, kind != "succeeded", attempts + 2)
    assert report.errors == ({} if kind == "succeeded" else {kind: 1})
    assert KEY not in path.read_text(encoding="utf-8")
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


@both
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (refused(401), AuthenticationError),
        (refused(402), OutOfCreditError),
        (refused(429, **{"retry-after-ms": "4000000"}), RateLimitError),
    ],
)
def test_what_concerns_the_account_ends_the_run(
    tmp_path: Path, is_async: bool, reply: Reply, error: type[Exception]
) -> None:
    """The other rows would fail the same way. Later the same call goes on with them."""
    path, given = tmp_path / "out.jsonl", rows("a", "b", *map(str, range(50)))
    server = Server({"b": [reply]})
    with pytest.raises(error):
        Runs(is_async, server).run(given, path, in_flight=2)
    assert "b" not in kinds_of(path)
    assert len(server.asked) < 10
    assert Runs(is_async, server).run(given, path).succeeded == len(given)
    assert max(count for row, count in server.asked.items() if row != "b") == 1


@both
def test_a_run_goes_on_where_it_was(tmp_path: Path, is_async: bool) -> None:
    """What has a result is not sent again, and the report is that of all runs."""
    server, path = Server({"bad": [refused(400)]}), tmp_path / "out.jsonl"
    runs = Runs(is_async, server)
    runs.run(rows("a", "bad"), path)
    report = runs.run(rows("a", "bad", "b"), path)
    assert (report.succeeded, report.failed, report.skipped, report.calls) == (2, 1, 2, 3)
    assert report.usd == 2 * Decimal(PRICE)
    assert server.asked == {"a": 1, "bad": 1, "b": 1}


@both
def test_failed_rows_are_sent_again_when_told(tmp_path: Path, is_async: bool) -> None:
    """And they alone; the last line counts, and all costs do."""
    server, path = Server({"bad": [refused(400)]}), tmp_path / "out.jsonl"
    runs = Runs(is_async, server)
    runs.run(rows("a", "bad"), path)
    report = runs.run(rows("a", "bad"), path, retry_failed=True)
    assert (report.succeeded, report.failed, report.errors["bad_request_error"]) == (2, 0, 0)
    assert server.asked == {"a": 1, "bad": 2}
    assert sorted(one.custom_id for one in read_results(path)) == ["a", "bad"]
    assert all(one.succeeded for one in read_results(path))


LOST: list[Any] = [httpx.ReadTimeout("late"), httpx.ReadError("cut")]


@both
@pytest.mark.parametrize("lost", LOST, ids=["timeout", "broken"])
@pytest.mark.parametrize(
    ("logs", "resend", "kind", "asked", "usd", "at_most"),
    [
        pytest.param(lambda _: "0.5", False, "answer_lost", 1, "0.5", False, id="paid"),
        pytest.param(lambda _: "0.5", True, "succeeded", 2, "0.5001", False, id="paid and sent again"),
        pytest.param(lambda _: "0", False, "succeeded", 2, PRICE, False, id="logged as failed"),
        pytest.param(lambda _: None, False, "succeeded", 2, PRICE, False, id="not in the logs"),
        pytest.param(403, False, "perhaps_billed", 1, "0", True, id="no right to read the logs"),
        pytest.param(403, True, "succeeded", 2, PRICE, True, id="no right, and sent again"),
        pytest.param(500, False, "perhaps_billed", 1, "0", True, id="no logs"),
    ],
)
def test_an_answer_that_was_lost_is_looked_up(
    tmp_path: Path,
    is_async: bool,
    lost: Exception,
    logs: Any,
    resend: bool,
    kind: str,
    asked: int,
    usd: str,
    at_most: bool,
) -> None:
    """What was paid is not sent again unless told, what was not is, and of what nobody knows that is said."""
    server, path = Server({"odd": [lost]}), tmp_path / "out.jsonl"
    server.logs = (
        (lambda call: logs(call) if call.endswith("-1") and call in server.ids["odd"] else None)
        if callable(logs)
        else logs
    )
    report = Runs(is_async, server).run(rows("odd"), path, resend=resend)
    assert kinds_of(path) == {"odd": kind}
    assert server.asked["odd"] == asked
    assert (report.usd, report.at_most_usd > 0) == (Decimal(usd), at_most)
    assert report.perhaps_billed == (["odd"] if kind == "perhaps_billed" else [])
    assert lines_of(path)["odd"].get("perhaps_billed", False) == (kind == "perhaps_billed")


@both
def test_what_may_have_been_paid_is_sent_again_only_when_told(tmp_path: Path, is_async: bool) -> None:
    """Not by another run, not by `retry_failed`; by `resend`."""
    server, path = Server({"odd": [httpx.ReadError("cut")]}), tmp_path / "out.jsonl"
    server.logs = 403
    runs = Runs(is_async, server)
    for options in ({}, {}, {"retry_failed": True}):
        assert runs.run(rows("odd"), path, **options).perhaps_billed == ["odd"]
    assert server.asked["odd"] == 1
    report = runs.run(rows("odd"), path, resend=True)
    assert (report.succeeded, report.failed, report.perhaps_billed) == (1, 0, [])


@both
def test_a_request_lost_again_and_again_fails(tmp_path: Path, is_async: bool) -> None:
    """As often as any other failure."""
    server, path = Server({"odd": [httpx.ReadError("cut")] * 9}), tmp_path / "out.jsonl"
    Runs(is_async, server, max_retries=1).run(rows("odd"), path)
    assert (kinds_of(path), server.asked["odd"]) == ({"odd": "connection_error"}, 2)


@both
@pytest.mark.parametrize(
    "first_half",
    [pytest.param(False, id="in one run"), pytest.param(True, id="in another run")],
)
def test_a_name_stands_for_one_request(tmp_path: Path, is_async: bool, first_half: bool) -> None:
    """Another one of the same name is refused, and what was in flight is written first."""
    path, runs = tmp_path / "out.jsonl", Runs(is_async, Server())
    one, other = rows("a"), [{"custom_id": "a", "params": {"messages": "something else"}}]
    if first_half:
        runs.run(one, path)
    with pytest.raises(InvalidRequestError, match=r"Row . has the custom_id 'a'"):
        runs.run(other if first_half else one + other, path)
    assert kinds_of(path) == {"a": "succeeded"}


@both
def test_rows_without_a_name_are_named_by_what_they_ask(tmp_path: Path, is_async: bool) -> None:
    """The same again is another one, with a number; the next run knows all of them."""
    server, path = Server(), tmp_path / "out.jsonl"
    runs = Runs(is_async, server)
    runs.run(["a", "b", "a", "a"], path)
    names = sorted(lines_of(path))
    assert len(names) == 4
    assert {name.partition("-")[2] for name in names} == {"", "2", "3"}
    assert runs.run(["a", "b", "a", "a", "a"], path).skipped == 4
    assert server.asked == {"a": 4, "b": 1}


@both
def test_the_same_row_twice_is_sent_once(tmp_path: Path, is_async: bool) -> None:
    server, path = Server(), tmp_path / "out.jsonl"
    report = Runs(is_async, server).run(rows("a", "a", "b"), path)
    assert (report.succeeded, report.skipped, server.asked["a"]) == (2, 1, 1)


@both
def test_rows_are_read_until_they_cannot_be(tmp_path: Path, is_async: bool) -> None:
    """What was read before is finished and written; what the iterable raised comes out."""

    def given() -> Iterator[Any]:
        yield from rows("a", "b")
        raise LookupError("no more")

    path = tmp_path / "out.jsonl"
    with pytest.raises(LookupError, match="no more"):
        Runs(is_async, Server()).run(given(), path)
    assert sorted(kinds_of(path)) == ["a", "b"]


def test_rows_may_be_awaited(tmp_path: Path) -> None:
    """By the asynchronous client."""

    async def given() -> AsyncIterator[Any]:
        for row in rows("a", "b"):
            yield row

    path = tmp_path / "out.jsonl"
    assert Runs(True, Server()).run(given(), path).succeeded == 2


@both
def test_a_file_is_for_one_run_at_a_time(tmp_path: Path, is_async: bool) -> None:
    """A second one is refused at once, and the first one goes on."""
    path, runs, errors = tmp_path / "out.jsonl", Runs(is_async, Server()), list[Exception]()

    def second(_: RunProgress) -> None:
        try:
            Runs(False, Server()).run(rows("b"), path)
        except ConfigurationError as error:
            errors.append(error)

    assert runs.run(rows("a"), path, progress=second).succeeded == 1
    assert str(path) in str(errors[0])


@both
@pytest.mark.parametrize("given", [b"", b"x"], ids=["empty", "with results"])
def test_a_run_may_insist_on_a_new_file(tmp_path: Path, is_async: bool, given: bytes) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(given)
    if not given:
        assert Runs(is_async, Server()).run(rows("a"), path, resume=False).succeeded == 1
    with pytest.raises(ConfigurationError, match="There are results"):
        Runs(is_async, Server()).run(rows("a"), path, resume=False)


@both
def test_the_hook_says_how_far_it_is_and_may_stop(
    tmp_path: Path, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in flight ends, and the same call goes on with the rest."""
    clock = Clock()
    clock.step = 0.05  # so that it is told something all the time
    for module in (run, async_run):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))
    told, path, server, given = list[RunProgress](), tmp_path / "out.jsonl", Server(), rows(*map(str, range(30)))

    def hook(progress: RunProgress) -> None:
        told.append(progress)
        if progress.done:
            progress.stop()

    runs = Runs(is_async, server)
    report = runs.run(given, path, progress=hook, in_flight=1)
    assert (report.stopped, told[-1].total) == ("progress", 30)
    assert 0 < report.done == told[-1].done == len(kinds_of(path)) < 30
    report = runs.run(given, path, progress=told.append)
    assert (report.stopped, told[-1].done, told[-1].in_flight, told[-1].eta) == (None, 30, 0, 0.0)
    assert set(server.asked.values()) == {1}


@pytest.mark.parametrize(
    ("is_async", "error"), [(False, KeyboardInterrupt), (False, ZeroDivisionError), (True, ZeroDivisionError)]
)
def test_what_interrupts_a_run_comes_out(tmp_path: Path, is_async: bool, error: type[BaseException]) -> None:
    """What has been answered by then is in the file, and the same call goes on with the rest."""
    path, server, given = tmp_path / "out.jsonl", Server(), rows(*map(str, range(30)))

    def hook(progress: RunProgress) -> None:
        raise error

    runs = Runs(is_async, server)
    with pytest.raises(error):
        runs.run(given, path, progress=hook)
    assert runs.run(given, path).succeeded == 30
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]
    assert sorted(lines_of(path)) == sorted(str(number) for number in range(30))


@dataclass
class City:
    name: str


@both
@pytest.mark.parametrize(
    ("wrong", "kind", "attempts"), [(0, "succeeded", 1), (2, "succeeded", 3), (3, "output_error", 3)]
)
def test_an_output_is_asked_for_until_it_is_right(
    tmp_path: Path, is_async: bool, wrong: int, kind: str, attempts: int
) -> None:
    """All of its calls are paid, and told as one row."""
    price = {"meta": meta(usd_spent=0.25, credits_used=500_000), "stop_reason": "tool_use"}
    good, bad = (
        whole(body(tool_block(id=f"t{number}", name="City", input=given), **price))
        for number, given in enumerate(({"name": "Paris"}, {"name": 7}))
    )
    replies = [bad] * wrong + [good]
    path = tmp_path / "out.jsonl"
    report = Runs(is_async, Server({"Where?": replies})).run(rows("Where?"), path, output=City)
    line = lines_of(path)["Where?"]
    assert (kinds_of(path)["Where?"], line["attempts"]) == (kind, attempts)
    assert line["cost"]["usd"] == f"{report.usd:f}" == str(Decimal("0.25") * attempts)
    assert line.get("output") == ({"name": "Paris"} if kind == "succeeded" else None)
    assert [one.output for one in read_results(path, output=City)] == [City("Paris") if kind == "succeeded" else None]


@both
def test_an_output_is_asked_for_in_another_way_where_a_model_takes_no_forced_call(
    tmp_path: Path, is_async: bool
) -> None:
    """As `parse` does; that is no failure of the row."""
    good = whole(body(tool_block(name="City", input={"name": "Paris"}), stop_reason="tool_use"))
    no_force = whole({"message": "tool_choice: forced calls are not supported"}, 400)
    path = tmp_path / "out.jsonl"
    Runs(is_async, Server({"Where?": [no_force, good]}), max_retries=0).run(rows("Where?"), path, output=City)
    assert (kinds_of(path)["Where?"], lines_of(path)["Where?"]["attempts"]) == ("succeeded", 2)


def test_a_line_is_read_with_nothing_but_json(tmp_path: Path) -> None:
    """It is the line of a batch's results, with more members."""
    path = tmp_path / "out.jsonl"
    Runs(False, Server()).run(rows("a"), path, max_tokens=5)
    line = json.loads(path.read_text(encoding="utf-8"))
    assert line["result"]["message"]["content"] == [{"type": "text", "text": "Re: a"}]
    told = {name: line[name] for name in ("custom_id", "attempts", "input_tokens", "output_tokens", "cost")}
    cost = {"usd": "0.0001", "credits": "200"}
    assert told == {"custom_id": "a", "attempts": 1, "input_tokens": 7, "output_tokens": 3, "cost": cost}


def test_an_answer_without_a_price_counts_with_what_it_may_have_cost(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    report = Runs(False, Server({"a": [answered(usd=None)]})).run(rows("a"), path)
    line = lines_of(path)["a"]
    assert line["cost"] is None
    assert (report.usd, report.unpriced, report.at_most_usd) == (0, 1, Decimal(line["at_most_usd"]))
    assert report.at_most_usd > 0
