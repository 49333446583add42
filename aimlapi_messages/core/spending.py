"""What the calls of a client have cost, what those in flight may cost, and whether one more fits the budget. Pure.

The price of a call is known when it is over, so a budget holds only if each call reserves beforehand the most that it
may cost. Calls run in threads and tasks, and are settled by finalizers and signal handlers too, which may interrupt
any of this at any point: nothing here waits for a lock. The account is a value that never changes, and each change
adds the next value behind it in one atomic step, or starts over when another was faster.
"""

from __future__ import annotations

import os
import re
import weakref
from collections.abc import Callable, Hashable, Mapping
from decimal import ROUND_UP, Context, Decimal
from itertools import count
from typing import Any, Final, NamedTuple

from .errors import BudgetExceededError
from .json import is_array
from .reply import EXACT, Cost, member, read_amount

# For prices and estimates, which need few digits but must not be too low.
_ROUGH: Final = Context(prec=6, rounding=ROUND_UP, traps=[])
_NOTHING: Final = Decimal(0)
_ONE_CREDIT: Final = Decimal("5E-7")  # costs are whole credits, rounded down or up
_BATCH_FACTOR: Final = Decimal("0.5")
_CACHE_FACTOR: Final = 2  # what is written to the cache for an hour costs twice as much

# Of a model, and of a request that says nothing of it, in tokens.
_LARGEST_CONTEXT: Final = 1_000_000
_LARGEST_OUTPUT: Final = 128_000
# An image costs no more, however many bytes it has.
_IMAGE_TOKENS: Final = 5_000
_PDF: Final = b"application/pdf"
# Quotes within a text are escaped, so that these find members and nothing else.
_MAX_TOKENS: Final = re.compile(rb'"max_tokens"\s*:\s*([0-9]{1,9})(?![0-9])')
_READ: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_DATA: Final = re.compile(rb'"data"\s*:\s*"[A-Za-z0-9+/=_-]{100,}+"')


class Price(NamedTuple):
    """The most that a token costs in US dollars: one that is read, and one that is written."""

    read: Decimal
    written: Decimal


# The dearest of the gateway's Claude models in September 2026, 19.5 and 97.5 USD a million; what is read costs twice
# as much when it is written to the cache for an hour. For models whose calls have told nothing yet.
DEAREST: Final = Price(Decimal("0.000039"), Decimal("0.0000975"))


class Load(NamedTuple):
    """The most tokens that a request may take, and what part of their price it pays."""

    read: int
    written: int
    factor: Decimal = Decimal(1)

    @classmethod
    def of(cls, body: bytes, *, batch: bool) -> Load:
        """That of the request for a message, or for a batch of them. No token is shorter than a byte."""
        read, limits = len(body), [int(found) for found in _MAX_TOKENS.findall(body)]
        if read > _IMAGE_TOKENS and _PDF not in body:
            read += sum(_IMAGE_TOKENS - len(found) for found in _DATA.findall(body) if len(found) > _IMAGE_TOKENS)
        if batch:
            return cls(read, sum(limits), _BATCH_FACTOR)
        return cls(min(read, _LARGEST_CONTEXT), max(limits, default=_LARGEST_OUTPUT))

    def price(self, price: Price) -> Decimal:
        """What it may cost, in US dollars."""
        read, written = _ROUGH.multiply(price.read, self.read), _ROUGH.multiply(price.written, self.written)
        return _ROUGH.normalize(_ROUGH.multiply(_ROUGH.add(read, written), self.factor))


class Charge:
    """What one attempt is charged. The first of its endings counts, and any other does nothing.

    number: of what is reserved for it. None where nothing is: there is no budget, or the call costs nothing.
    A reservation that is dropped was maybe billed, and is counted with all of it.
    """

    __slots__ = ("__weakref__", "_is_over", "_model", "_number", "_tracker")

    def __init__(self, tracker: SpendTracker, number: int | None = None, model: str = "") -> None:
        self._tracker = tracker
        self._number = number
        self._model = model
        self._is_over = False

    def settle(self, cost: Cost | None, usage: object = None) -> None:
        """It cost this; None where nobody said, though it may have cost something.

        usage: the tokens of the answer, a model or plain JSON.
        """
        if self._number is None:
            if not self._is_over:
                self._is_over = True
                self._tracker.add(cost)
        elif cost is None:
            self._tracker.settle(self._number, unknown=self._tracker.estimate(self._model, usage))
        else:
            self._tracker.learn(self._model, cost, usage)
            self._tracker.settle(self._number, cost.usd)

    def release(self) -> None:
        """It cost nothing."""
        self._is_over = True
        if self._number is not None:
            self._tracker.settle(self._number, _NOTHING)


class _Held(NamedTuple):
    """What is reserved for a call in flight: the amount, and the process and the thread or task that sent it.

    charge: gone when nobody is left to settle it. A finalizer could be interrupted before it has told so.
    """

    usd: Decimal
    process: int
    owner: Hashable
    charge: weakref.ref[Charge]


class _Account(NamedTuple):
    """The account at one moment: known costs, what is counted for calls without one, and calls in flight by number.

    reserved: the most that the calls in flight may cost.
    """

    spent: Decimal = _NOTHING
    unknown: Decimal = _NOTHING
    in_flight: Mapping[int, _Held] = {}
    reserved: Decimal = _NOTHING

    @property
    def counted(self) -> Decimal:
        """What the calls that are over have cost, or may have."""
        return EXACT.add(self.spent, self.unknown)

    def swept(self) -> _Account:
        """The same without calls that were dropped in flight; those from before a fork are the parent's."""
        process, unknown, reserved, rest = os.getpid(), self.unknown, _NOTHING, dict[int, _Held]()
        for number, held in self.in_flight.items():
            if held.process == process and held.charge() is None:
                unknown = EXACT.add(unknown, held.usd)
            elif held.process == process:
                rest[number] = held
                reserved = EXACT.add(reserved, held.usd)
        return _Account(self.spent, unknown, rest, reserved)

    def leaves(self, usd: Decimal, budget: Decimal) -> bool:
        """Whether there is room in the budget for so much beside the calls in flight."""
        return EXACT.add(self.counted, EXACT.add(self.reserved, usd)) <= budget


class _Entry:
    """A value of the account. `following` has the next one, as soon as there is one, and never another."""

    __slots__ = ("account", "following")

    def __init__(self, account: _Account) -> None:
        self.account = account
        self.following: dict[str, _Entry] = {}

    def latest(self) -> _Entry:
        entry = self
        while following := entry.following.get("next"):
            entry = following
        return entry


class SpendTracker:
    """The sum of what a client's calls have cost, in dollars, with their budget, None for no limit.

    It may be used from any thread or task, and from within finalizers and signal handlers.
    """

    def __init__(self, budget: Decimal | None = None) -> None:
        self.budget = budget
        self._entry = _Entry(_Account())  # the latest or one before it
        self._numbers = count()
        self._prices: dict[str, Price] = {}

    @property
    def total(self) -> Decimal:
        """What the calls have cost, as far as the gateway said."""
        return self._entry.latest().account.spent

    def add(self, cost: Cost | None) -> None:
        """Count a cost for which nothing was reserved."""
        if cost is not None:
            usd = cost.usd

            def add(account: _Account) -> _Account:
                return account._replace(spent=EXACT.add(account.spent, usd))

            self._change(add)

    def reserve(self, load: Load, model: str, owner: Hashable) -> Charge | None:
        """Reserve what a call may cost; None when there is no room before another call in flight is over.

        While money is left, a call is always let through if none is in flight.
        owner: the thread or task that sends it, which cannot wait for its own calls.
        Raises BudgetExceededError when the budget is used up, or only calls of the same owner are in flight.
        """
        budget = self.budget
        if budget is None or not load.written:  # without output it makes no message
            return Charge(self)
        number = next(self._numbers)
        made = Charge(self, number, model)
        held = _Held(self._price(load, model), os.getpid(), owner, weakref.ref(made))

        def admit(account: _Account) -> _Account:
            # To sweep takes time with many in flight, and changes nothing of the sum.
            now = account if account.leaves(held.usd, budget) else account.swept()
            if now.counted >= budget:
                raise self._refusal(now)
            if now.in_flight and not now.leaves(held.usd, budget):
                if all(other.owner == owner for other in now.in_flight.values()):
                    raise self._refusal(now, held.usd)
                return account
            in_flight, reserved = {**now.in_flight, number: held}, EXACT.add(now.reserved, held.usd)
            return now._replace(in_flight=in_flight, reserved=reserved)

        return made if number in self._change(admit).in_flight else None

    def refusal(self, load: Load, model: str) -> BudgetExceededError:
        """The error of a call that has waited in vain for others."""
        return self._refusal(self._entry.latest().account.swept(), self._price(load, model))

    def settle(self, number: int, usd: Decimal | None = None, unknown: Decimal | None = None) -> None:
        """End a reservation at its cost; None counts it among the unknown, with all of it or with less."""

        def end(account: _Account) -> _Account:
            held = account.in_flight.get(number)
            if held is None:  # it has ended already
                return account
            rest = {other: one for other, one in account.in_flight.items() if other != number}
            left = account._replace(in_flight=rest, reserved=EXACT.subtract(account.reserved, held.usd))
            if usd is not None:
                return left._replace(spent=EXACT.add(left.spent, usd))
            counted = held.usd if unknown is None else min(held.usd, unknown)
            return left._replace(unknown=EXACT.add(left.unknown, counted))

        self._change(end)

    def estimate(self, model: str, usage: object) -> Decimal | None:
        """The most that an answer with these tokens has cost; None where they are not known."""
        read, written = _read(usage), _tokens(usage, "output_tokens")
        return self._price(Load(read, written), model) if written else None

    def learn(self, model: str, cost: Cost, usage: object) -> None:
        """Take from a call what a token of its model costs at most: all that was paid, divided by its tokens."""
        read, written = _tokens(usage, "input_tokens"), _tokens(usage, "output_tokens")
        if model and written and cost.usd > 0:
            paid = _ROUGH.add(cost.usd, _ONE_CREDIT)
            known = self._prices.get(model, DEAREST)
            least = _ROUGH.divide(paid, _read(usage) + written)  # of a model that is dearer than any known one
            self._prices[model] = Price(
                min(known.read, _ROUGH.divide(paid, read)) if read else known.read,
                max(min(known.written, _ROUGH.divide(paid, written)), least),
            )

    def learn_prices(self, catalogue: object) -> None:
        """Take the prices of a catalogue's models, by id and alias. Those that depend on more than tokens are left."""
        for info in _members(catalogue, "data"):
            pricing = member(info, "pricing")
            units = {str(member(unit, "origin")): _per_token(unit) for unit in _members(pricing, "units")}
            read, written = units.get("provided"), units.get("generated")
            fixed = (member(pricing, "kind"), member(pricing, "currency")) == ("fixed", "USD")
            if fixed and read is not None and written is not None:
                to_cache = _ROUGH.multiply(read, _CACHE_FACTOR)
                for name in map(str, (member(info, "id"), *_members(info, "aliases"))):
                    known = self._prices.get(name, DEAREST)
                    self._prices[name] = Price(min(known.read, to_cache), min(known.written, written))

    def _change(self, step: Callable[[_Account], _Account]) -> _Account:
        """Replace the account by what `step` makes of it, which may be tried several times."""
        entry = self._entry
        while True:
            entry = entry.latest()
            account = step(entry.account)
            if account is entry.account:
                return account
            following = _Entry(account)
            # Atomic, for no Python code runs within.
            if entry.following.setdefault("next", following) is following:
                self._entry = following
                return account

    def _price(self, load: Load, model: str) -> Decimal:
        return load.price(self._prices.get(model, DEAREST))

    def _refusal(self, account: _Account, usd: Decimal | None = None) -> BudgetExceededError:
        """usd: what the call may cost, for which there is no room; None when the budget is used up."""
        text = f"The client has spent {account.spent:f} of its budget of {self.budget:f} USD"
        if account.unknown:
            text += f", and {account.unknown:f} USD are counted for calls whose price never came"
        advice = "make a client with a larger budget_usd to go on"
        if usd is not None:
            text += (
                f", and {len(account.in_flight)} of its calls in flight may cost {account.reserved:f} USD. "
                f"This one may cost {usd:f} USD more"
            )
            advice = f"let those end first, lower max_tokens, or {advice}"
        return BudgetExceededError(f"{text}. Nothing was sent. {advice.capitalize()}.")


# The charge before the first attempt: nothing was sent, and nobody's account counts it.
NOTHING_SENT: Final = Charge(SpendTracker())


def _members(owner: object, name: str) -> list[Any]:
    """An array in a model or in JSON, where a server may have put anything."""
    value = member(owner, name)
    return value if is_array(value) else []


def _per_token(unit: object) -> Decimal | None:
    """The price of one unit, None where there is none."""
    price, per = read_amount(member(unit, "price")), read_amount(member(unit, "per"))
    return _ROUGH.divide(price, per) if price and per else None


def _read(usage: object) -> int:
    """The tokens of a request, those of the cache included."""
    return sum(_tokens(usage, name) for name in _READ)


def _tokens(usage: object, name: str) -> int:
    """A count of tokens in a `usage` member, where a server may have put anything."""
    value = member(usage, name)
    return value if isinstance(value, int) and 0 < value < 10**12 else 0
