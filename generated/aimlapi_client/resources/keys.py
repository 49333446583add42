"""The account's API keys. All but `current` need a management key."""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from ..api.keys import create_key, delete_key, get_current_key, list_keys, replace_key, update_key
from ..hiding import hiding_options
from ..types import UNSET, Unset, given

if TYPE_CHECKING:
    from ..models import CreatedKey, KeyInfo
    from ..operation import AsyncSender, RequestOptions, Sender
    from ..params import KeyLimitParam, KeyScope, SupportsToDict


@hiding_options
class Keys:
    """The account's API keys. All but `current` need a management key."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def create(
        self,
        *,
        limit: KeyLimitParam | SupportsToDict | Unset = UNSET,
        name: str | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> CreatedKey:
        """Create a key, whose full value is shown this once; needs a management key.

        `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
        there would be two keys; look at the list then."""
        return self._client.send(
            create_key.request(body=given({"limit": limit, "name": name, "scopes": scopes})), **options
        ).data

    def current(self, **options: Unpack[RequestOptions]) -> KeyInfo:
        """Read the settings of the latest key."""
        return self._client.send(get_current_key.request(), **options).data

    def delete(self, prefix: str, **options: Unpack[RequestOptions]) -> bool:
        """Delete a key for good; needs a management key.

        Says whether it is gone."""
        return self._client.send(delete_key.request(prefix=prefix), **options).data.deleted

    def list(self, **options: Unpack[RequestOptions]) -> builtins.list[KeyInfo]:
        """List the keys of the account; needs a management key."""
        return self._client.send(list_keys.request(), **options).data

    def replace(
        self,
        prefix: str,
        *,
        disabled: bool | Unset = UNSET,
        limit: KeyLimitParam | SupportsToDict | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Set all settings of a key anew; needs a management key.

        What is not given becomes as in a new key."""
        return self._client.send(
            replace_key.request(
                prefix=prefix,
                body=given({"disabled": disabled, "limit": limit, "name": name, "scopes": scopes}),
            ),
            **options,
        ).data

    def update(
        self,
        prefix: str,
        *,
        disabled: bool | Unset = UNSET,
        limit: KeyLimitParam | SupportsToDict | Unset = UNSET,
        name: str | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Change some settings of a key; needs a management key.

        What is not given stays as it is."""
        return self._client.send(
            update_key.request(
                prefix=prefix,
                body=given({"disabled": disabled, "limit": limit, "name": name, "scopes": scopes}),
            ),
            **options,
        ).data


@hiding_options
class AsyncKeys:
    """The account's API keys. All but `current` need a management key."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def create(
        self,
        *,
        limit: KeyLimitParam | SupportsToDict | Unset = UNSET,
        name: str | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> CreatedKey:
        """Create a key, whose full value is shown this once; needs a management key.

        `key.reveal()` of the answer gives the full value. It is not sent again when its answer is lost, for
        there would be two keys; look at the list then."""
        return (
            await self._client.send(
                create_key.request(body=given({"limit": limit, "name": name, "scopes": scopes})), **options
            )
        ).data

    async def current(self, **options: Unpack[RequestOptions]) -> KeyInfo:
        """Read the settings of the latest key."""
        return (await self._client.send(get_current_key.request(), **options)).data

    async def delete(self, prefix: str, **options: Unpack[RequestOptions]) -> bool:
        """Delete a key for good; needs a management key.

        Says whether it is gone."""
        return (await self._client.send(delete_key.request(prefix=prefix), **options)).data.deleted

    async def list(self, **options: Unpack[RequestOptions]) -> builtins.list[KeyInfo]:
        """List the keys of the account; needs a management key."""
        return (await self._client.send(list_keys.request(), **options)).data

    async def replace(
        self,
        prefix: str,
        *,
        disabled: bool | Unset = UNSET,
        limit: KeyLimitParam | SupportsToDict | None | Unset = UNSET,
        name: str | None | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Set all settings of a key anew; needs a management key.

        What is not given becomes as in a new key."""
        return (
            await self._client.send(
                replace_key.request(
                    prefix=prefix,
                    body=given({"disabled": disabled, "limit": limit, "name": name, "scopes": scopes}),
                ),
                **options,
            )
        ).data

    async def update(
        self,
        prefix: str,
        *,
        disabled: bool | Unset = UNSET,
        limit: KeyLimitParam | SupportsToDict | Unset = UNSET,
        name: str | Unset = UNSET,
        scopes: Iterable[KeyScope] | None | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> KeyInfo:
        """Change some settings of a key; needs a management key.

        What is not given stays as it is."""
        return (
            await self._client.send(
                update_key.request(
                    prefix=prefix,
                    body=given({"disabled": disabled, "limit": limit, "name": name, "scopes": scopes}),
                ),
                **options,
            )
        ).data


__all__ = ["AsyncKeys", "Keys"]
