"""What hangs on a client: each resource loads when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..operation import AsyncSender, Sender
    from .account import Account, AsyncAccount
    from .keys import AsyncKeys, Keys
    from .models import AsyncModels, Models


class Resources:
    """The resources of a synchronous client, which inherits from this."""

    __slots__ = ()

    @property
    def account(self: Sender) -> Account:
        """Money, and the calls that cost it."""
        from .account import Account

        return Account(self)

    @property
    def keys(self: Sender) -> Keys:
        """The account's API keys. All but `current` need a management key."""
        from .keys import Keys

        return Keys(self)

    @property
    def models(self: Sender) -> Models:
        """The catalogue: what there is, what it costs, what has ended. It needs no key."""
        from .models import Models

        return Models(self)


class AsyncResources:
    """The resources of an asynchronous client, which inherits from this."""

    __slots__ = ()

    @property
    def account(self: AsyncSender) -> AsyncAccount:
        """Money, and the calls that cost it."""
        from .account import AsyncAccount

        return AsyncAccount(self)

    @property
    def keys(self: AsyncSender) -> AsyncKeys:
        """The account's API keys. All but `current` need a management key."""
        from .keys import AsyncKeys

        return AsyncKeys(self)

    @property
    def models(self: AsyncSender) -> AsyncModels:
        """The catalogue: what there is, what it costs, what has ended. It needs no key."""
        from .models import AsyncModels

        return AsyncModels(self)


__all__ = ("AsyncResources", "Resources")
