"""What both clients are: their settings, and what follows from these alone. No I/O.

No model module is imported before there is a request to send, so that a client costs next to nothing to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from aimlapi_client.hiding import hiding_arguments

from ..core.arguments import NotGiven
from ..core.config import DEFAULT_MAX_RETRIES, Key, resolve_base_url, resolve_budget, resolve_key, user_agent
from ..core.errors import ConfigurationError
from ..core.request import (
    MAX_RESPONSE_SIZE,
    Secrets,
    merge_headers,
    secrets_in,
    secrets_in_query,
    split_headers,
)
from ..core.spending import SpendTracker
from ..transport.arguments import DEFAULT_TIMEOUT, TimeoutArgument, TimeoutTypes, given_options

if TYPE_CHECKING:
    from ..streaming.calls import CallHook
    from ..transport.retries import AttemptHook


class ClientOptions(TypedDict, total=False):
    """The settings that a copy of a client may change, as the client takes them; the headers are added to its own."""

    base_url: str | None
    timeout: TimeoutArgument | NotGiven
    idle_timeout: float | NotGiven | None
    total_timeout: float | NotGiven | None
    max_response_size: int | None
    max_retries: int | None
    retry_timeouts: bool | None
    on_attempt: AttemptHook | NotGiven | None
    on_call: CallHook | NotGiven | None
    warn_deprecated: bool | None
    default_headers: Mapping[str, str | None] | None


@dataclass(frozen=True)
class Settings:
    """What a client was told, resolved. Copies of a client differ only in this."""

    key: Key
    base_url: str
    timeout: TimeoutTypes = field(default_factory=lambda: DEFAULT_TIMEOUT)
    idle_timeout: float | None = None
    total_timeout: float | None = None
    max_response_size: int = MAX_RESPONSE_SIZE
    max_retries: int = DEFAULT_MAX_RETRIES
    retry_timeouts: bool = False
    on_attempt: AttemptHook | None = None
    on_call: CallHook | None = None
    warn_deprecated: bool = True
    default_headers: Mapping[str, str | None] = field(repr=False, default_factory=dict[str, "str | None"])

    def changed(self, **options: Unpack[ClientOptions]) -> Settings:
        """The same settings with those that are given. Raises ConfigurationError, and TypeError for any other name."""
        given = given_options(options, ClientOptions.__annotations__.keys(), ConfigurationError)
        if "base_url" in given:
            given["base_url"] = resolve_base_url(given["base_url"], {})
        if "default_headers" in given:
            given["default_headers"] = merge_headers(self.default_headers, given["default_headers"])
        return replace(self, **given)

    @cached_property
    def headers(self) -> dict[str, str]:
        """What every request carries. Worked out for the first, because to read the version is slow."""
        ours = {"user-agent": user_agent(), "authorization": f"Bearer {self.key.reveal()}"}
        return split_headers({**ours, **self.default_headers})[0]

    @cached_property
    def removed(self) -> frozenset[str]:
        """The headers that no request carries."""
        return split_headers(self.default_headers)[1]

    @cached_property
    def secrets(self) -> Secrets:
        """What no text may show of a request that has these headers alone."""
        return Secrets([self.key.reveal(), *secrets_in(self.default_headers)])

    def secrets_with(self, headers: Mapping[str, str | None], query: Mapping[str, object]) -> Secrets:
        """The same of a request that has others too, and members of its query."""
        return self.secrets.plus([*secrets_in(headers), *secrets_in_query(query)])


class BaseClient:
    """Settings, and the running cost."""

    def __init__(self, settings: Settings, spending: SpendTracker) -> None:
        self._settings = settings
        self._spending = spending

    @staticmethod
    def _spending_of(budget: Decimal | float | str | BaseClient | None) -> SpendTracker:
        """The count of a client with this budget: that of another client where it is one."""
        return budget._spending if isinstance(budget, BaseClient) else SpendTracker(resolve_budget(budget))

    @property
    def base_url(self) -> str:
        """The address that requests go to, without `/v1`."""
        return self._settings.base_url

    @property
    def max_retries(self) -> int:
        """How often a call is sent again after its first attempt, unless the call says otherwise."""
        return self._settings.max_retries

    @property
    def timeout(self) -> TimeoutTypes:
        """The limits of each wait in seconds, unless a call says otherwise."""
        return self._settings.timeout

    @property
    def spent(self) -> Decimal:
        """US dollars that calls of this client and its copies have cost, as far as the gateway said.

        The calls of which it did not say it are in `unpriced`.
        """
        return self._spending.total

    @property
    def unpriced(self) -> Decimal:
        """US dollars that calls may have cost at most whose price never came: cut off, stopped, or a batch. 0 if none.

        They are counted with their tokens, where the answer told them, or else with their size and max_tokens; at the
        prices that `models.list(include="pricing")` or other calls of their model have told by now, or else at those
        of the dearest model.
        """
        return self._spending.unpriced

    @property
    def budget_usd(self) -> Decimal | None:
        """US dollars after which this client and its copies refuse to send; None for no such limit."""
        return self._spending.budget

    @hiding_arguments
    def with_options(self, *, api_key: str | None = None, **options: Unpack[ClientOptions]) -> Self:
        """A copy with other settings. It shares the connections, the count of what was spent, and the budget.

        The settings are those of `AIMLAPI`.
        Raises MissingKeyError, and ConfigurationError for any other argument that cannot be used.
        """
        key = self._settings.key if api_key is None else resolve_key(api_key, {})
        changed = copy(self)
        changed._settings = replace(self._settings.changed(**options), key=key)
        return changed

    def __getstate__(self) -> dict[str, object]:
        return {"_settings": self._settings, **vars(self)}  # whose key is first to refuse, and says what to do

    def __repr__(self) -> str:
        name = type(self).__name__
        if "_settings" not in vars(self):  # its making failed, and a debugger looks at what there is
            return f"{name}()"
        return f"{name}(base_url={self.base_url!r}, max_retries={self.max_retries})"
