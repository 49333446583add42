"""The calls of the catalogue, and the answers that are kept so that an unchanged one need not travel again. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar, cast, get_args

from ..core.datetimes import When, wire_time
from ..core.errors import InvalidRequestError, NotFoundError
from ..core.types import ReplyHead
from ..message.request import QueryValue, RequestOptions, query_text
from .asking import Ask, ask, read_value
from .kept import Kept

if TYPE_CHECKING:
    from .catalogue import Deprecation, Metrics, ModelInfo

__all__ = ["deprecations_ask", "known_models", "list_ask", "metrics_ask", "retrieve_ask"]

Words: TypeAlias = str | Sequence[str] | None

_MOST_ALIASES: Final = 100

_T = TypeVar("_T")


def kept_ask(
    kept: Kept,
    path: str,
    query: Mapping[str, QueryValue | Sequence[str]],
    read: Callable[[ReplyHead, bytes], _T],
    options: RequestOptions,
) -> Ask[_T]:
    """A call that says what is here already, and is content to hear that it is still right."""
    place = f"{path}?{query_text({**query, **(options.get('extra_query') or {})})}"
    known = kept.get(place)

    def read_or_recall(head: ReplyHead, body: bytes) -> _T:
        if known is not None and head.status == 304:
            return cast("_T", known.value)
        value = read(head, body)
        if head.headers.get("etag"):
            kept.keep(place, head.headers["etag"], value)
        return value

    tag = None if known is None else known.etag
    return ask("GET", path, read_or_recall, options, query=query, headers={"if-none-match": tag})


def known_models() -> tuple[str, ...]:
    """The ids of Claude models in the document that this client was made from, aliases included. Needs no network.

    Not a limit: any other id may be given too, and newer ones come weekly; `client.models.list()` asks the gateway.
    """
    from aimlapi_client.models import KnownModel  # noqa: PLC0415 (models load when they are needed)

    return get_args(KnownModel)


def list_ask(kept: Kept, filters: Mapping[str, Words], include: Words, options: RequestOptions) -> Ask[list[ModelInfo]]:
    read = _reader(list)
    query = {name: _joined(name, words) for name, words in {**filters, "include": include}.items()}
    return kept_ask(kept, "/v1/models", query, read, options)


def retrieve_ask(kept: Kept, model: str, options: RequestOptions) -> Ask[ModelInfo]:
    if not model:
        raise InvalidRequestError("The model's id is empty. Give an id or an alias, such as 'claude-sonnet-4.5'.")

    def first(found: tuple[ModelInfo, ...]) -> ModelInfo:
        if not found:
            raise NotFoundError.advised(f"The gateway's catalogue has no model {model[:100]!r}.")
        # A model stands there once for each kind of endpoint; the one of messages says most about messages.
        return min(found, key=lambda info: "messages" not in info.type)

    return kept_ask(kept, "/v1/models", {"id": model, "include": "all"}, _reader(first), options)


def _reader(make: Callable[[tuple[ModelInfo, ...]], _T]) -> Callable[[ReplyHead, bytes], _T]:
    from aimlapi_client.models import ModelList  # noqa: PLC0415 (models load when they are needed)

    from .catalogue import catalogue  # noqa: PLC0415

    return lambda head, body: make(read_value(head, body, ModelList, catalogue))


def deprecations_ask(kept: Kept, status: Words, since: When | None, options: RequestOptions) -> Ask[list[Deprecation]]:
    from aimlapi_client.models import DeprecationList  # noqa: PLC0415 (models load when they are needed)

    from .catalogue import deprecations  # noqa: PLC0415
    from .model_status import learn  # noqa: PLC0415

    def read(head: ReplyHead, body: bytes) -> list[Deprecation]:
        found = list(read_value(head, body, DeprecationList, deprecations))
        learn(found)
        return found

    day = (wire_time("since", since) or "")[:10] or None
    return kept_ask(kept, "/v1/models/deprecations", {"status": _joined("status", status), "since": day}, read, options)


def metrics_ask(aliases: Words, options: RequestOptions) -> Ask[list[Metrics]]:
    from aimlapi_client.models import ModelMetricsList  # noqa: PLC0415 (models load when they are needed)

    from .catalogue import metrics  # noqa: PLC0415

    names = [aliases] if isinstance(aliases, str) else list(aliases or ())
    if len(names) > _MOST_ALIASES:
        raise InvalidRequestError(f"{len(names)} aliases are given, and the gateway takes {_MOST_ALIASES}. Ask twice.")
    return ask(
        "GET",
        "/models/metrics",
        lambda head, body: list(read_value(head, body, ModelMetricsList, metrics)),
        options,
        query={"aliases": names},
    )


def _joined(name: str, words: Words) -> str | None:
    """Several values of one filter mean any of them; the gateway takes them with commas."""
    values = [words] if isinstance(words, str) else list(words or ())
    if not all(values):
        raise InvalidRequestError(f"{name} holds an empty text. Give a word, or leave it out.")
    return ",".join(values) or None
