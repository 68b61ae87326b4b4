# SPDX-License-Identifier: Apache-2.0
"""How far this machine's clock is from the service's, as the answers tell (AWS's SDKs of August 2026).

A request signed at the wrong time is refused, and a camera without a battery for its clock starts in 1970. Every answer
says what time it is where it was written; requests are signed at that time. Presigned URLs are not: they are for
others, whose clocks say nothing of this one.
"""

from __future__ import annotations

from datetime import timedelta

from .sigv4 import amz_date
from .timestamps import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CODES = frozenset(
    {
        "AccessDeniedException",
        "AuthFailure",
        "InvalidSignatureException",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
"""What a service answers to a request that is signed at the wrong time, and to others."""

TOLERATED = timedelta(minutes=4)
"""So far from the service's a clock may be without being the cause of such an error."""

_LONGEST_TRIP = timedelta(minutes=15)
"""What takes longer tells nothing of clocks."""

_NONE = timedelta()
_SECOND = timedelta(seconds=1)


class Skew:
    """What one client and its copies know of the service's clock.

    Attributes:
        known: whether an answer has told anything yet.
        amount: what is to be added to this machine's time.
    """

    __slots__ = ("_read", "_until", "amount", "known")

    def __init__(self) -> None:
        self.known = False
        self.amount = _NONE
        self._read: tuple[str, datetime | None] = ("", None)
        self._until: tuple[datetime, float, str] | None = None

    def until(self, now: datetime, seconds: float | None) -> str:
        """The time so many seconds from now, as signatures write it; nothing where there is no limit."""
        if seconds is None:
            return ""
        known = self._until
        if known is not None and known[1] == seconds and _NONE <= now - known[0] < _SECOND:
            return known[2]
        second = now.replace(microsecond=0)
        text = amz_date(second + timedelta(seconds=seconds))
        self._until = (second, seconds, text)
        return text

    def learn(self, headers: Mapping[str, str], sent: datetime, received: datetime) -> timedelta | None:
        """Take over what an answer tells.

        Arguments:
            headers: of the answer, by lower-case name.
            sent: when the request was sent, by this machine's clock.
            received: when the answer came.

        Returns:
            How far the clocks are apart; ``None`` where the answer does not tell: it has no date, comes from a cache,
            or took too long.
        """
        if "age" in headers or received - sent > _LONGEST_TRIP:
            return None
        date = self._parsed(headers.get("date", ""))
        if date is None:
            return None
        self.amount = date - (sent + (received - sent) / 2)
        self.known = True
        return self.amount

    def _parsed(self, text: str) -> datetime | None:
        """The date; answers of one second have the same text."""
        known, moment = self._read
        if text != known:
            try:
                moment = parse(text, "http-date")
            except ValueError:
                moment = None
            self._read = (text, moment)
        return moment


def is_cause(code: str, apart: timedelta | None) -> bool:
    """Whether an error may well be due to clocks that are so far apart, so that the next attempt helps."""
    return code in CODES and apart is not None and abs(apart) > TOLERATED
