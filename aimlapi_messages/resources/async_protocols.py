"""What messages, batches, streams and runs of tools need of a client. For type checkers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Unpack

from aimlapi_client.operation import AsyncSender, Operation, RequestOptions

if TYPE_CHECKING:
    from ..client.async_exchange import AsyncExchange
    from ..core.arguments import NotGiven


class AsyncMessageClient(AsyncSender, Protocol):
    def exchange(
        self,
        operation: Operation[Any],
        /,
        *,
        idle_timeout: float | NotGiven | None = None,
        **options: Unpack[RequestOptions],
    ) -> AsyncExchange:
        """A request that is ready to be sent, for answers that are read piece by piece."""
        ...
