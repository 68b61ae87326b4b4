# SPDX-License-Identifier: Apache-2.0
"""Checksums of bodies, as headers and trailers named ``x-amz-checksum-...`` carry them.

CRC32, SHA1, SHA256 and SHA512 run in C. CRC32C and CRC64NVME are not in the standard library, so they are written in
Python here, which takes about a second for ten megabytes: they are used where somebody asks for them by name.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from hmac import compare_digest
from zlib import crc32

from .errors import ParamError, ResponseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .http import WireResponse
    from .upload import Hash


class Checksum:
    """An algorithm by its name in models, such as ``CRC32``, and the header its value goes in."""

    __slots__ = ("header", "is_slow", "name", "start")

    def __init__(self, name: str, start: Callable[[], Hash], *, is_slow: bool = False) -> None:
        self.name = name
        self.header = f"x-amz-checksum-{name.lower()}"
        self.start = start
        self.is_slow = is_slow

    def of(self, pieces: Iterable[bytes]) -> str:
        """The checksum of a body, in base64."""
        hashed = self.start()
        for piece in pieces:
            hashed.update(piece)
        return b64encode(hashed.digest()).decode()


class _Crc32:
    """CRC-32 as in zlib, big-endian."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes) -> None:
        self._value = crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


class _TableCrc:
    """A reflected CRC whose register starts and ends inverted, a byte at a time."""

    __slots__ = ("_all_ones", "_size", "_table", "_value")

    def __init__(self, size: int, polynomial: int) -> None:
        self._size = size
        self._all_ones = (1 << 8 * size) - 1
        self._table = _table(polynomial)
        self._value = self._all_ones

    def update(self, data: bytes) -> None:
        value, table = self._value, self._table
        for byte in data:
            value = table[(value ^ byte) & 0xFF] ^ (value >> 8)
        self._value = value

    def digest(self) -> bytes:
        return (self._value ^ self._all_ones).to_bytes(self._size, "big")


_tables: dict[int, Sequence[int]] = {}


def _table(polynomial: int) -> Sequence[int]:
    """What each value of a byte does to the register; made when it is first used."""
    found = _tables.get(polynomial)
    if found is None:
        entries: list[int] = []
        for entry in range(256):
            for _ in range(8):
                entry = (entry >> 1) ^ (polynomial if entry & 1 else 0)
            entries.append(entry)
        found = _tables[polynomial] = entries
    return found


def _sha(name: str) -> Callable[[], Hash]:
    def start() -> Hash:
        import hashlib

        return hashlib.new(name, usedforsecurity=name != "sha1")

    return start


_CHECKSUMS = {
    each.name: each
    for each in (
        Checksum("CRC32", _Crc32),
        Checksum("SHA1", _sha("sha1")),
        Checksum("SHA256", _sha("sha256")),
        Checksum("SHA512", _sha("sha512")),
        Checksum("CRC32C", lambda: _TableCrc(4, 0x82F63B78), is_slow=True),
        Checksum("CRC64NVME", lambda: _TableCrc(8, 0x9A6C9329AC4BC9B5), is_slow=True),
    )
}
"""By name, the quick ones first."""


def checksum(name: str, member: str) -> Checksum:
    """The algorithm of that name.

    Raises:
        ParamError: it is none that can be computed here.
    """
    found = _CHECKSUMS.get(name.upper())
    if found is None:
        known = ", ".join(_CHECKSUMS)
        raise ParamError(
            f"{name} cannot be computed here; use one of {known}, or give the checksum itself", member
        )
    return found


def is_given(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request's headers hold a checksum already."""
    return any(name.startswith("x-amz-checksum-") and name not in _NO_VALUES for name, _ in headers)


_NO_VALUES = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})


def content_md5(pieces: Iterable[bytes]) -> str:
    """What the header ``Content-MD5`` says of a body."""
    from hashlib import md5

    hashed = md5(usedforsecurity=False)
    for piece in pieces:
        hashed.update(piece)
    return b64encode(hashed.digest()).decode()


class Expected:
    """The checksum a body should have."""

    __slots__ = ("_digest", "_hashed", "_header")

    def __init__(self, algorithm: Checksum, digest: bytes) -> None:
        self._header = algorithm.header
        self._digest = digest
        self._hashed = algorithm.start()

    def update(self, data: bytes) -> None:
        """Take the next bytes into account."""
        self._hashed.update(data)

    def compare(self) -> None:
        """Raise a ResponseError where the body is not the one the checksum is of."""
        if not compare_digest(self._hashed.digest(), self._digest):
            raise ResponseError(
                f"the body is not what the header {self._header} says; it was damaged on its way"
            )


def expected(response: WireResponse, names: Iterable[str], *, slow: bool) -> Expected | None:
    """What the body of an answer is to be held against.

    Arguments:
        response: the answer.
        names: the algorithms its operation may use.
        slow: whether those that take long are worth it.

    Returns:
        The quickest checksum the answer has; ``None`` where it has none. Those of several parts put together, which
        end with ``-`` and the number of parts, say nothing of the bytes, and are passed over.
    """
    allowed = {name.upper() for name in names}
    for name, algorithm in _CHECKSUMS.items():
        value = response.headers.get(algorithm.header)
        if value is None or "-" in value or name not in allowed or (algorithm.is_slow and not slow):
            continue
        try:
            return Expected(algorithm, b64decode(value, validate=True))
        except (Base64Error, ValueError) as error:
            raise ResponseError(f"the header {algorithm.header} is not base64") from error
    return None
