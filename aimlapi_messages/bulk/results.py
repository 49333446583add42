"""What a run tells: its results, one a request, how far it has come, its report and its estimate. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, Self

import attrs

from aimlapi_client import models

from ..core.errors import AIMLAPIError
from ..core.json import is_object
from ..core.reply import EXACT, Cost, read_amount
from ..streaming.batch_results import BatchResult

if TYPE_CHECKING:
    from collections.abc import Callable

    # A default makes `.output` of a run without an `output` plain.
    from typing_extensions import TypeVar

    T = TypeVar("T", default=Any)
else:
    from typing import TypeVar

    T = TypeVar("T")

# The types of errors that the account's logs explain: the answer was paid and is lost; that it was cannot be told.
ANSWER_LOST: Final = "answer_lost"
PERHAPS_BILLED: Final = "perhaps_billed"


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
    output: T | None = None

    def to_dict(self) -> dict[str, Any]:
        """The line of the file. What was not given is left out, but for the cost."""
        return {**super().to_dict(), **self.members()}

    def members(self) -> dict[str, Any]:
        """What a line has beside the name and what a batch tells."""
        cost = self.cost
        line: dict[str, Any] = {
            "cost": cost and {"usd": f"{cost.usd:f}", "credits": cost.credits and f"{cost.credits:f}"}
        }
        if self.at_most_usd is not None:
            line["at_most_usd"] = f"{self.at_most_usd:f}"
        for name, value in zip(_MEMBERS, _members(self), strict=True):
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
        for name in (*_MEMBERS, "output"):
            if name in rest:
                setattr(made, name, rest.pop(name))
        if made.message is not None:
            made.message.cost, made.message.request_id = made.message.cost or made.cost, made.request_id
        return made


# The members of a line after those of a batch and what things cost, but for the output.
_MEMBERS: Final = tuple(one.name for one in attrs.fields(RunResult))[5:-1]
_members: Final = attrgetter(*_MEMBERS)


def read_cost(given: object) -> Cost | None:
    """The cost in a line."""
    members = given if is_object(given) else {}
    return Cost.of(read_amount(members.get("credits")), read_amount(members.get("usd")), "body")


def added(cost: Cost | None, other: Cost | None) -> Cost | None:
    """Two costs in one, None where neither is known."""
    if cost is None or other is None:
        return cost or other
    both = None if cost.credits is None or other.credits is None else EXACT.add(cost.credits, other.credits)
    return Cost(both, EXACT.add(cost.usd, other.usd), "body")


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


@dataclass(slots=True, kw_only=True)
class RunReport:
    """What came of a run, with what earlier runs on the file had brought.

    path: the file. succeeded, failed: the requests in it, each once. errors: how many failed for which type of error.
    skipped: rows that were not sent, because they had a result before or came twice.
    perhaps_billed: the names of requests that may have been paid and have no answer, and of which nobody can tell yet.
    usd, at_most_usd: what all calls cost as far as the gateway said, and the most that the rest of them may have.
    unpriced: requests with such calls. calls, input_tokens, output_tokens: of all of them. seconds: of this run.
    stopped: "budget" where the rest did not fit it, "progress" where the hook said so, None at the end of all.
        The same call, with a larger budget, goes on with the rest.
    """

    path: Path | None = None
    succeeded: int = 0
    failed: int = 0
    errors: dict[str, int] = field(default_factory=dict[str, int])
    skipped: int = 0
    perhaps_billed: list[str] = field(default_factory=list[str])
    usd: Decimal = Decimal(0)
    at_most_usd: Decimal = Decimal(0)
    unpriced: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    stopped: Literal["budget", "progress"] | None = None

    @property
    def done(self) -> int:
        """The requests that have a result."""
        return self.succeeded + self.failed


@dataclass(slots=True, kw_only=True)
class RunProgress(RunReport):
    """How far a run has come: its report so far. Told ten times a second at most, and at its end.

    in_flight, limit: calls on their way, and how many there may be now. total: rows, None where that is not known.
    budget_usd: as it was given. resumed: the requests that had a result before.
    """

    in_flight: int = 0
    limit: int = 0
    total: int | None = None
    budget_usd: Decimal | None = None
    resumed: int = 0
    on_stop: Callable[[], object] = field(default=bool, repr=False, compare=False)

    @property
    def eta(self) -> float | None:
        """Seconds that are left at the pace so far, None where nobody knows."""
        new = self.done - self.resumed
        return None if self.total is None or not new else max(self.total - self.done, 0) * self.seconds / new

    def stop(self) -> None:
        """Send nothing more, and end the run when what is in flight has ended."""
        self.on_stop()


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
