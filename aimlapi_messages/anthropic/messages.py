# Made from async_messages.py by `make twins`; do not edit.
"""`client.messages`, its batches, and `client.models`, of the synchronous client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeVar, Unpack, cast, overload

from ..resources import batches, messages as ours
from ..tools.runners import ask_for_output
from .answers import Message, MessageBatch, ParsedMessage, adopted, turned
from .arguments import PAGING, batch_request, operation_of, requested, unavailable
from .errors import translated
from .outputs import output_run, parsed
from .runners import ToolRunner, ToolStreamRunner
from .streams import APIResponse, MessageStreamManager, Stream

if TYPE_CHECKING:
    from ..client.client import AIMLAPI
    from .arguments import CreateArguments, RunArguments
    from .pages import ModelInfo, Paginator
    from .types import BatchResult

_T = TypeVar("_T")


class Messages:
    """`client.messages`, and `client.beta.messages`."""

    def __init__(self, client: AIMLAPI) -> None:
        self._client = client
        self._ours = ours.Messages(client)

    @property
    def batches(self) -> Batches:
        return Batches(self._client)

    @property
    def with_raw_response(self) -> RawMessages:
        """`create`, which gives the answer with its status and headers, read and not parsed."""
        return RawMessages(self._client)

    @property
    def with_streaming_response(self) -> UnreadMessages:
        """`create`, to be entered with `with`, which gives the answer before it is read."""
        return UnreadMessages(self._client)

    @overload
    def create(self, *, stream: Literal[False] = ..., **arguments: Unpack[CreateArguments]) -> Message: ...

    @overload
    def create(self, *, stream: Literal[True], **arguments: Unpack[CreateArguments]) -> Stream: ...

    @overload
    def create(self, *, stream: bool, **arguments: Unpack[CreateArguments]) -> Message | Stream: ...

    def create(self, *, stream: bool = False, **arguments: Any) -> Message | Stream:
        """Ask a model, as `aimlapi_messages` does."""
        given = requested(arguments)
        if stream is True:
            return turned(self._ours.create(stream=True, **given), Stream)
        return cast("Message", self._ours.create(**given))

    def stream(
        self, *, output_format: type[Any] | None = None, **arguments: Unpack[CreateArguments]
    ) -> MessageStreamManager:
        """Ask a model, and read its answer while it is written: `with messages.stream(...) as stream:`.

        output_format: a type, as of `parse`; the final message has its value as `parsed_output`.
        """
        run = output_run(requested({"output_format": output_format, **arguments}), stream=True)
        return MessageStreamManager(self._client, run)

    def parse(
        self, *, output_format: type[_T] | None = None, **arguments: Unpack[CreateArguments]
    ) -> ParsedMessage[_T]:
        """Ask for a value of a type, and give the answer with it as `parsed_output`.

        output_format: anything that `messages.parse(output=...)` of `aimlapi_messages` takes.
        Raises OutputError for an answer that is no such value, and what `create` raises.
        """
        run = output_run(requested({"output_format": output_format, **arguments}), stream=False)
        message = ask_for_output(self._client, run)
        return turned(parsed(message, run), ParsedMessage[_T])

    @overload
    def tool_runner(self, *, stream: Literal[False] = ..., **arguments: Unpack[RunArguments]) -> ToolRunner: ...

    @overload
    def tool_runner(self, *, stream: Literal[True], **arguments: Unpack[RunArguments]) -> ToolStreamRunner: ...

    def tool_runner(self, *, stream: bool = False, **arguments: Any) -> ToolRunner | ToolStreamRunner:
        """Let a model use your functions until it is done, as `aimlapi_messages` does.

        max_iterations: the most answers of the model; after them the run just ends. Without it, 50 are an error.
        """
        given = requested(arguments)
        given.pop("run_tools_eagerly", None)  # the calls of an answer run once all of it is there
        if (limit := given.pop("max_iterations", None)) is not None:
            given["max_iterations"] = limit
        kind: type[ToolRunner | ToolStreamRunner] = ToolStreamRunner if stream else ToolRunner
        return turned(cast("Any", self._ours).tool_runner(stream=stream, **given), kind).steered(limit)

    if not TYPE_CHECKING:  # type checkers report it themselves

        def __getattr__(self, name: str) -> NoReturn:
            unavailable(name)


class UnreadMessages:
    """`messages.with_streaming_response`."""

    def __init__(self, client: AIMLAPI) -> None:
        self._client = client

    def create(self, *, stream: bool = False, **arguments: Unpack[CreateArguments]) -> APIResponse[Any]:
        """As `messages.create`; read the answer in pieces, or `response.parse()`."""
        operation = operation_of(requested(arguments), stream=stream)
        return APIResponse(self._client.exchange(operation), operation, stream)


class RawMessages:
    """`messages.with_raw_response`."""

    def __init__(self, client: AIMLAPI) -> None:
        self._unread = UnreadMessages(client)

    def create(self, *, stream: bool = False, **arguments: Unpack[CreateArguments]) -> APIResponse[Any]:
        """As `messages.create`; `response.parse()` is what that gives."""
        return self._unread.create(stream=stream, **arguments).open(eager=True)


class Batches:
    """`client.messages.batches`."""

    def __init__(self, client: AIMLAPI) -> None:
        self._ours = batches.Batches(client)

    def create(self, *, requests: Iterable[Any], **options: Any) -> MessageBatch:
        """Create a batch, as `aimlapi_messages` does."""
        found = self._ours.create(requests=[batch_request(one) for one in requests], **requested(options))
        return cast("MessageBatch", found)

    def retrieve(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """The state of a batch. Of one that has ended, the gateway tells no more than that."""
        return cast("MessageBatch", self._ours.retrieve(message_batch_id, **requested(options)))

    def wait(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """Wait until a batch has ended, as `aimlapi_messages` does."""
        return cast("MessageBatch", self._ours.wait(message_batch_id, **requested(options)))

    def results(self, message_batch_id: str, **options: Any) -> BatchResults:
        """The results of a batch that has ended: iterate over them."""
        return turned(self._ours.results(message_batch_id, **requested(options)), BatchResults)

    def cancel(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """Cancel a batch. What has run keeps its results."""
        return cast("MessageBatch", self._ours.cancel(message_batch_id, **requested(options)))

    if not TYPE_CHECKING:  # type checkers report it themselves

        def __getattr__(self, name: str) -> NoReturn:
            unavailable(f"batches.{name}")


class BatchResults(batches.BatchResults):
    """The results of a batch, in any order."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> BatchResult:
        with translated():
            return cast("BatchResult", adopted(super().__next__()))


class Models:
    """`client.models`: all that the gateway has, in one page."""

    def __init__(self, client: AIMLAPI) -> None:
        from ..resources import models  # noqa: PLC0415 (a document may lack them)

        self._ours = models.Models(client)

    def list(self, **filters: Any) -> Paginator:
        """The models. The filters are those of `aimlapi_messages`; there are no pages to ask for."""
        from .pages import Paginator  # noqa: PLC0415 (as above)

        given = {name: value for name, value in requested(filters).items() if name not in PAGING}
        return Paginator(lambda: self._ours.list(**given))

    def retrieve(self, model_id: str, **options: Any) -> ModelInfo:
        """One model by its id or an alias. Raises NotFoundError for one that is not there."""
        from .pages import ModelInfo  # noqa: PLC0415 (as above)

        with translated():
            return turned(self._ours.retrieve(model_id, **requested(options)), ModelInfo)
