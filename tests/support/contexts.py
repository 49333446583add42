"""Contexts of decimal arithmetic that a caller may have, none of which money may depend on. Not a test."""

from __future__ import annotations

import decimal
from typing import Final

CONTEXTS: Final = [
    decimal.Context(prec=3),
    decimal.Context(prec=1, rounding=decimal.ROUND_UP),
    decimal.Context(prec=6, traps=[decimal.Inexact, decimal.Rounded]),
    decimal.Context(prec=9, traps=[decimal.FloatOperation, decimal.InvalidOperation, decimal.Subnormal]),
    decimal.Context(prec=2, Emax=1, Emin=-1, clamp=1),
]
