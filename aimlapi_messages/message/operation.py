"""Operations whose answers this package reads itself. No I/O."""

from __future__ import annotations

from typing import TypeVar

from attrs import field, frozen

from aimlapi_client.operation import Operation, RequestOptions

from ..core.reply import ReplyHead

T = TypeVar("T")


@frozen
class ClientOperation(Operation[T]):
    """An operation whose answer needs the head of the response too, or more than one model.

    models: those that it names, for the warning about models that have ended.
    options: of the call, as `client.send` takes them.
    """

    models: tuple[str, ...] = field(default=(), kw_only=True)
    options: RequestOptions = field(factory=RequestOptions, kw_only=True, repr=False)

    def read(self, head: ReplyHead, content: bytes) -> T:
        """The value of a 2xx response. Raises UnexpectedResponseError, or the error that the body speaks of."""
        raise NotImplementedError
