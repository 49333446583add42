"""`client.messages.batches.wait`: how it asks, what it outlasts, and when it gives up."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from aimlapi_messages import (
    BatchNotEndedError,
    NotFoundError,
    RateLimitError,
)

from ..support.batches import ALL, LINES, RUNNING, cut, lines
from ..support.deadlines import LONGER_AND_LONGER
from ..support.wire import Gateway, answer

pytestmark = pytest.mark.operation("create_batch", "get_batch", "cancel_batch")


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


def test_waiting_asks_no_sooner_than_the_gateway_wants() -> None:
    """Also where its own pauses are shorter."""
    _, seen, _ = waited(answer({}, 429, {"retry-after-ms": "20"}), answer(lines(*ALL), **LINES))
    assert [one.next_in for one in seen] == [0.02, None]


@pytest.mark.parametrize(("advice", "limits"), [("601", {}), ("61", {"deadline": 60}), ("9" * 400, {"deadline": None})])
def test_waiting_gives_up_where_the_gateway_wants_to_be_left_alone_for_longer(advice: str, limits: Any) -> None:
    """For longer than an outage may last, or than the wait may."""
    with pytest.raises(RateLimitError) as caught:
        waited(answer(RUNNING), answer({}, 429, {"retry-after": advice}), **limits)
    assert caught.value.retry_after == float(advice)


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
