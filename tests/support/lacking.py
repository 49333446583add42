"""What the document under test may lack: its tests are skipped by name (see `scripts.pipeline verify`)."""

from __future__ import annotations

from typing import Any

import pytest

import aimlapi_client.models as models


def of_model(name: str, fields: dict[str, Any], *others: Any) -> Any:
    """A row of a table that begins with an instance of a generated model; skipped where there is no such model."""
    kind = getattr(models, name, None)
    if kind is None:
        return pytest.param(None, *others, marks=pytest.mark.skip(reason=f"the document has no {name}"), id=name)
    return pytest.param(kind(**fields), *others, id=name)
