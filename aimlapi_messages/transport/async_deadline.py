"""The limits of a call, kept to the moment: only asyncio can cut a wait short that has begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .deadline import Deadline

__all__ = ["within"]


@asynccontextmanager
async def within(deadline: Deadline) -> AsyncGenerator[None]:
    """Wait as long as a call may still take, then raise APITimeoutError. Only what happens within counts as silence."""
    patience = deadline.patience
    limit = asyncio.timeout(None if patience is None else patience[0])
    deadline.wait()
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if patience is None or not limit.expired():  # somebody else's
            raise
        raise deadline.error(patience[1]) from error
    finally:
        deadline.arrived()
