"""What a call hook is told: the `Call` that begins, and its `CallOutcome` once it has ended, whatever way. No I/O.

`Watch` stands between a call and the hook. Without a hook there is none, and a call is not slower.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import finalize

from ..core.arguments import check_hook
from ..core.errors import AIMLAPIError, APIError
from ..core.json import is_object
from ..core.reply import without_query
from ..message.message import Message
from ..transport.homes import home, is_here
from .closing import is_being_dropped, start_thread

if TYPE_CHECKING:
    from ..core.reply import Cost, ReplyHead
    from ..core.request import Request
    from ..tools.run import ToolCall, ToolOutcome
    from .core import StreamCore

# The operation of a call that is a tool's.
EXECUTE_TOOL: Final = "execute_tool"

# The members of a request for a message that are no content, and hold no secret.
_PARAMETERS: Final = (
    "max_tokens",
    "output_config",
    "service_tier",
    "stop_sequences",
    "stream",
    "temperature",
    "thinking",
    "tool_choice",
    "top_k",
    "top_p",
)


@dataclass(frozen=True, eq=False)
class Call:
    """A call that begins: of the gateway, its retries included; or of a tool, by a run.

    operation: its name in the document, such as "create_message"; "execute_tool" of a tool, "wait_for_batch" of
        `batches.wait`, which is one call however often it asks.
    model: the one that is asked; "" where there is none, or many, as in a batch.
    url: what is asked, without its query; "" of a tool.
    tool: what the model asks of the tool, its arguments included; None of the gateway.
    """

    operation: str
    model: str = ""
    url: str = ""
    tool: ToolCall | None = field(default=None, repr=False)
    _body: bytes | None = field(default=None, repr=False)

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """What a message is asked for with, as it is sent: `max_tokens`, `temperature`, ... No content is among it."""
        if self.operation != "create_message":
            return {}
        body = self.body()
        return {name: body[name] for name in _PARAMETERS if name in body}

    @property
    def stream(self) -> bool:
        """Whether the answer is a stream."""
        return self.parameters.get("stream") is True

    def body(self) -> dict[str, Any]:
        """All that is sent, content included, read anew each time; {} where that is no JSON object."""
        data: object = None
        with suppress(ValueError, RecursionError):
            data = json.loads(self._body or b"{}")
        return data if is_object(data) else {}


@dataclass(frozen=True, eq=False, kw_only=True)
class CallOutcome:
    """What a call came to.

    seconds: since it began, attempts and the pauses between them included; of a stream, to its end. Of a tool, those
        that it ran.
    first_content: the seconds to the first content of a stream, None where there was none.
    attempts: how often it was sent; 0 of a tool, and of a wait.
    status_code, request_id: of the error when there is one, else of the reply; None when none came.
    answer: the `Message`, also as far as it had come; what another operation answers, unless that holds a key; None
        where nothing came. Of a tool, its `ToolOutcome`.
    error: why it failed, `asyncio.CancelledError` among the reasons; None when it did not.
    complete: whether all of the answer came. False without an error is a stream that was closed or dropped before its
        end, or a coroutine that was dropped.
    """

    seconds: float
    first_content: float | None = None
    attempts: int = 0
    status_code: int | None = None
    request_id: str | None = None
    answer: Any = field(default=None, repr=False)
    error: BaseException | None = None
    complete: bool = True

    @property
    def message(self) -> Message | None:
        """The answer, if it is a message: its model, id, usage, stop reason and content."""
        return self.answer if isinstance(self.answer, Message) else None

    @property
    def cost(self) -> Cost | None:
        """What it cost, as far as the gateway said."""
        cost: Cost | None = getattr(self.error, "cost", None)
        return cost or (None if self.message is None else self.message.cost)


CallEnded: TypeAlias = Callable[[CallOutcome], object]
CallHook: TypeAlias = Callable[[Call], CallEnded | None]


class Watch:
    """One call, as its hook sees it. In a child that was forked meanwhile it tells nothing.

    Enter it around what is sent. An error ends the call; else `end` does, or `end_stream`.
    """

    def __init__(self, hook: CallHook, call: Call) -> None:
        self.attempts: int = 0
        self._hook = hook
        self._call = call
        self._later = start_thread()  # a finalizer may take no lock, which a hook may
        self._home = home()
        self._has_begun = False
        self._began = 0.0
        self._ended: list[CallEnded] = []  # one until it is called
        self._manager: Any = None
        self._finalizer: finalize[..., Any] | None = None
        self._head: ReplyHead | None = None
        self._content_after: float | None = None

    @classmethod
    def of(cls, hook: CallHook, request: Request) -> Watch:
        """The watch of a call of the gateway."""
        return cls(hook, Call(request.operation, request.model, without_query(request.url), _body=request.body))

    def begin(self) -> None:
        """Tell the hook, once. Raises what the hook raises, and ConfigurationError for what is no function."""
        if self._has_begun:
            return
        self._has_begun, self._began = True, monotonic()
        ended = self._hook(self._call)
        if ended is None:
            return
        check_hook("What on_call returned", ended)
        self._ended.append(ended)
        self._manager = ended if hasattr(type(ended), "__exit__") else None

    def __enter__(self) -> None:
        self.begin()
        if self._manager is not None:
            self._manager.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        is_dropped = isinstance(error, GeneratorExit)  # a coroutine is, and the context may be anybody's
        try:
            if self._manager is not None and not is_dropped:
                self._manager.__exit__(kind, error, trace)
        finally:
            if error is not None and self._finalizer is None:  # else its owner says how it ends
                self.end(error=None if is_dropped else error, complete=False)

    def answered(self, head: ReplyHead) -> None:
        """The answer is there, or the first content of a stream."""
        self._head, self._content_after = head, monotonic() - self._began

    def keep(self, owner: object, core: StreamCore | None = None) -> None:
        """End the call when its owner is dropped: a stream, with its core, or other results."""
        if self._finalizer is not None:
            self._finalizer.detach()
        self._finalizer = finalize(owner, self._later, partial(self.end_stream, core))
        self._finalizer.atexit = False

    def end_stream(self, core: StreamCore | None, error: BaseException | None = None) -> None:
        """Tell the hook how a stream ended, or what is read piece by piece and has no core."""
        if core is None:
            self.end(error=error, complete=False)
        elif is_being_dropped():
            self._later(partial(self.end_stream, core, error))
        elif self._ended:
            message = None
            with suppress(APIError, ValueError, RecursionError):  # none before it has started, or if it is not readable
                message = core.snapshot()
            content_after, self._head = self._content_after, core.head
            self.end(message, error, complete=core.message.complete, first_content=content_after)

    def end(
        self,
        answer: object = None,
        error: BaseException | None = None,
        *,
        complete: bool = True,
        first_content: float | None = None,
    ) -> None:
        """Tell the hook how the call ended; only the first time counts."""
        if is_being_dropped():
            self._later(partial(self.end, answer, error, complete=complete, first_content=first_content))
            return
        if self._finalizer is not None:
            self._finalizer.detach()
        if not is_here(self._home):
            return
        try:
            ended = self._ended.pop()
        except IndexError:
            return
        head, status, request_id = self._head, None, None
        if isinstance(error, AIMLAPIError):
            status, request_id, answer = error.status_code, error.request_id, error.partial or answer
        elif head is not None:
            status, request_id = head.status, head.request_id
        ended(
            CallOutcome(
                seconds=self._seconds(),
                first_content=first_content,
                attempts=self.attempts,
                status_code=status,
                request_id=request_id,
                answer=answer,
                error=error,
                complete=complete and error is None,
            )
        )

    def _seconds(self) -> float:
        return monotonic() - self._began


class ToolWatch(Watch):
    """One call of a tool. It is entered where the tool runs, and ended where its run goes on."""

    _over: float | None = None

    def __init__(self, hook: CallHook, tool: ToolCall) -> None:
        super().__init__(hook, Call(EXECUTE_TOOL, tool=tool))

    def __enter__(self) -> None:
        self._began = monotonic()
        super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = monotonic()
        if self._manager is not None and not isinstance(error, GeneratorExit):
            self._manager.__exit__(kind, error, trace)

    def settle(
        self,
        outcomes: Mapping[Any, ToolOutcome],
        call: object,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Tell the hook what the tool came to. error: what ended its run, which counts where it came to nothing."""
        outcome = outcomes.get(call)
        self.end(outcome, error if outcome is None else outcome.error, complete=outcome is not None)

    def _seconds(self) -> float:
        return (self._over or monotonic()) - self._began
