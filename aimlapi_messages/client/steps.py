"""The steps of a call that do no I/O: its request before the first attempt, and the value and cost of its answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, TypeVar, cast

from aimlapi_client.errors import ArgumentError
from aimlapi_client.operation import Operation, RequestOptions

from ..core.arguments import NotGiven, warn_if_deprecated
from ..core.errors import InvalidRequestError
from ..core.reply import Cost, ReplyHead
from ..core.request import Request, merge_headers, split_headers
from ..message.response import ClientOperation, read_answer
from ..transport.arguments import checked_options, with_query
from ..transport.retries import Deadline, RetryPolicy, RetryState, logger

if TYPE_CHECKING:
    from ..core.spending import SpendTracker
    from ..transport.arguments import TimeoutTypes
    from .base import Settings

T = TypeVar("T")


def begin(
    operation: Operation[Any],
    options: RequestOptions,
    settings: Settings,
    spending: SpendTracker,
) -> RetryState:
    """The state of a request, before its first attempt. Raises InvalidRequestError, TypeError."""
    if not isinstance(cast("object", operation), Operation):
        kind = type(operation).__name__
        raise InvalidRequestError(f"The operation is a {kind}. Give what the `request` function of its module makes.")
    if options:
        options = checked_options(options)
    models: tuple[str, ...] = ()
    idle: float | NotGiven | None = None
    if isinstance(operation, ClientOperation):
        models, idle = operation.models, operation.idle_timeout
        options = {**operation.options, **options}
    request = _request(operation, options, settings, models[0] if len(models) == 1 else "")
    if settings.warn_deprecated:
        for model in models:
            warn_if_deprecated(model)
    max_retries = options.get("max_retries")
    policy = RetryPolicy(
        settings.max_retries if max_retries is None else max_retries,
        settings.retry_timeouts,
        operation.endpoint.repeat,
    )
    idle = settings.idle_timeout if isinstance(idle, NotGiven) else idle
    total = options.get("total_timeout", settings.total_timeout)
    deadline = None if idle is None and total is None else Deadline(idle, total)
    watch = None
    if settings.on_call is not None:
        from ..streaming.calls import Watch  # noqa: PLC0415 (loaded when it is needed)

        watch = Watch.of(settings.on_call, request)
    return RetryState(request, policy, spending, deadline, settings.on_attempt, watch)


def decode(state: RetryState, head: ReplyHead, content: bytes, operation: Operation[T]) -> T:
    """The value of an answer, with its cost counted."""
    value: T
    if logger.isEnabledFor(logging.DEBUG):
        state.log_read(f"{len(content)} bytes")
    if isinstance(operation, ClientOperation):
        value = operation.read(head, content)
        cost = getattr(value, "cost", None)
    else:
        value = read_answer(operation, head, content)
        meta = getattr(value, "meta", None)
        cost = (meta and Cost.from_meta(meta, "body")) or Cost.from_headers(head.headers)
    state.charge.settle(cost, getattr(value, "usage", None))
    if operation.endpoint.name == "list_models":
        state.spending.learn_prices(value)
    return value


def _request(operation: Operation[Any], options: RequestOptions, settings: Settings, model: str) -> Request:
    """The request of an operation, with the address, the client's headers, and the key."""
    try:
        built = operation.request()
    except ArgumentError as error:
        raise InvalidRequestError(str(error)) from error
    extra_headers, extra_query = options.get("extra_headers") or {}, options.get("extra_query") or {}
    target = with_query(built.target, extra_query) if extra_query else built.target
    secrets = settings.secrets_with(extra_headers, extra_query) if extra_headers or extra_query else settings.secrets
    headers, removed = {**settings.headers, **built.headers}, settings.removed
    if extra_headers or removed:
        headers, removed = split_headers(merge_headers(headers, dict.fromkeys(removed), extra_headers))
    return Request(
        built.method,
        f"{settings.base_url}{target}",
        headers,
        built.content,
        cast("TimeoutTypes", options.get("timeout", settings.timeout)),
        secrets,
        removed,
        max_response_size=settings.max_response_size,
        operation=operation.endpoint.name,
        model=model,
    )
