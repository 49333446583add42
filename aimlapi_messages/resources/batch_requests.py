"""What is asked of the gateway about batches, and how one is waited for. No I/O.

Every request of a batch is checked before anything is sent. The paths are the gateway's own, not Anthropic's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from attrs import evolve, frozen

from aimlapi_client.operation import Endpoint, Operation, RequestOptions

from ..core import json as _json
from ..core.arguments import check_hook, check_limit, dump_model
from ..core.errors import AIMLAPIError, APIError, BatchNotEndedError, InvalidRequestError
from ..core.reply import ReplyHead
from ..message.request import DEFAULT_MAX_TOKENS, NAMED, body_options, is_absent, message_body, to_plain
from ..message.response import ClientOperation
from ..transport.arguments import checked_options
from ..transport.retries import RetryPolicy
from .messages import with_tool_params

if TYPE_CHECKING:
    from ..message.options import BatchOptions, RequestsInput
    from .batch_answers import Batch

MOST_REQUESTS: Final = 100_000
MOST_BYTES: Final = 256_000_000

# What a request of a batch holds beside the options of `messages.create`.
_PARAMS: Final = NAMED | {"extra_body"}

# A gateway that cannot be asked for longer than this is not just being restarted.
LONGEST_OUTAGE: Final = 600.0
# Which failures may pass. The batch goes on whatever becomes of a question about it.
_OUTAGE: Final = RetryPolicy(max_retries=1, repeat="safe")
_GROWTH: Final = 1.5
#: The operation that a wait is to the call hook.
WAIT: Final = "wait_for_batch"


@frozen
class BatchOperation(ClientOperation["Batch"]):
    """A call whose answer is a batch, which may stand in a list of one."""

    def read(self, head: ReplyHead, content: bytes) -> Batch:
        from ..message.error_bodies import unexpected_response  # noqa: PLC0415 (models load when they are needed)
        from .batch_answers import BatchReader  # noqa: PLC0415

        reader = BatchReader("")
        reader.begin(head)
        reader.feed(content)
        if not reader.has_results:
            reader.feed(None)
        if reader.has_results or reader.batch is None:
            raise unexpected_response(head, content, "results where a batch belongs")
        return reader.batch


def create_operation(requests: RequestsInput, options: BatchOptions) -> BatchOperation:
    """Raises InvalidRequestError, which names the request that cannot be sent."""
    from aimlapi_client.api.batches.create_batch import ENDPOINT, MEMBERS  # noqa: PLC0415 (a document may lack it)

    members = {name: value for name, value in options.items() if name in MEMBERS and name != "requests"}
    body, models = batch_body(requests, members)
    endpoint: Endpoint[Any] = ENDPOINT
    rest = {name: value for name, value in options.items() if name not in members}
    return BatchOperation(endpoint, body=body, models=models, options=checked_options(rest))


def look_up_operation(batch_id: str) -> Operation[Any]:
    """The call that brings the state of a batch, or its results: there is one for both."""
    from aimlapi_client.api.batches import get_batch  # noqa: PLC0415 (a document may lack it)

    return get_batch.request(batch_id=batch_id)


def wait_operation(batch_id: str) -> Operation[Any]:
    """The call that a wait for a batch is to the call hook. It is not sent: a wait looks up the batch many times."""
    operation = look_up_operation(batch_id)
    return evolve(operation, endpoint=evolve(operation.endpoint, name=WAIT))


def batch_body(requests: object, options: Mapping[str, object] | None = None) -> tuple[bytes, tuple[str, ...]]:
    """The body of the request that creates a batch, and the models that it names.

    requests: read once; may be a generator.
    options: the other members of the body.
    Raises InvalidRequestError, which names the request that cannot be sent.
    """
    kind = type(requests).__name__
    if isinstance(requests, (str, bytes, Mapping)) or not isinstance(requests, Iterable):
        raise InvalidRequestError(f"requests is a {kind}. Give a list or generator of requests.")
    body, names, models = bytearray(b'{"requests":['), set[str](), dict[str, None]()
    for index, item in enumerate(cast("Iterable[object]", requests)):
        if index == MOST_REQUESTS:
            raise InvalidRequestError(f"There are more than {MOST_REQUESTS:,} requests. Create several batches.")
        request = _request(item, index, names)
        name = request["custom_id"]
        names.add(name)
        models[str(request["params"]["model"])] = None
        body += b"," if index else b""
        body += _json.dumps(request)
        if len(body) > MOST_BYTES:
            raise InvalidRequestError(
                f"The batch passes 256 MB with requests[{index}] ({name!r}). Create several batches."
            )
    if not names:
        raise InvalidRequestError(f"There are no requests. A batch has 1 to {MOST_REQUESTS:,}.")
    body += b"]"
    for name, value in (options or {}).items():
        if not is_absent(value):
            body += b"," + _json.dumps({name: to_plain(value, name)})[1:-1]
    return bytes(body + b"}"), tuple(models)


def _request(item: object, index: int, names: set[str]) -> dict[str, Any]:
    place = f"requests[{index}]"
    members = _members(item, place)
    name, params = members.get("custom_id"), members.get("params")
    if not isinstance(name, str) or not name.strip():
        raise InvalidRequestError(f"{place} has no custom_id. Give text that no other request of the batch has.")
    if name in names:
        raise InvalidRequestError(f"{place} has the custom_id {name!r}, as an earlier request has. Give each its own.")
    place = f"{place} ({name!r})"
    more = members.keys() - {"custom_id", "params"}
    unknown = sorted(more - _documented("BatchRequestParam")) if more else []
    if unknown:
        raise InvalidRequestError(f"{place} has a member {unknown[0]!r} beside custom_id and params.")
    others = {key: to_plain(members[key], f"{place}.{key}") for key in sorted(more)}
    return {"custom_id": name, "params": _params(_members(params, f"requests[{index}].params"), place), **others}


def _params(params: Mapping[str, Any], place: str) -> dict[str, Any]:
    more = params.keys() - _PARAMS.union(body_options())
    unknown = sorted(more - _documented("BatchMessageParams")) if more else []
    if unknown:
        advice = "Other members of the body go into extra_body."
        if unknown[0] in RequestOptions.__annotations__:
            advice = "Give it to batches.create(...), for the whole batch."
        elif unknown[0] == "betas":
            advice = "Give batches.create(...) extra_headers={'anthropic-beta': ...}, for the whole batch."
        raise InvalidRequestError(f"{place}: params has no member {unknown[0]!r}. {advice}")
    if params.get("stream"):
        raise InvalidRequestError(f"{place}: stream is set, and the answers of a batch are never streamed.")
    if "messages" not in params:
        raise InvalidRequestError(f"{place}: messages is missing. Give a string, or a list of messages.")
    left_out = NAMED.union(more)
    options = {name: value for name, value in params.items() if name not in left_out}
    if more:  # what the document has in batches alone
        options["extra_body"] = {**{name: params[name] for name in more}, **(options.get("extra_body") or {})}
    try:
        return message_body(
            model=params.get("model", ""),
            messages=params["messages"],
            max_tokens=params.get("max_tokens", DEFAULT_MAX_TOKENS),
            stream=False,
            options=with_tool_params(options),
        )
    except AIMLAPIError as error:  # what cannot be sent, or a tool that cannot be one
        raise InvalidRequestError(f"{place}: {error}") from error


@cache
def _documented(shape: str) -> frozenset[str]:
    """The members of a shape of requests, where the document has it."""
    from aimlapi_client import params  # noqa: PLC0415 (slow, and needed for what is rare)

    return frozenset(getattr(getattr(params, shape, None), "__annotations__", ()))


def _members(value: object, place: str) -> Mapping[str, Any]:
    plain = dump_model(value)
    if not isinstance(plain, Mapping):
        raise InvalidRequestError(f"{place} is a {type(value).__name__}. Give an object, such as a dict.")
    return cast("Mapping[str, Any]", plain)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """The progress of a wait, each time that the batch was asked about.

    batch: as it is now; when the question failed, as it was before, None at first.
    seconds: since the wait began. polls: how often it was asked about.
    next_in: seconds until it is asked about again, None when it has ended.
    error: why the question failed, None when it was answered.
    """

    batch: Batch | None
    seconds: float
    polls: int
    next_in: float | None
    error: APIError | None = None


ProgressHook: TypeAlias = Callable[[BatchProgress], None]


@dataclass
class BatchWait:
    """One wait: growing pauses, a deadline, and patience with a gateway that is away."""

    batch_id: str
    deadline: float | None
    pause: float
    longest_pause: float
    progress: ProgressHook | None
    batch: Batch | None = field(default=None, init=False)
    polls: int = field(default=0, init=False)
    began: float = field(default_factory=time.monotonic, init=False)

    def __post_init__(self) -> None:
        limits = (("deadline", self.deadline), ("first_pause", self.pause), ("longest_pause", self.longest_pause))
        for name, limit in limits:
            check_limit(name, limit, InvalidRequestError)
        check_hook("progress", self.progress, InvalidRequestError)
        self.answered: float = self.began

    def next_pause(self, found: Batch | None, error: APIError | None) -> float:
        """The seconds until the next question about the batch; 0 when it has ended.

        found, error: the batch, or why the question failed.
        Raises the error when asking again would not help, and BatchNotEndedError when the deadline has come.
        """
        now = time.monotonic()
        if error is None:
            self.answered, self.batch = now, found
        elif not _OUTAGE.may_pass(error) or now - self.answered > LONGEST_OUTAGE:
            raise error
        left = math.inf if self.deadline is None else max(self.began + self.deadline - now, 0.0)
        advice = 0.0 if error is None or error.retry_after is None else error.retry_after
        if error is not None and advice > min(left, LONGEST_OUTAGE):
            raise error  # never asked sooner than the gateway wants
        ended = found is not None and found.ended
        pause = None if ended else min(max(min(self.pause, self.longest_pause), advice), left)
        self.pause *= _GROWTH
        self.polls += 1
        if self.progress is not None:
            self.progress(BatchProgress(self.batch, now - self.began, self.polls, pause, error))
        if pause is None or pause > 0:
            return pause or 0.0
        late = BatchNotEndedError.advised(
            f"Batch {self.batch_id} did not end within {self.deadline:g} s; it was asked about {self.polls} times."
        )
        late.batch = self.batch
        raise late from error
