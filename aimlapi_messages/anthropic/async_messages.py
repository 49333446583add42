"""`client.messages`, its batches, and `client.models`, of the asynchronous client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeVar, Unpack, cast, overload

from ..resources import async_batches, async_messages as ours
from ..tools.async_runners import async_ask_for_output
from .answers import Message, MessageBatch, ParsedMessage, adopted, turned
from .arguments import PAGING, batch_request, operation_of, requested, unavailable
from .async_runners import AsyncToolRunner, AsyncToolStreamRunner
from .async_streams import AsyncAPIResponse, AsyncMessageStreamManager, AsyncStream
from .errors import translated
from .outputs import output_run, parsed

if TYPE_CHECKING:
    from ..client.async_client import AsyncAIMLAPI
    from .arguments import CreateArguments, RunArguments
    from .pages import AsyncPaginator, ModelInfo
    from .types import BatchResult

_T = TypeVar("_T")


class AsyncMessages:
    """`client.messages`, and `client.beta.messages`."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        self._client = client
        self._ours = ours.AsyncMessages(client)

    @property
    def batches(self) -> AsyncBatches:
        return AsyncBatches(self._client)

    @property
    def with_raw_response(self) -> AsyncRawMessages:
        """`create`, which gives the answer with its status and headers, read and not parsed."""
        return AsyncRawMessages(self._client)

    @property
    def with_streaming_response(self) -> AsyncUnreadMessages:
        """`create`, to be entered with `async with`, which gives the answer before it is read."""
        return AsyncUnreadMessages(self._client)

    @overload
    async def create(self, *, stream: Literal[False] = ..., **arguments: Unpack[CreateArguments]) -> Message: ...

    @overload
    async def create(self, *, stream: Literal[True], **arguments: Unpack[CreateArguments]) -> AsyncStream: ...

    @overload
    async def create(self, *, stream: bool, **arguments: Unpack[CreateArguments]) -> Message | AsyncStream: ...

    async def create(self, *, stream: bool = False, **arguments: Any) -> Message | AsyncStream:
        """Ask a model, as `aimlapi_messages` does."""
        given = requested(arguments)
        if stream is True:
            return turned(await self._ours.create(stream=True, **given), AsyncStream)
        return cast("Message", await self._ours.create(**given))

    def stream(
        self, *, output_format: type[Any] | None = None, **arguments: Unpack[CreateArguments]
    ) -> AsyncMessageStreamManager:
        """Ask a model, and read its answer while it is written: `async with messages.stream(...) as stream:`.

        output_format: a type, as of `parse`; the final message has its value as `parsed_output`.
        """
        run = output_run(requested({"output_format": output_format, **arguments}), stream=True)
        return AsyncMessageStreamManager(self._client, run)

    async def parse(
        self, *, output_format: type[_T] | None = None, **arguments: Unpack[CreateArguments]
    ) -> ParsedMessage[_T]:
        """Ask for a value of a type, and give the answer with it as `parsed_output`.

        output_format: anything that `messages.parse(output=...)` of `aimlapi_messages` takes.
        Raises OutputError for an answer that is no such value, and what `create` raises.
        """
        run = output_run(requested({"output_format": output_format, **arguments}), stream=False)
        message = await async_ask_for_output(self._client, run)
        return turned(parsed(message, run), ParsedMessage[_T])

    @overload
    def tool_runner(self, *, stream: Literal[False] = ..., **arguments: Unpack[RunArguments]) -> AsyncToolRunner: ...

    @overload
    def tool_runner(self, *, stream: Literal[True], **arguments: Unpack[RunArguments]) -> AsyncToolStreamRunner: ...

    def tool_runner(self, *, stream: bool = False, **arguments: Any) -> AsyncToolRunner | AsyncToolStreamRunner:
        """Let a model use your functions until it is done, as `aimlapi_messages` does.

        max_iterations: the most answers of the model; after them the run just ends. Without it, 50 are an error.
        """
        given = requested(arguments)
        given.pop("run_tools_eagerly", None)  # the calls of an answer run once all of it is there
        if (limit := given.pop("max_iterations", None)) is not None:
            given["max_iterations"] = limit
        kind: type[AsyncToolRunner | AsyncToolStreamRunner] = AsyncToolStreamRunner if stream else AsyncToolRunner
        return turned(cast("Any", self._ours).tool_runner(stream=stream, **given), kind).steered(limit)

    if not TYPE_CHECKING:  # type checkers report it themselves

        def __getattr__(self, name: str) -> NoReturn:
            unavailable(name)


class AsyncUnreadMessages:
    """`messages.with_streaming_response`."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        self._client = client

    def create(self, *, stream: bool = False, **arguments: Unpack[CreateArguments]) -> AsyncAPIResponse[Any]:
        """As `messages.create`; read the answer in pieces, or `await response.parse()`."""
        operation = operation_of(requested(arguments), stream=stream)
        return AsyncAPIResponse(self._client.exchange(operation), operation, stream)


class AsyncRawMessages:
    """`messages.with_raw_response`."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        self._unread = AsyncUnreadMessages(client)

    async def create(self, *, stream: bool = False, **arguments: Unpack[CreateArguments]) -> AsyncAPIResponse[Any]:
        """As `messages.create`; `await response.parse()` is what that gives."""
        return await self._unread.create(stream=stream, **arguments).open(eager=True)


class AsyncBatches:
    """`client.messages.batches`."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        self._ours = async_batches.AsyncBatches(client)

    async def create(self, *, requests: Iterable[Any], **options: Any) -> MessageBatch:
        """Create a batch, as `aimlapi_messages` does."""
        found = await self._ours.create(requests=[batch_request(one) for one in requests], **requested(options))
        return cast("MessageBatch", found)

    async def retrieve(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """The state of a batch. Of one that has ended, the gateway tells no more than that."""
        return cast("MessageBatch", await self._ours.retrieve(message_batch_id, **requested(options)))

    async def wait(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """Wait until a batch has ended, as `aimlapi_messages` does."""
        return cast("MessageBatch", await self._ours.wait(message_batch_id, **requested(options)))

    async def results(self, message_batch_id: str, **options: Any) -> AsyncBatchResults:
        """The results of a batch that has ended: iterate over them."""
        return turned(await self._ours.results(message_batch_id, **requested(options)), AsyncBatchResults)

    async def cancel(self, message_batch_id: str, **options: Any) -> MessageBatch:
        """Cancel a batch. What has run keeps its results."""
        return cast("MessageBatch", await self._ours.cancel(message_batch_id, **requested(options)))

    if not TYPE_CHECKING:  # type checkers report it themselves

        def __getattr__(self, name: str) -> NoReturn:
            unavailable(f"batches.{name}")


class AsyncBatchResults(async_batches.AsyncBatchResults):
    """The results of a batch, in any order."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BatchResult:
        with translated():
            return cast("BatchResult", adopted(await super().__anext__()))


class AsyncModels:
    """`client.models`: all that the gateway has, in one page."""

    def __init__(self, client: AsyncAIMLAPI) -> None:
        from ..resources import async_models  # noqa: PLC0415 (a document may lack them)

        self._ours = async_models.AsyncModels(client)

    def list(self, **filters: Any) -> AsyncPaginator:
        """The models. The filters are those of `aimlapi_messages`; there are no pages to ask for."""
        from .pages import AsyncPaginator  # noqa: PLC0415 (as above)

        given = {name: value for name, value in requested(filters).items() if name not in PAGING}
        return AsyncPaginator(lambda: self._ours.list(**given))

    async def retrieve(self, model_id: str, **options: Any) -> ModelInfo:
        """One model by its id or an alias. Raises NotFoundError for one that is not there."""
        from .pages import ModelInfo  # noqa: PLC0415 (as above)

        with translated():
            return turned(await self._ours.retrieve(model_id, **requested(options)), ModelInfo)
