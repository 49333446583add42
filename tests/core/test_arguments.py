"""Arguments that every call has; more on models that have ended is in `tests/resources/test_models.py`."""

from __future__ import annotations

import pytest

from aimlapi_client import deprecations
from aimlapi_client.deprecations import Deprecation
from aimlapi_messages import ModelDeprecationWarning
from aimlapi_messages.core import arguments


def test_a_model_that_will_end_is_told_with_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with the replacement that the feed names."""
    found = Deprecation("superseded", "2027-01-02T00:00:00Z", "claude-z")
    monkeypatch.setattr(deprecations, "deprecation_of", {"anthropic/claude-y": found}.get)
    with pytest.warns(ModelDeprecationWarning, match="It ends on 2027-01-02. Use 'claude-z' instead"):
        arguments.warn_if_deprecated.__wrapped__("anthropic/claude-y")
