# Made from async_client.py by `make twins`; do not edit.
"""The synchronous client with the arguments and methods of the `anthropic` SDK."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self, Unpack

import httpx

from aimlapi_client.hiding import hiding_arguments

from ..client.client import AIMLAPI
from ..client.exchange import Exchange
from ..core.arguments import NOT_GIVEN, NotGiven
from ..core.config import DEFAULT_MAX_RETRIES
from ..core.errors import ConfigurationError
from ..streaming.streams import Source
from .answers import adopted, turned
from .arguments import HTTPClient, check_key, connections, header_values, requested, unavailable
from .errors import translated
from .messages import Messages, Models
from .outputs import SeenCore

if TYPE_CHECKING:
    from aimlapi_client.operation import Operation, RequestOptions
    from aimlapi_client.resources.account import Account
    from aimlapi_client.resources.keys import Keys

    from ..client.base import Settings
    from ..transport.arguments import TimeoutArgument, TimeoutTypes


class _Exchange(Exchange):
    __slots__ = ()

    def run(self, read: Any, /, *args: Any, **kwargs: Any) -> Any:
        with translated():
            found = adopted(super().run(read, *args, **kwargs))
        if isinstance(found, Source):
            turned(found.core, SeenCore)
        return found


class _Client(AIMLAPI):
    """`AIMLAPI` with a query of every request, and with the answers and errors of this folder."""

    query: Mapping[str, Any]

    @property
    def settings(self) -> Settings:
        return self._settings

    def with_headers(self, headers: Mapping[str, str | None]) -> Self:
        """A copy whose headers are these, and no others."""
        made = copy(self)
        made._settings = replace(self._settings, default_headers=headers)
        return made

    def exchange(self, operation: Operation[Any], /, **options: Unpack[RequestOptions]) -> Exchange:
        if self.query:
            given: dict[str, Any] = {**getattr(operation, "options", {}), **options}
            options["extra_query"] = {**self.query, **(given.get("extra_query") or {})}
        return turned(super().exchange(operation, **options), _Exchange)

    @property
    def closed(self) -> bool:
        return self._transport.closed


class Anthropic:
    """The client of the `anthropic` SDK, over an `AIMLAPI`, whose other members it has too.

    api_key, auth_token: a key of the gateway, else AIMLAPI_API_KEY from the environment. ANTHROPIC_API_KEY is not read.
    base_url: else AIMLAPI_BASE_URL, else the gateway.
    default_query: members of every request's query.
    options: the other arguments of `AIMLAPI`, such as `budget_usd`.
    """

    @hiding_arguments
    def __init__(
        self,
        *,
        api_key: str | None = None,
        auth_token: str | None = None,
        base_url: str | None = None,
        timeout: TimeoutArgument | NotGiven = NOT_GIVEN,
        max_retries: int = DEFAULT_MAX_RETRIES,
        default_headers: Mapping[str, Any] | None = None,
        default_query: Mapping[str, Any] | None = None,
        http_client: HTTPClient | None = None,
        **options: Any,
    ) -> None:
        self._client = _Client(
            api_key=api_key or auth_token,
            default_headers=header_values(default_headers),
            **connections(http_client),
            **requested({"base_url": base_url, "timeout": timeout, "max_retries": max_retries, **options}),
        )
        self._client.query = dict(default_query or {})
        check_key(self.api_key, self.base_url)

    @property
    def api_key(self) -> str:
        """The key. It is never shown by itself."""
        return self._client.settings.key.reveal()

    auth_token = api_key

    @property
    def default_headers(self) -> httpx.Headers:
        """The headers that were given to be sent with every request."""
        return httpx.Headers({name: value for name, value in self._client.settings.default_headers.items() if value})

    @property
    def default_query(self) -> dict[str, Any]:
        """The members of every request's query."""
        return dict(self._client.query)

    @property
    def messages(self) -> Messages:
        return Messages(self._client)

    @property
    def models(self) -> Models:
        return Models(self._client)

    @property
    def beta(self) -> Self:
        """This client: what the gateway has of it is in the same methods."""
        return self

    @hiding_arguments
    def with_options(
        self,
        *,
        api_key: str | None = None,
        auth_token: str | None = None,
        default_headers: Mapping[str, Any] | None = None,
        set_default_headers: Mapping[str, Any] | None = None,
        default_query: Mapping[str, Any] | None = None,
        set_default_query: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Self:
        """A copy with other settings, as of `AIMLAPI`. It shares the connections.

        default_headers, default_query: added to its own; set_default_headers, set_default_query: instead of them.
        """
        if None not in (default_headers, set_default_headers) or None not in (default_query, set_default_query):
            raise ConfigurationError("Of `default_...`, which is added, and `set_default_...` give one.")
        given: dict[str, Any] = {"default_headers": header_values(default_headers), **requested(options)}
        made = copy(self)
        made._client = client = self._client.with_options(api_key=api_key or auth_token, **given)
        if set_default_headers is not None:
            made._client = client.with_headers(header_values(set_default_headers))
        query = {**self.default_query, **(default_query or {})}
        made._client.query = query if set_default_query is None else dict(set_default_query)
        return made

    copy = with_options

    def close(self) -> None:
        """Close the connections, those of copies included; an `http_client` that you gave stays open."""
        self._client.close()

    def is_closed(self) -> bool:
        return self._client.closed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(vars(self).get("_client")).replace("_Client", type(self).__name__)

    if TYPE_CHECKING:
        account: Account
        base_url: str
        budget_usd: Decimal | None
        keys: Keys
        max_retries: int
        spent: Decimal
        timeout: TimeoutTypes
        unpriced: Decimal
    else:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or not hasattr(self._client, name):
                unavailable(name)
            return getattr(self._client, name)
