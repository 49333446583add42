"""`client.models`: the generated resource, and what it has beyond the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack, get_args

from aimlapi_client.resources import models as generated

from ..core.errors import NotFoundError

if TYPE_CHECKING:
    from aimlapi_client.models import ModelInfo
    from aimlapi_client.operation import RequestOptions


class Models(generated.Models):
    """The catalogue: what there is, what it costs, what has ended. It needs no key, but a client has one."""

    def retrieve(self, model: str, **options: Unpack[RequestOptions]) -> ModelInfo:
        """One model by its id or an alias, with its prices and all. Raises NotFoundError for one that is not there."""
        return _one(self.list(id=model, include="all", **options), model)


class AsyncModels(generated.AsyncModels):
    """The catalogue: what there is, what it costs, what has ended. It needs no key, but a client has one."""

    async def retrieve(self, model: str, **options: Unpack[RequestOptions]) -> ModelInfo:
        """One model by its id or an alias, with its prices and all. Raises NotFoundError for one that is not there."""
        return _one(await self.list(id=model, include="all", **options), model)


def known_models() -> tuple[str, ...]:
    """The ids of Claude models in the document that this client was made from, aliases included. Needs no network.

    Not a limit: any other id may be given too, and newer ones come weekly; `client.models.list()` asks the gateway.
    """
    from aimlapi_client.models import KnownModel  # noqa: PLC0415 (models load when they are needed)

    return get_args(KnownModel)


def _one(found: Sequence[ModelInfo], model: str) -> ModelInfo:
    if not found:
        raise NotFoundError.advised(f"The gateway's catalogue has no model {model[:100]!r}.")
    # A model stands there once for each kind of endpoint; the one of messages says most about messages.
    return min(found, key=lambda info: "messages" not in info.type)
