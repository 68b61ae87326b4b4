# SPDX-License-Identifier: Apache-2.0
"""What is overwritten in text that comes from outside before it is shown or kept.

A service that refuses a signature quotes the request it got, session token included; answers hold presigned URLs. What
a model marks as secret is another matter: :mod:`heliograph.structure` leaves that out by itself.
"""

from __future__ import annotations

from .errors import MESSAGE_LIMIT, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match, Pattern

HEADERS = frozenset(("authorization", "cookie", "proxy-authorization", "set-cookie", "x-amz-security-token"))
"""Names of headers whose values are secrets."""
_HINTS = ("authorization", "bearer", "cookie", "credential", "security-token", "signature")
_IS = r"""['"]?\s*(?:=|:|%3D)\s*['"]?"""
_SECRETS = (
    rf"(\b(?:proxy-)?authorization{_IS})(?=AWS|Basic\b|Bearer\b|Digest\b)[^\r\n'\"]+"
    rf"|(\b(?:set-)?cookie{_IS})[^\r\n'\"]+"
    rf"|(\b(?:(?:x-amz-)?(?:credential|signature)|x-amz-security-token){_IS})[^\s&'\",;<>#\\]+"
    r"|(\bbearer\s+)[\w.~+/=-]{12,}"
)
_pattern: Pattern[str] | None = None


def redacted(text: str, mark: Callable[[str], str] = lambda secret: "***") -> str:
    """The text without what signs a request or stands for a session: headers, and parameters of queries.

    Arguments:
        text: whatever a service wrote.
        mark: what stands in the place of a secret.
    """
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return text

    def overwritten(match: Match[str]) -> str:
        name = match[match.lastindex or 0]
        return name + mark(match[0][len(name) :])

    global _pattern
    if _pattern is None:
        import re

        _pattern = re.compile(_SECRETS, re.IGNORECASE)
    return _pattern.sub(overwritten, text)


def server_text(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """A service's text, fit for an error: without secrets, printable and short."""
    return printable(redacted(text[: 8 * limit]), limit)
