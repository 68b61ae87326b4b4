# SPDX-License-Identifier: Apache-2.0
"""Timestamps as models write them in examples."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def moment(value: str | float) -> datetime | None:
    """The moment that a value gives, to the second.

    Args:
        value: Seconds since 1970 as a number or its digits, or a text such as ``2026-01-02T03:04:05Z`` or
            ``Fri, 02 Jan 2026 03:04:05 GMT``.

    Returns:
        None where it is none of these, or before the year 1 or after 9999.
    """
    try:
        found = _read(value)
        return found.replace(microsecond=0, tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ArithmeticError, OSError, ValueError):
        return None


def _read(value: str | float) -> datetime:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        if not isinstance(value, str):
            raise
    return datetime.fromisoformat(value) if value[:1].isdecimal() else parsedate_to_datetime(value)
