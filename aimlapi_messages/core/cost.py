"""What a call cost, exactly. The gateway says it in the body, in headers, or on a chunk of the stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from .errors import BudgetExceededError

if TYPE_CHECKING:
    from aimlapi_client.models import Meta

CREDITS_PER_USD: Final = 2_000_000
_LARGEST_EXPONENT: Final = 20

Source: TypeAlias = Literal["body", "headers", "stream"]


@dataclass(frozen=True, slots=True)
class Cost:
    """The price of one call. Dollars are worked out from credits when only those came.

    credits: gateway credits, 2,000,000 to the dollar, maybe fractional; None when only dollars came.
    usd: US dollars, to the last digit that the gateway wrote (in a body, to the 15th).
    source: where the gateway said so.
    """

    credits: Decimal | None
    usd: Decimal
    source: Source

    def __str__(self) -> str:
        """For people: `0.000499 USD (998 credits)`, without an exponent."""
        return f"{self.usd:f} USD" + ("" if self.credits is None else f" ({self.credits:f} credits)")

    @classmethod
    def of(cls, credits: object, usd: object, source: Source, older_credits: object = None) -> Cost | None:
        """The cost from values off the wire, or None when none of them is a number of something spent.

        older_credits: what `credits` was called in 2025, for where there are none.
        """
        known_credits = None if credits is None else _amount(credits)
        if known_credits is None and older_credits is not None:
            known_credits = _amount(older_credits)
        known_usd = None if usd is None else _amount(usd)
        if known_usd is None:
            if known_credits is None:
                return None
            known_usd = known_credits / CREDITS_PER_USD
        return cls(credits=known_credits, usd=known_usd, source=source)

    @classmethod
    def from_meta(cls, meta: Meta, source: Source) -> Cost | None:
        """The cost in a `meta` member."""
        # The models let wrong kinds through, so that anything may stand where the usage belongs.
        usage: Any = meta.usage
        credits, usd = getattr(usage, "credits_used", None), getattr(usage, "usd_spent", None)
        return cls.of(credits, usd, source, getattr(usage, "tokens_used", None))

    @classmethod
    def from_json(cls, meta: object, source: Source) -> Cost | None:
        """The same of a `meta` that no model has read."""
        usage: object = cast("Mapping[str, object]", meta).get("usage") if isinstance(meta, Mapping) else None
        if not isinstance(usage, Mapping):
            return None
        known = cast("Mapping[str, object]", usage)
        return cls.of(known.get("credits_used"), known.get("usd_spent"), source, known.get("tokens_used"))

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Cost | None:
        """The cost in the reply's headers, which are there only when the answer is not streamed."""
        if "x-aimlapi-credits-used" not in headers and "x-aimlapi-usd-spent" not in headers:
            return None
        return cls.of(headers.get("x-aimlapi-credits-used"), headers.get("x-aimlapi-usd-spent"), "headers")


class SpendTracker:
    """The sum of what a client's calls have cost, in dollars, with their budget, None for no limit. Thread-safe."""

    def __init__(self, budget: Decimal | None = None) -> None:
        self.budget = budget
        self._lock = Lock()
        self._sum = Decimal(0)
        # The garbage collector may close a stream, and add its cost, on a thread that is adding already: adding never
        # waits for a lock.
        self._new: deque[Decimal] = deque()

    def add(self, cost: Cost | None) -> None:
        if cost is not None:
            self._new.append(cost.usd)
            if self._lock.acquire(blocking=False):
                try:
                    self._count()
                finally:
                    self._lock.release()

    @property
    def total(self) -> Decimal:
        with self._lock:
            self._count()
            return self._sum

    def check(self) -> None:
        """Raise BudgetExceededError when the budget is used up."""
        if self.budget is not None and self.total >= self.budget:
            raise BudgetExceededError(
                f"The client has spent {self.total:f} of its budget of {self.budget:f} USD. Nothing was sent. "
                "Make a client with a larger budget_usd to go on."
            )

    def _count(self) -> None:
        while self._new:
            self._sum += self._new.popleft()


def _amount(value: object) -> Decimal | None:
    """An amount spent, of a size that money has. A float's text is the shortest that means the number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        amount = Decimal(str(value).strip())
    except (InvalidOperation, ValueError):
        return None
    # The bound keeps a hostile 1e999999 from overflowing every later sum.
    sane = amount.is_finite() and amount >= 0 and abs(amount.adjusted()) <= _LARGEST_EXPONENT
    return amount if sane else None
