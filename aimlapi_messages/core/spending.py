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
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_UP, Context, Decimal
from functools import partial
from itertools import count
from operator import attrgetter
from typing import Any, Final, NamedTuple

from .errors import BudgetExceededError
from .json import is_array, is_object
from .reply import EXACT, Cost, member, read_amount

# For prices and estimates, which need few digits but must not be too low.
_ROUGH: Final = Context(prec=6, rounding=ROUND_UP, traps=[])
_NOTHING: Final = Decimal(0)
_ONE_CREDIT: Final = Decimal("5E-7")  # costs are whole credits, rounded down or up
_CACHE_FACTOR: Final = 2  # what is written to the cache for an hour costs twice as much

# Of a model, and of a request that says nothing of it, in tokens.
_LARGEST_CONTEXT: Final = 1_000_000
_LARGEST_OUTPUT: Final = 128_000
# An image costs no more, however many bytes it has.
_IMAGE_TOKENS: Final = 5_000
_PDF: Final = b"application/pdf"
# Quotes within a text are escaped, so that these find members and nothing else.
_MAX_TOKENS: Final = re.compile(rb'"max_tokens"\s*:\s*([0-9]{1,9})(?![0-9])')
_TOKENS: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
_told: Final = attrgetter(*_TOKENS)
_NO_TOKENS: Final = (0, 0, 0, 0)
_MOST_TOKENS: Final = 10**12
_DATA: Final = re.compile(rb'"data"\s*:\s*"[A-Za-z0-9+/=_-]{100,}+"')


class Price(NamedTuple):
    """The most that a token costs in US dollars: one that is read, and one that is written."""

    read: Decimal
    written: Decimal


# The dearest of the gateway's Claude models in September 2026, 19.5 and 97.5 USD a million; what is read costs twice
# as much when it is written to the cache for an hour. For models whose calls have told nothing yet.
DEAREST: Final = Price(Decimal("0.000039"), Decimal("0.0000975"))


class Load(NamedTuple):
    """The most tokens that requests may pay for. Those of a batch, which cost half, are half as many."""

    read: int
    written: int

    @classmethod
    def of(cls, body: bytes, *, batch: bool) -> Load:
        """That of the request for a message, or for a batch of them. No token is shorter than a byte."""
        read, limits = len(body), list(map(int, _MAX_TOKENS.findall(body)))
        if read > _IMAGE_TOKENS and _PDF not in body:
            read += sum(_IMAGE_TOKENS - len(found) for found in _DATA.findall(body) if len(found) > _IMAGE_TOKENS)
        if batch:
            return cls((read + 1) // 2, (sum(limits) + 1) // 2)
        return cls(min(read, _LARGEST_CONTEXT), max(limits, default=_LARGEST_OUTPUT))

    def price(self, price: Price) -> Decimal:
        """What it may cost, in US dollars."""
        read, written = _ROUGH.multiply(price.read, self.read), _ROUGH.multiply(price.written, self.written)
        return _ROUGH.normalize(_ROUGH.add(read, written))

    def told(self, tokens: Tokens) -> Load:
        """The same after an answer has told its tokens, or some of them."""
        return Load(tokens.read or self.read, tokens.written or self.written)


class Tokens(NamedTuple):
    """What an answer says of its tokens, 0 where nothing.

    uncached: those of the request that the cache had no part in.
    read: all of the request.
    written: all of the answer; 0 also where it is not whole, for the model may have written on.
    """

    uncached: int
    read: int
    written: int

    @classmethod
    def of(cls, usage: object, *, whole: bool = True) -> Tokens:
        """Those in a `usage` member, a model or plain JSON, where a server may have put anything."""
        members: Iterable[object] = ()
        if hasattr(usage, _TOKENS[-1]):  # at once where all are there, as in a model: each call asks
            members = _told(usage)
        elif is_object(usage):
            members = map(usage.get, _TOKENS)
        found = list[int]()
        for one in members:
            found.append(one if isinstance(one, int) and 0 < one < _MOST_TOKENS else 0)
        uncached, to_cache, from_cache, written = found or _NO_TOKENS
        return cls(uncached, uncached + to_cache + from_cache, written if whole else 0)


@dataclass(slots=True, eq=False, repr=False, weakref_slot=True)
class Charge:
    """What one attempt is charged. The first of its endings counts, and any other does nothing.

    model: that of the request, "" where there is none or several.
    load: makes that of the request; None where the call costs nothing, or the reservation knows it.
    number: of what is reserved for it. None where nothing is: there is no budget, or the call costs nothing.
    A reservation that is dropped was maybe billed, and is counted with all of it.
    """

    tracker: SpendTracker
    model: str = ""
    load: Callable[[], Load] | None = None
    number: int | None = None
    is_over: bool = False

    def settle(self, cost: Cost | None, usage: object = None, *, whole: bool = True) -> None:
        """It cost this; None where nobody said, though it may have cost something.

        usage: the tokens of the answer, a model or plain JSON.
        whole: whether the answer is, so that these are all of its tokens.
        """
        tokens = Tokens.of(usage, whole=whole)
        if cost is not None:
            self.tracker.learn(self.model, cost, tokens)
        if self.number is not None:
            self.tracker.change(partial(_Account.ended, number=self.number, cost=cost, tokens=tokens))
        elif not self.is_over:
            self.is_over = True
            if cost is not None:
                self.tracker.change(partial(_Account.paid, usd=cost.usd))
            elif self.load is not None:
                load = Load(tokens.read, tokens.written) if tokens.read and tokens.written else self.load().told(tokens)
                self.tracker.change(partial(_Account.unpaid, model=self.model, load=load))

    def release(self) -> None:
        """It cost nothing."""
        self.is_over = True
        if self.number is not None:
            self.tracker.change(partial(_Account.ended, number=self.number))


class _Held(NamedTuple):
    """What is reserved for a call in flight: the amount, and the process and the thread or task that sent it.

    model, load: what it counts by when its price never comes.
    charge: gone when nobody is left to settle it. A finalizer could be interrupted before it has told so.
    """

    usd: Decimal
    model: str
    load: Load
    process: int
    owner: Hashable
    charge: weakref.ref[Charge]


class _Account(NamedTuple):
    """The account at one moment: known costs, the load of calls without one by model, and calls in flight by number.

    reserved: the most that the calls in flight may cost.
    """

    spent: Decimal = _NOTHING
    unpriced: Mapping[str, Load] = {}
    in_flight: Mapping[int, _Held] = {}
    reserved: Decimal = _NOTHING

    def paid(self, usd: Decimal) -> _Account:
        """The same after a call that cost so much."""
        return self._replace(spent=EXACT.add(self.spent, usd))

    def unpaid(self, model: str, load: Load) -> _Account:
        """The same after a call whose price never came."""
        if not load.written:  # without output it makes no message
            return self
        before = self.unpriced.get(model, Load(0, 0))
        after = Load(before.read + load.read, before.written + load.written)
        return self._replace(unpriced={**self.unpriced, model: after})

    def ended(self, number: int, cost: Cost | None = None, tokens: Tokens | None = None) -> _Account:
        """The same without a reservation. tokens: of the answer of a call that may have cost something."""
        held = self.in_flight.get(number)
        if held is None:  # it has ended already
            return self
        rest = {other: one for other, one in self.in_flight.items() if other != number}
        left = self._replace(in_flight=rest, reserved=EXACT.subtract(self.reserved, held.usd))
        if cost is not None:
            return left.paid(cost.usd)
        return left if tokens is None else left.unpaid(held.model, held.load.told(tokens))

    def swept(self) -> _Account:
        """The same without calls that were dropped in flight; those from before a fork are the parent's."""
        process, swept = os.getpid(), self._replace(in_flight={}, reserved=_NOTHING)
        rest, reserved = dict[int, _Held](), _NOTHING
        for number, held in self.in_flight.items():
            if held.process == process and held.charge() is None:
                swept = swept.unpaid(held.model, held.load)
            elif held.process == process:
                rest[number] = held
                reserved = EXACT.add(reserved, held.usd)
        return swept._replace(in_flight=rest, reserved=reserved)


@dataclass(slots=True, eq=False, repr=False)
class _Entry:
    """A value of the account. `following` has the next one, as soon as there is one, and never another."""

    account: _Account
    following: dict[str, _Entry] = field(default_factory=dict[str, "_Entry"])

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

    @property
    def unpriced(self) -> Decimal:
        """The most that calls may have cost whose price never came, by what is known now of their models' prices."""
        return self._unpriced(self._entry.latest().account.swept())

    def reserve(self, load: Load, model: str, owner: Hashable) -> Charge | None:
        """Reserve what a call may cost; None when there is no room before another call in flight is over.

        While money is left, a call is always let through if none is in flight.
        owner: the thread or task that sends it, which cannot wait for its own calls.
        Raises BudgetExceededError when the budget is used up, or only calls of the same owner are in flight.
        """
        budget = self.budget
        if budget is None or not load.written:
            return Charge(self, model, lambda: load)
        number = next(self._numbers)
        made = Charge(self, model, number=number)
        held = _Held(self.price(load, model), model, load, os.getpid(), owner, weakref.ref(made))

        def admit(account: _Account) -> _Account:
            # To sweep takes time with many in flight, and makes hardly any room.
            now = account if self._counted(account, held.usd) <= budget else account.swept()
            if EXACT.add(now.spent, self._unpriced(now)) >= budget:
                raise self._refusal(now)
            if now.in_flight and self._counted(now, held.usd) > budget:
                if all(other.owner == owner for other in now.in_flight.values()):
                    raise self._refusal(now, held.usd)
                return account
            in_flight, reserved = {**now.in_flight, number: held}, EXACT.add(now.reserved, held.usd)
            return now._replace(in_flight=in_flight, reserved=reserved)

        return made if number in self.change(admit).in_flight else None

    def refusal(self, load: Load, model: str) -> BudgetExceededError:
        """The error of a call that has waited in vain for others."""
        return self._refusal(self._entry.latest().account.swept(), self.price(load, model))

    def learn(self, model: str, cost: Cost, tokens: Tokens) -> None:
        """Take from a call what a token of its model costs at most: all that was paid, divided by its tokens."""
        if model and tokens.written and cost.usd > 0:
            paid = _ROUGH.add(cost.usd, _ONE_CREDIT)
            read, written = self._prices.get(model, DEAREST)
            if tokens.uncached:
                read = min(read, _ROUGH.multiply(_ROUGH.divide(paid, tokens.uncached), _CACHE_FACTOR))
            least = _ROUGH.divide(paid, tokens.read + tokens.written)  # of a model that is dearer than any known one
            self._prices[model] = Price(read, max(min(written, _ROUGH.divide(paid, tokens.written)), least))

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

    def change(self, step: Callable[[_Account], _Account]) -> _Account:
        """Replace the account by what `step` makes of it, which may be tried several times."""
        entry = self._entry
        while True:
            while later := entry.following.get("next"):
                entry = later
            account = step(entry.account)
            if account is entry.account:
                return account
            following = _Entry(account)
            # Atomic, for no Python code runs within.
            if entry.following.setdefault("next", following) is following:
                self._entry = following
                return account

    def price(self, load: Load, model: str) -> Decimal:
        """The most that a request may cost, by what is known of its model's prices."""
        return load.price(self._prices.get(model, DEAREST))

    def _unpriced(self, account: _Account) -> Decimal:
        """The most that its calls without a price may have cost."""
        usd = _NOTHING
        for model, load in account.unpriced.items():
            usd = EXACT.add(usd, self.price(load, model))
        return usd

    def _counted(self, account: _Account, usd: Decimal) -> Decimal:
        """The most that all calls may cost, those in flight and one more of so much among them."""
        return EXACT.add(EXACT.add(account.spent, self._unpriced(account)), EXACT.add(account.reserved, usd))

    def _refusal(self, account: _Account, usd: Decimal | None = None) -> BudgetExceededError:
        """usd: what the call may cost, for which there is no room; None when the budget is used up."""
        text = f"The client has spent {account.spent:f} of its budget of {self.budget:f} USD"
        advice = "make a client with a larger budget_usd to go on"
        if account.unpriced:
            text += f", and {self._unpriced(account):f} USD are counted for calls whose price never came"
        if account.unpriced.keys() - self._prices.keys() - {""}:
            advice = f'let models.list(include="pricing") tell the prices of their models, or {advice}'
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
