# SPDX-License-Identifier: Apache-2.0
"""A request as it came over the wire, for rooms that know nothing of the HTTP library."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request.

    Attributes:
        method: as sent.
        target: path and query as sent, nothing decoded: signatures cover this text.
        headers: (name, value) pairs in the order sent.
        body: as sent, nothing decompressed.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def path(self) -> str:
        """The target up to its query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after its first ``?``."""
        return self.target.partition("?")[2]

    def values(self, name: str) -> list[str]:
        """The values of a header, one for each time it was sent; ``name`` is lower-case."""
        return [value for sent, value in self.headers if sent.lower() == name]
