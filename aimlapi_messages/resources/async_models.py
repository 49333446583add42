"""`client.models` of the asynchronous client: the catalogue. It needs no key, but a client has one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from ..core.datetimes import When
from ..message.request import RequestOptions
from .kept import Kept
from .model_asks import Words, deprecations_ask, list_ask, metrics_ask, retrieve_ask

if TYPE_CHECKING:
    from .async_account import AsyncSend
    from .catalogue import Deprecation, Metrics, ModelInfo

__all__ = ["AsyncModels"]


class AsyncModels:
    """`client.models`. What has not changed since the last answer does not travel again. Raises APIError's children."""

    def __init__(self, send: AsyncSend, kept: Kept) -> None:
        self._send = send
        self._kept = kept

    async def list(
        self,
        *,
        id: Words = None,
        type: Words = None,
        tags: Words = None,
        modalities: Words = None,
        input_modalities: Words = None,
        output_modalities: Words = None,
        capabilities: Words = None,
        include: Words = None,
        **options: Unpack[RequestOptions],
    ) -> list[ModelInfo]:
        """The models that fit all of the filters; several values of one filter mean any of them, in any case.

        id: an id or an alias. type: of endpoint, such as "openai/chat-completions".
        include: "pricing", "modalities", "capabilities" or "all"; what is not asked for stays out of the answer.
        """
        filters = {
            "id": id,
            "type": type,
            "tags": tags,
            "modalities": modalities,
            "input_modalities": input_modalities,
            "output_modalities": output_modalities,
            "capabilities": capabilities,
        }
        return await self._send(list_ask(self._kept, filters, include, options))

    async def retrieve(self, model: str, **options: Unpack[RequestOptions]) -> ModelInfo:
        """One model by its id or an alias, with its prices and all. Raises NotFoundError for one that is not there."""
        return await self._send(retrieve_ask(self._kept, model, options))

    async def deprecations(
        self, *, status: Words = None, since: When | None = None, **options: Unpack[RequestOptions]
    ) -> Sequence[Deprecation]:
        """The models that have ended or will, the latest first. Calls of them are warned of from then on.

        status: "deprecated", "superseded" or "withdrawn". since: only what was deprecated on that day or later.
        """
        return await self._send(deprecations_ask(self._kept, status, since, options))

    async def metrics(self, *, aliases: Words = None, **options: Unpack[RequestOptions]) -> Sequence[Metrics]:
        """Measured speed, by model and endpoint. aliases: exact names, at most 100; None for all models."""
        return await self._send(metrics_ask(aliases, options))
