"""The operations of batches, on the gateway's own paths, which are not Anthropic's. No I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from aimlapi_client.operation import Endpoint, Operation, RequestOptions

from ..core.errors import InvalidRequestError
from ..core.reply import ReplyHead
from ..message.operation import ClientOperation
from .batch_requests import batch_body

if TYPE_CHECKING:
    from ..message.options import BatchOptions, RequestsInput
    from .batch import Batch


@frozen
class BatchOperation(ClientOperation["Batch"]):
    """A call whose answer is a batch, which may stand in a list of one."""

    def read(self, head: ReplyHead, content: bytes) -> Batch:
        from ..message.error_bodies import unexpected_response  # noqa: PLC0415 (models load when they are needed)
        from .batch_lines import BatchReader  # noqa: PLC0415

        reader = BatchReader(head, "")
        results = [*reader.feed(content), *reader.finish()]
        if results or reader.has_results or reader.batch is None:
            raise unexpected_response(head, content, "results where a batch belongs")
        return reader.batch


def create_operation(requests: RequestsInput, options: BatchOptions) -> BatchOperation:
    """Raises InvalidRequestError, which names the request that cannot be sent."""
    from aimlapi_client.api.batches.create_batch import ENDPOINT, MEMBERS  # noqa: PLC0415 (a document may lack it)

    members = {name: value for name, value in options.items() if name in MEMBERS and name != "requests"}
    body, models = batch_body(requests, members)
    endpoint: Endpoint[Any] = ENDPOINT
    rest = cast("RequestOptions", {name: value for name, value in options.items() if name not in members})
    return BatchOperation(endpoint, body=body, models=models, options=rest)


def cancel_operation(batch_id: str) -> BatchOperation:
    from aimlapi_client.api.batches import cancel_batch  # noqa: PLC0415 (a document may lack it)

    cancel: Operation[Any] = cancel_batch.request(id_of(batch_id))
    return BatchOperation(cancel.endpoint, cancel.arguments)


def look_up_operation(batch_id: str) -> Operation[Any]:
    """The call that brings the state of a batch, or its results: there is one for both."""
    from aimlapi_client.api.batches import get_batch  # noqa: PLC0415 (a document may lack it)

    return get_batch.request(batch_id=id_of(batch_id))


def id_of(batch: object) -> str:
    """The id of a batch that is given as itself or by its id. Raises InvalidRequestError."""
    found = getattr(batch, "id", batch)
    if not isinstance(found, str):
        raise InvalidRequestError(f"The batch is a {type(batch).__name__}. Give its id, or the batch itself.")
    if not found.strip() or found in (".", ".."):
        raise InvalidRequestError(f"The id of the batch is {found!r}. Give the one that the gateway gave.")
    return found


def expected_results(batch: object) -> int | None:
    """How many results a batch has, as far as it says so itself."""
    counts = getattr(batch, "request_counts", None)
    return None if counts is None else counts.total or None
