"""Time limits for tests that must pass on a busy machine too."""

from __future__ import annotations

from typing import Final

# Seconds after which a test gives up what it waits for; never reached by one that passes.
LIMIT: Final = 120.0

# A short deadline may pass on a busy machine before what must precede it has happened. A test that is about a deadline
# tries these in turn, and stops at the first that was long enough.
LONGER_AND_LONGER: Final = (0.05, 1.0, 20.0)
