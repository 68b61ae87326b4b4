# SPDX-License-Identifier: Apache-2.0
"""The arguments of a client, as given and as resolved with environment and profile."""

from __future__ import annotations

from .errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

MAX_RESPONSE_BYTES = 32 * 1024 * 1024
"""Bytes of an answer that are read into memory unless the client says otherwise."""
MAX_ERROR_BYTES = 1024 * 1024
"""Bytes of an error's body that are read."""


LONGEST = 1e9
"""Seconds or bytes from which a limit is a mistake; ``None`` is how to say that there is none."""


class Timeout:
    """Seconds that each phase of one request may take; ``None`` means without limit.

    ``connect`` includes the TLS handshake. ``read`` and ``write`` are the longest silence between two pieces, not the
    whole: bound that with ``deadline``. ``pool`` is the wait for a free connection.
    """

    __slots__ = ("connect", "pool", "read", "write")

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None

    def __init__(
        self,
        connect: float | None = 3.1,
        read: float | None = 30.0,
        write: float | None = 30.0,
        pool: float | None = 10.0,
    ) -> None:
        given: dict[str, object] = {"connect": connect, "read": read, "write": write, "pool": pool}
        for name, seconds in given.items():
            if seconds is not None and not (isinstance(seconds, (int, float)) and 0 < seconds < LONGEST):
                raise ConfigError(f"timeout: {name} must be a number of seconds above 0, not {seconds!r}")
            object.__setattr__(self, name, seconds)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Timeout is immutable; make a new one to change {name}")

    def __repr__(self) -> str:
        return f"Timeout(connect={self.connect}, read={self.read}, write={self.write}, pool={self.pool})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeout):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.connect, self.read, self.write, self.pool))

    def at_least_read(self, seconds: float) -> Timeout:
        """The same, with a read phase of at least ``seconds``."""
        if self.read is None or self.read >= seconds:
            return self
        return Timeout(self.connect, seconds, self.write, self.pool)

    @classmethod
    def of(cls, given: float | Timeout | None) -> Timeout:
        """The time-outs a client argument stands for: a number bounds each phase."""
        if given is None:
            return DEFAULT_TIMEOUT
        if isinstance(given, Timeout):
            return given
        return cls(given, given, given, given)


class BodySettings:
    """What a client wants of bodies where an operation leaves the choice.

    Attributes:
        adds_checksums: whether requests get a checksum that they may have.
        checks_answers: whether answers are held against the checksums that they may have.
        disable_compression: whether bodies are sent as they are.
        min_compression_bytes: the size from which a body is compressed.
    """

    __slots__ = ("adds_checksums", "checks_answers", "disable_compression", "min_compression_bytes")

    def __init__(
        self,
        *,
        adds_checksums: bool,
        checks_answers: bool,
        disable_compression: bool,
        min_compression_bytes: int,
    ) -> None:
        self.adds_checksums = adds_checksums
        self.checks_answers = checks_answers
        self.disable_compression = disable_compression
        self.min_compression_bytes = min_compression_bytes


DEFAULT_TIMEOUT = Timeout()
