"""A typed client of the AI/ML API gateway, generated from the gateway's own document.

It needs httpx and attrs, and nothing of the hand-written package beside it::

    from aimlapi_client import AuthenticatedClient
    from aimlapi_client.api.models import list_models
"""

from .client import AuthenticatedClient, Client

__all__ = ("AuthenticatedClient", "Client")
