# Made from async_models.py by `make twins`; do not edit.
"""`client.models` of the synchronous client: the generated resource, and what it has beyond the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from aimlapi_client.hiding import hiding_options
from aimlapi_client.resources import models as generated

from ..core.arguments import did_you_mean, shown
from ..core.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from aimlapi_client.models import ModelInfo
    from aimlapi_client.operation import RequestOptions


@hiding_options
class Models(generated.Models):
    """The catalogue: what there is, what it costs, what has ended. It needs no key, but a client has one."""

    def retrieve(self, model: str, **options: Unpack[RequestOptions]) -> ModelInfo:
        """One model by its id or an alias, with its prices and all. Raises NotFoundError for one that is not there."""
        return _one(self.list(id=_checked(model), include="all", **options), model)


def _checked(model: object) -> str:
    """The name, for without one the whole catalogue would be found. Raises InvalidRequestError."""
    if not isinstance(model, str):
        raise InvalidRequestError(f"model is {shown(model)}. Give the id of one model, or an alias.")
    return model


def _one(found: Sequence[ModelInfo], model: str) -> ModelInfo:
    if not found:
        raise NotFoundError.advised(f"The gateway's catalogue has no model {model[:100]!r}.{did_you_mean(model)}")
    # A model stands there once for each kind of endpoint; the one of messages says most about messages.
    return min(found, key=lambda info: "messages" not in info.type)
