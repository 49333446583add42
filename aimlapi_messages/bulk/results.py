"""What a run tells: its results, one a request, how far it has come, its report and its estimate. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Self, TypeAlias

import attrs

from aimlapi_client import models

from ..core.errors import AIMLAPIError
from ..core.json import is_object
from ..core.reply import Cost, read_amount
from .outcomes import BatchResult

if TYPE_CHECKING:
    from collections.abc import Callable

    # A default makes `.output` of a run without an `output` plain.
    from typing_extensions import TypeVar

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    T = TypeVar("T")

#: The members of a line beside those of a batch's results.
_MEMBERS: Final = (
    "attempts",
    "input_tokens",
    "output_tokens",
    "request_id",
    "client_request_id",
    "request_hash",
    "seconds",
    "perhaps_billed",
    "output",
)

# The types of errors that the account's logs explain: the answer was paid and is lost; that it was cannot be told.
ANSWER_LOST: Final = "answer_lost"
PERHAPS_BILLED: Final = "perhaps_billed"

# A server may send any words. So many are told apart.
_MOST_KINDS: Final = 100
_OTHER: Final = "other"

Stopped: TypeAlias = Literal["budget", "progress"]


@attrs.define(kw_only=True)
class RunResult(BatchResult, Generic[T]):
    """What became of one request of a run: what a batch tells of it, and more. It is a line of the file.

    custom_id, result: as in `BatchResult`, also `succeeded`, `message` and `error`. Of the types of errors two are of
        runs alone: "answer_lost" was paid, as the account's logs say, and its answer never came; of "perhaps_billed"
        they do not say it.
    output: the value, where the run has an `output`; of a result that was read from a file it is plain JSON, unless
        `read_results` is told the type.
    cost: of all calls that it took, as far as the gateway said; None where it said nothing.
    at_most_usd: US dollars that calls may have cost beside that whose price never came; None where there are none.
    attempts: the calls that it took, 0 where nothing was sent. input_tokens, output_tokens: of all of them.
    request_id, client_request_id: of the last call.
    request_hash: of what was asked, to tell whether another request has the same `custom_id`.
    seconds: from the first call to the end of the last.
    perhaps_billed: the request went out and its answer was lost, so that it may have been paid.
    """

    output: T | None = None
    cost: Cost | None = None
    at_most_usd: Decimal | None = None
    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    request_id: str | None = None
    client_request_id: str | None = None
    request_hash: str = ""
    seconds: float = 0.0
    perhaps_billed: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The line of the file. What was not given is left out, but for the cost."""
        line, cost = super().to_dict(), self.cost
        line["cost"] = cost and {"usd": f"{cost.usd:f}", "credits": cost.credits and f"{cost.credits:f}"}
        if self.at_most_usd is not None:
            line["at_most_usd"] = f"{self.at_most_usd:f}"
        for name in _MEMBERS:
            value = getattr(self, name)
            if value is not None and value is not False:
                line[name] = value
        if self.output is not None:
            from ..schema.codec import to_json  # noqa: PLC0415 (loads what reads annotations)

            line["output"] = to_json(self.output)
        return line

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """The result of a line. Raises ValueError for what is none."""
        made = super().from_dict(src_dict)
        rest = made.additional_properties
        made.cost, made.at_most_usd = read_cost(rest.pop("cost", None)), read_amount(rest.pop("at_most_usd", None))
        for name in _MEMBERS:
            if name in rest:
                setattr(made, name, rest.pop(name))
        if made.message is not None:
            made.message.cost, made.message.request_id = made.message.cost or made.cost, made.request_id
        return made


def read_cost(given: object) -> Cost | None:
    """The cost in a line."""
    members = given if is_object(given) else {}
    return Cost.of(read_amount(members.get("credits")), read_amount(members.get("usd")), "body")


def added(cost: Cost | None, other: Cost | None) -> Cost | None:
    """Two costs in one, None where neither is known."""
    if cost is None or other is None:
        return cost or other
    both = None if cost.credits is None or other.credits is None else cost.credits + other.credits
    return Cost(both, cost.usd + other.usd, "body")


def errored(error: BaseException, kind: str | None = None) -> models.ErroredResult:
    """A failure in the shape of a batch's results, in the words of the error, which has none of the key."""
    if kind is None:
        named: str | None = getattr(error, "type", None)
        kind = named or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__.removeprefix("API")).lower()
        if isinstance(error, (TypeError, ValueError)):
            kind = "invalid_request_error"
    told = error.message if isinstance(error, AIMLAPIError) else str(error)
    detail = {"type": kind, "message": told}
    return models.ErroredResult.from_dict({"type": "errored", "error": {"type": "error", "error": detail}})


class Tally:
    """What a run counts, earlier runs on the file included: `RunProgress` and `RunReport` are made of it."""

    def __init__(self) -> None:
        self.skipped = self.unpriced = self.calls = self.input_tokens = self.output_tokens = 0
        self.usd = self.at_most_usd = Decimal(0)
        self._kinds = ["", "succeeded", ANSWER_LOST, PERHAPS_BILLED]  # by the states of names
        self._counts = [0] * len(self._kinds)

    def place(self, kind: str) -> int:
        """The state of a name whose request came to this: "succeeded", or a type of error."""
        if kind not in self._kinds:
            kind = kind if len(self._kinds) < _MOST_KINDS else _OTHER
            if kind not in self._kinds:
                self._kinds.append(kind)
                self._counts.append(0)
        return self._kinds.index(kind)

    def change(self, before: int, after: int) -> None:
        """A request has another state."""
        self._counts[before] -= 1
        self._counts[after] += 1

    @property
    def succeeded(self) -> int:
        return self._counts[1]

    @property
    def done(self) -> int:
        return sum(self._counts[1:])

    @property
    def errors(self) -> dict[str, int]:
        """How many have failed, by types of errors."""
        return {kind: count for kind, count in list(zip(self._kinds, self._counts, strict=True))[2:] if count}


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run has come, told ten times a second at most, and at its end.

    done: the requests that have a result, those of earlier runs on the file included: `succeeded` and `failed`.
    in_flight, limit: calls on their way, and how many there may be now.
    total: the requests of all, None where the input does not tell.
    input_tokens, output_tokens, usd: what calls took and cost, as far as the gateway said.
    budget_usd: as it was given. seconds: since this run began. eta: seconds that are left, None where nobody knows.
    """

    done: int
    succeeded: int
    failed: int
    in_flight: int
    limit: int
    total: int | None
    input_tokens: int
    output_tokens: int
    usd: Decimal
    budget_usd: Decimal | None
    seconds: float
    eta: float | None
    stop: Callable[[], None] = field(repr=False, compare=False)
    """Send nothing more, and end the run when what is in flight has ended. The same call goes on with the rest."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What came of a run, with what earlier runs on the file had brought.

    path: the file. succeeded, failed: the requests in it, each once.
    skipped: requests that this run did not send, because they had a result before or came twice.
    errors: how many failed for which type of error.
    perhaps_billed: the names of the requests that may have been paid and have no answer. Their logs could not be read.
    usd, at_most_usd: what all calls cost as far as the gateway said, and the most that the rest of them may have.
    unpriced: requests with calls whose price never came.
    calls, input_tokens, output_tokens: of all calls.
    seconds: of this run.
    stopped: "budget" where the rest did not fit it, "progress" where that was told to stop; None at the end of all.
        Called once more, with more of a budget, it goes on with the rest.
    """

    path: Path
    succeeded: int
    failed: int
    skipped: int
    errors: Mapping[str, int]
    perhaps_billed: tuple[str, ...]
    usd: Decimal
    at_most_usd: Decimal
    unpriced: int
    calls: int
    input_tokens: int
    output_tokens: int
    seconds: float
    stopped: Stopped | None


@dataclass(frozen=True, slots=True)
class RunEstimate:
    """The most that a run may take.

    requests: those that can be sent. invalid: those that cannot.
    input_tokens: no fewer than there are, for a token has at least a byte. output_tokens: all of their `max_tokens`.
    usd: US dollars at the prices of the catalogue. The half of it through batches.
    """

    requests: int
    invalid: int
    input_tokens: int
    output_tokens: int
    usd: Decimal
