"""What the call hook is told of batches, keys and the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI, BatchIncompleteError, BatchNotEndedError, Call, CallOutcome, NotFoundError
from aimlapi_messages.testing import Emulator

from ..support.batches import LINES, RUNNING, STATE, WHOLE, cut, lines, request, succeeded
from ..support.callers import AsyncCaller, Caller
from ..support.told import Told, told_by
from ..support.wire import MODEL, Answer, Chunks, answer

BATCHES = pytest.mark.operation("create_batch", "get_batch", "cancel_batch")


async def asked(caller: Caller, name: str, *args: Any, **options: Any) -> Any:
    """`messages.batches.NAME(...)`"""
    value = getattr(caller.client.messages.batches, name)(*args, **options)
    return await value if isinstance(caller, AsyncCaller) else value


@BATCHES
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "arguments", "operation"),
    [
        ("create", {"requests": [request("a", max_tokens=5), request("b")]}, "create_batch"),
        ("retrieve", {"batch_id": "b1"}, "get_batch"),
        ("cancel", {"batch_id": "b1"}, "cancel_batch"),
    ],
)
async def test_the_hook_is_told_of_a_batch(
    caller: Caller, name: str, arguments: dict[str, Any], operation: str
) -> None:
    """Its parameters are those of its requests."""
    told = told_by(caller)
    caller.meet(answer(STATE))
    batch = await asked(caller, name, **arguments)
    outcome, (call,) = told.outcome, told.calls
    model = MODEL if name == "create" else ""
    assert (call.operation, call.model, call.parameters, call.stream) == (operation, model, {}, False)
    assert [one["custom_id"] for one in call.body().get("requests", [])] == (["a", "b"] if name == "create" else [])
    assert outcome.answer is batch
    assert (outcome.error, outcome.complete, outcome.message, outcome.cost) == (None, True, None, None)


@BATCHES
@pytest.mark.anyio
async def test_the_hook_is_told_of_results_at_their_end(caller: Caller) -> None:
    """One call, though the connection broke."""
    told = told_by(caller, max_retries=1)
    caller.meet(cut(lines(succeeded("0", ""), succeeded("1", "x"))), answer(WHOLE, **LINES))
    seen: list[Any] = []
    await caller.results(seen)
    assert (told.outcome.error, told.outcome.complete, told.outcome.attempts) == (None, True, 2)
    assert len(seen) == 10


WAITS: dict[str, tuple[list[Answer], type[Exception] | None]] = {
    "ended": ([answer(RUNNING), answer({}, 503), answer(RUNNING), answer(WHOLE, **LINES)], None),
    "at once": ([answer(WHOLE, **LINES)], None),
    "gone": ([answer(RUNNING), answer({"message": "no such batch"}, 404)], NotFoundError),
    "late": ([answer(RUNNING)] * 100, BatchNotEndedError),
    "stopped": ([answer(RUNNING), answer(STATE)], ZeroDivisionError),
}


@BATCHES
@pytest.mark.anyio
@pytest.mark.parametrize("how", WAITS)
async def test_a_wait_is_one_call(caller: Caller, how: str) -> None:
    """However often it asks, and however it ends."""
    answers, kind = WAITS[how]
    told = told_by(caller, max_retries=0)
    gateway = caller.meet(*answers)
    limit, polls = (0.02 if how == "late" else None), list[Any]()
    options: dict[str, Any] = {"first_pause": 0.001, "longest_pause": 0.001, "deadline": limit}

    def progress(step: Any) -> None:
        polls.append(step)
        assert told.outcomes == []
        if how == "stopped" and len(polls) == 2:
            raise ZeroDivisionError

    with nullcontext() if kind is None else pytest.raises(kind):
        assert (await asked(caller, "wait", "b1", progress=progress, **options)) is told.outcome.answer
    (call,), outcome = told.calls, told.outcome
    assert (call.operation, call.model, call.body()) == ("wait_for_batch", "", {})
    assert call.url.startswith(caller.client.base_url)
    assert (type(outcome.error), outcome.complete) == (kind or type(None), kind is None)
    assert len(gateway.requests) == len(polls) + (how == "gone")


FAILURES: dict[str, tuple[list[Answer], type[Exception]]] = {
    "cut": ([cut(lines(succeeded("0")))], BatchIncompleteError),
    "not ended": ([answer(RUNNING)], BatchNotEndedError),
    "gone": ([cut(lines(succeeded("0"))), answer(RUNNING)], BatchIncompleteError),
}


@BATCHES
@pytest.mark.anyio
@pytest.mark.parametrize(("answers", "kind"), FAILURES.values(), ids=FAILURES)
async def test_the_hook_is_told_of_results_that_fail(
    caller: Caller, answers: list[Answer], kind: type[Exception]
) -> None:
    """With the error that their reader gets."""
    told = told_by(caller, max_retries=len(answers) - 1)
    caller.meet(*answers)
    with pytest.raises(kind) as caught:
        await caller.results([])
    assert told.outcome.error is caught.value


@BATCHES
@pytest.mark.anyio
@pytest.mark.parametrize("drop", [False, True])
async def test_results_that_are_not_read_to_their_end_have_ended(caller: Caller, drop: bool) -> None:
    """Closed, or dropped."""
    told = told_by(caller)
    caller.meet(answer(Chunks([WHOLE]), **LINES))
    results = await asked(caller, "results", "b1")
    if not drop:
        closing = results.close()
        if closing is not None:
            await closing
    del results
    await told.until(1)
    assert (told.outcome.error, told.outcome.complete) == (None, False)


@pytest.mark.operation("create_key", "delete_key", "list_models")
def test_the_hook_sees_no_key(emulator: Emulator, manager: AIMLAPI) -> None:
    """Not even a new one; of what holds none it sees the answer."""
    told = Told()
    client = manager.with_options(on_call=told)
    key = client.keys.create()
    models = client.models.list()
    assert [call.operation for call in told.calls] == ["create_key", "list_models"]
    assert [getattr(outcome.answer, "data", None) for outcome in told.outcomes] == [None, models]
    shown = repr([*told.calls, *told.outcomes, *map(Call.body, told.calls)])
    assert key.key.reveal() not in shown


def test_a_hook_reads_what_it_likes_of_its_calls() -> None:
    """`print` is one, too."""
    hook: Callable[[Call], Callable[[CallOutcome], None] | None] = print
    with Emulator() as emulator, AIMLAPI(api_key="any", base_url=emulator.base_url, on_call=hook) as client:
        assert client.messages.create(model=MODEL, messages="Hi").text
    assert asyncio.iscoroutinefunction(hook) is False
