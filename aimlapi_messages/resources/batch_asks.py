"""The calls of batches, on the gateway's own paths, which are not Anthropic's. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from ..core.errors import InvalidRequestError
from ..core.types import ReplyHead
from ..message.request import Call, RequestOptions
from .asking import Ask, ask, id_in_path
from .batch_requests import batch_body

if TYPE_CHECKING:
    from ..message.options import BatchOptions, RequestsInput
    from .batch import Batch

__all__ = ["cancel_ask", "create_ask", "expected_results", "id_of", "look_up_call"]

PATH: Final = "/v1/batches"
_LINES: Final = "application/x-jsonl, application/json;q=0.9, */*;q=0.1"


def create_ask(requests: RequestsInput, options: BatchOptions) -> Ask[Batch]:
    from aimlapi_client.api.batches.create_batch import MEMBERS  # noqa: PLC0415 (a document may lack it)

    members = {name: value for name, value in options.items() if name in MEMBERS and name != "requests"}
    body, models = batch_body(requests, members)
    rest = cast("RequestOptions", {name: value for name, value in options.items() if name not in members})
    return ask("POST", PATH, _read, rest, body=body, effect="lasting", models=models)


def cancel_ask(batch_id: str, options: RequestOptions) -> Ask[Batch]:
    # A second cancel changes nothing, so that it may be sent again.
    return ask("POST", f"{PATH}/cancel/{id_in_path('batch_id', batch_id)}", _read, options)


def look_up_call(batch_id: str, options: RequestOptions) -> Call:
    """The call that brings the state of a batch, or its results: there is one for both."""
    id_in_path("batch_id", batch_id)
    return ask("GET", PATH, _read, options, query={"batch_id": batch_id}, accept=_LINES).call


def id_of(batch: object) -> str:
    """The id of a batch that is given as itself or by its id."""
    found = getattr(batch, "id", batch)
    if not isinstance(found, str):
        raise InvalidRequestError(f"The batch is a {type(batch).__name__}. Give its id, or the batch itself.")
    return found


def expected_results(batch: object) -> int | None:
    """How many results a batch has, as far as it says so itself."""
    counts = getattr(batch, "request_counts", None)
    return None if counts is None else counts.total or None


def _read(head: ReplyHead, body: bytes) -> Batch:
    """The batch of an answer, which may stand in a list of one."""
    from ..message.error_bodies import unexpected_response  # noqa: PLC0415
    from .batch_lines import BatchReader  # noqa: PLC0415 (models load when they are needed)

    reader = BatchReader(head, "")
    given = [*reader.feed(body), *reader.finish()]
    if given or reader.has_results or reader.batch is None:
        raise unexpected_response(head, body, "results where a batch belongs")
    return reader.batch
