"""The tree of errors as a whole; what becomes of an answer is in `tests/message/test_errors.py`."""

from __future__ import annotations

import aimlapi_messages
from aimlapi_messages.core import errors


def test_every_error_is_public() -> None:
    """And advice is for errors that there are."""
    names = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert set(errors._ADVICE) <= names <= set(aimlapi_messages.__all__)
