"""A typed client of the AI/ML API gateway, generated from the gateway's own document.

It needs httpx and attrs, and nothing of the hand-written package beside it::

    from aimlapi_client import AuthenticatedClient
    from aimlapi_client.api.models import list_models
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")


def __getattr__(name: str) -> object:
    """The clients are imported when they are first used, for the models need neither them nor httpx."""
    if name != "client" and name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(".client", __name__)
    value: object = module if name == "client" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
