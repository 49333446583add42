"""The catalogue: what there is, what it costs, what has ended. It needs no key."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Unpack

from ..api.models import get_model_metrics, list_deprecations, list_models
from ..hiding import hiding_options

if TYPE_CHECKING:
    from ..models import Deprecation, ModelInfo, ModelMetricsList
    from ..operation import AsyncSender, Moment, RequestOptions, Sender


@hiding_options
class Models:
    """The catalogue: what there is, what it costs, what has ended. It needs no key."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def deprecations(
        self,
        *,
        since: Moment | None = None,
        status: str | Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> builtins.list[Deprecation]:
        """List models that have ended or will, the latest first.

        since: Only what was deprecated or ends on that day or later.
        status: Of deprecated, superseded and withdrawn."""
        return self._client.send(list_deprecations.request(since=since, status=status), **options).data

    def list(
        self,
        *,
        capabilities: str | Sequence[str] | None = None,
        details: Literal["1", "true"] | None = None,
        id: str | Sequence[str] | None = None,
        include: str | Sequence[str] | None = None,
        input_modalities: str | Sequence[str] | None = None,
        modalities: str | Sequence[str] | None = None,
        output_modalities: str | Sequence[str] | None = None,
        tags: str | Sequence[str] | None = None,
        type: str | Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> builtins.list[ModelInfo]:
        """List the models of the gateway, optionally filtered and with prices.

        Several values of one filter mean any of them; several filters all have to fit.

        id: Ids or aliases.
        include: Of pricing, modalities, capabilities and all; what is not asked for stays out of the
            answer.
        type: Kinds of endpoint, such as openai/chat-completions."""
        return self._client.send(
            list_models.request(
                capabilities=capabilities,
                details=details,
                id=id,
                include=include,
                input_modalities=input_modalities,
                modalities=modalities,
                output_modalities=output_modalities,
                tags=tags,
                type=type,
            ),
            **options,
        ).data

    def metrics(
        self, *, aliases: str | Sequence[str] | None = None, **options: Unpack[RequestOptions]
    ) -> ModelMetricsList:
        """Read measured latency and speed of models, as percentiles.

        aliases: Exact names; every model without them."""
        return self._client.send(get_model_metrics.request(aliases=aliases), **options)


@hiding_options
class AsyncModels:
    """The catalogue: what there is, what it costs, what has ended. It needs no key."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def deprecations(
        self,
        *,
        since: Moment | None = None,
        status: str | Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> builtins.list[Deprecation]:
        """List models that have ended or will, the latest first.

        since: Only what was deprecated or ends on that day or later.
        status: Of deprecated, superseded and withdrawn."""
        return (
            await self._client.send(list_deprecations.request(since=since, status=status), **options)
        ).data

    async def list(
        self,
        *,
        capabilities: str | Sequence[str] | None = None,
        details: Literal["1", "true"] | None = None,
        id: str | Sequence[str] | None = None,
        include: str | Sequence[str] | None = None,
        input_modalities: str | Sequence[str] | None = None,
        modalities: str | Sequence[str] | None = None,
        output_modalities: str | Sequence[str] | None = None,
        tags: str | Sequence[str] | None = None,
        type: str | Sequence[str] | None = None,
        **options: Unpack[RequestOptions],
    ) -> builtins.list[ModelInfo]:
        """List the models of the gateway, optionally filtered and with prices.

        Several values of one filter mean any of them; several filters all have to fit.

        id: Ids or aliases.
        include: Of pricing, modalities, capabilities and all; what is not asked for stays out of the
            answer.
        type: Kinds of endpoint, such as openai/chat-completions."""
        return (
            await self._client.send(
                list_models.request(
                    capabilities=capabilities,
                    details=details,
                    id=id,
                    include=include,
                    input_modalities=input_modalities,
                    modalities=modalities,
                    output_modalities=output_modalities,
                    tags=tags,
                    type=type,
                ),
                **options,
            )
        ).data

    async def metrics(
        self, *, aliases: str | Sequence[str] | None = None, **options: Unpack[RequestOptions]
    ) -> ModelMetricsList:
        """Read measured latency and speed of models, as percentiles.

        aliases: Exact names; every model without them."""
        return await self._client.send(get_model_metrics.request(aliases=aliases), **options)


__all__ = ["AsyncModels", "Models"]
