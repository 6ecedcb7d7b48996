"""Numbers that people write into content and registries, and how they are written back."""

from __future__ import annotations

from decimal import Decimal

# No figure of an organisation is larger, or so near to zero; within the bounds all can be added up and shown. The
# schemas name the same ones.
LARGEST = 10**15
SMALLEST = 10**-6
# From here on, ten digits do not reach the decimal point.
_TEN_DIGITS = 10**10


def as_number(value: object) -> float | None:
    """Return a value that is zero or a number between SMALLEST and LARGEST, whatever its sign, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if value == 0 or SMALLEST <= abs(value) <= LARGEST else None


def as_count(value: object) -> int | None:
    """Return a value that is a whole number, be it written as 3, 3.0 or 3e0, else None."""
    number = as_number(value)
    return int(number) if number is not None and number.is_integer() else None


def spell_number(value: float, form: str = "") -> str:
    """Return a number with up to ten digits, never as a power of ten; `form` is such as `,` or `+,`."""
    digits = Decimal(f"{value:.10g}") if abs(value) < _TEN_DIGITS else Decimal(round(value))
    return f"{digits:{form}f}"
