"""How many calls are in flight, and when they begin, against servers that are simulated."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from aimlapi_messages import InvalidRequestError
from aimlapi_messages.bulk.pace import Pace


@dataclass
class World:
    """Calls that take a second each, of which a server takes as many at a time as `capacity` says at that moment."""

    pace: Pace
    capacity: Callable[[float], int]
    tokens: int = 10
    retry_after: float | None = None
    now: float = 0.0
    calls: list[tuple[float, float, bool, float]] = field(default_factory=list)  # end, beginning, overload, tokens
    began: list[float] = field(default_factory=list)
    limits: list[tuple[float, int, int]] = field(default_factory=list)
    overloads: int = 0

    def until(self, end: float) -> World:
        while self.now < end:
            wait = self.pace.wait(self.now, len(self.calls))
            if not wait:
                is_overload = len(self.calls) >= self.capacity(self.now)
                taken = self.pace.begin(self.now, 1.0)
                seconds = 0.1 if is_overload else 1.0
                heapq.heappush(self.calls, (self.now + seconds, self.now, is_overload, taken))
                self.began.append(self.now)
                self.limits.append((self.now, self.pace.limit, len(self.calls)))
                continue
            ends = self.calls[0][0] if self.calls else math.inf
            self.now = min(self.now + wait, ends, end)
            if self.now == ends:
                _, began, is_overload, taken = heapq.heappop(self.calls)
                if is_overload:
                    self.overloads += 1
                    self.pace.overloaded(self.now, began, self.retry_after)
                else:
                    self.pace.answered(self.now, taken, self.tokens)
            self.limits.append((self.now, self.pace.limit, len(self.calls)))
        return self

    def highest(self, since: float = 0.0) -> int:
        return max(limit for now, limit, _ in self.limits if now >= since)

    def lowest(self, since: float = 0.0) -> int:
        return min(limit for now, limit, _ in self.limits if now >= since)


@pytest.mark.parametrize("most", [1, 5, 31, 32, 33, 100, 256])
def test_it_climbs_to_the_most_where_nothing_holds_it_up(most: int) -> None:
    """Twice as many with each round of answers, and never more."""
    world = World(Pace(most), lambda _: 10**6).until(12)
    assert world.pace.limit == world.highest() == most
    assert max(count for _, _, count in world.limits) == most
    assert len([one for one in world.began if one < 1.5]) == min(32, most) + min(64, most)


@pytest.mark.parametrize("together", [1, 3, 8, 50, 256])
def test_answers_that_come_together_count_each(together: int) -> None:
    """A busy machine takes many at a time, and none of their places is taken meanwhile."""
    pace, in_flight, limits = Pace(256), 0, list[int]()
    for now in range(4):
        limits.append(pace.limit)
        answers = pace.limit
        while answers:
            while not pace.wait(now, in_flight):
                in_flight += 1
            part = min(together, answers)
            in_flight, answers = in_flight - part, answers - part
            for _ in range(part):
                pace.answered(now, 0.0, 10)
    assert limits == [32, 64, 128, 256]


@pytest.mark.parametrize("capacity", [1, 2, 8, 20, 100, 200])
def test_it_finds_what_a_server_takes(capacity: int) -> None:
    """It goes to the limit, is halved there, and comes back: seldom too many, and seldom few."""
    world = World(Pace(256), lambda _: capacity).until(200)
    assert world.highest(20) <= capacity + 2
    assert world.lowest(20) >= capacity // 2
    assert world.overloads < len(world.began) * (0.6 if capacity < 3 else 0.2)
    assert len(world.began) - world.overloads > 200 * capacity * 0.65


@pytest.mark.parametrize("retry_after", [None, 2.0])
def test_overloads_of_one_round_halve_it_once(retry_after: float | None) -> None:
    """A hundred calls that were out together say one thing."""
    pace = Pace(256)
    pace._limit = 200.0
    for _ in range(100):
        pace.begin(5.0, 1.0)
    for number in range(100):
        pace.overloaded(6.0 + number / 1000, 5.0, retry_after)
    assert pace.limit == 100
    pace.overloaded(7.0, 6.5, retry_after)
    assert pace.limit == 50


@pytest.mark.parametrize("times", range(1, 12))
def test_one_call_is_always_let_through(times: int) -> None:
    """However often it is halved."""
    pace = Pace(256)
    for number in range(times):
        pace.overloaded(float(number), float(number), None)
    assert pace.limit == max(32 >> times, 1)
    assert pace.wait(100.0, 0) == 0


def test_it_follows_a_server_that_changes() -> None:
    """Down within a few rounds, and up again, by one a round."""
    world = World(Pace(256), lambda now: 100 if now < 50 or now > 100 else 10)
    assert world.until(50).pace.limit > 50
    assert world.until(70).pace.limit <= 12
    before = world.until(101).pace.limit
    assert world.until(111).pace.limit - before == pytest.approx(10, abs=2)


@pytest.mark.parametrize("seconds", [0.5, 3.0, 600.0])
def test_nothing_begins_while_the_server_wants_to_be_left_alone(seconds: float) -> None:
    pace = Pace(8)
    pace.overloaded(10.0, 10.0, seconds)
    pace.overloaded(10.1, 10.1, seconds / 2)
    assert pace.wait(10.1, 0) == pytest.approx(max(seconds - 0.1, seconds / 2))
    assert pace.wait(10.1 + seconds, 0) == 0


@pytest.mark.parametrize("per_minute", [1, 6, 60, 600, 6000])
def test_requests_a_minute_are_kept(per_minute: int) -> None:
    """With a second's worth at once at the beginning, and as many as there may be."""
    world = World(Pace(256, requests_per_minute=per_minute), lambda _: 10**6).until(240)
    assert len(world.began) == pytest.approx(4 * per_minute, abs=per_minute / 20 + 2)
    for since in range(0, 180, 20):
        in_a_minute = sum(since <= one < since + 60 for one in world.began)
        assert in_a_minute <= per_minute + per_minute / 60 + 1


@pytest.mark.parametrize("tokens", [20, 200, 2_000, 100_000])
def test_tokens_a_minute_are_kept(tokens: int) -> None:
    """Once answers tell what a call takes; before that a few calls are let through that take more than they seemed."""
    world = World(Pace(256, tokens_per_minute=60_000), lambda _: 10**6, tokens=tokens).until(1200)
    late = [one for one in world.began if one >= 600]
    assert len(late) * tokens <= 600 * 1000 * 1.05 + tokens
    assert len(late) * tokens >= min(600 * 1000 * 0.9, 500 * 256 * tokens) - tokens


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0, None, None), "in_flight"),
        ((-1, None, None), "in_flight"),
        ((1.5, None, None), "in_flight"),
        (("8", None, None), "in_flight"),
        ((True, None, None), "in_flight"),
        ((8, 0, None), "requests_per_minute"),
        ((8, "9", None), "requests_per_minute"),
        ((8, None, -5), "tokens_per_minute"),
        ((8, None, math.nan), "tokens_per_minute"),
    ],
)
def test_a_pace_that_cannot_be_is_refused(arguments: tuple[int, float, float], name: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"^{name} is"):
        Pace(*arguments)
