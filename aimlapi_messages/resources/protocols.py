# Made from async_protocols.py by `make twins`; do not edit.
"""What messages, batches, streams and runs of tools need of a client. For type checkers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Unpack

from aimlapi_client.operation import Operation, RequestOptions, Sender

if TYPE_CHECKING:
    from ..client.exchange import Exchange
    from ..core.arguments import NotGiven


class MessageClient(Sender, Protocol):
    def exchange(
        self,
        operation: Operation[Any],
        /,
        *,
        idle_timeout: float | NotGiven | None = None,
        **options: Unpack[RequestOptions],
    ) -> Exchange:
        """A request that is ready to be sent, for answers that are read piece by piece."""
        ...
