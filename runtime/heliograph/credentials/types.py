# SPDX-License-Identifier: Apache-2.0
"""What credentials are: values that sign, and that never show themselves."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import NoReturn, Protocol, SupportsIndex

    class HasKeys(Protocol):
        """Anything that carries keys: our own class, botocore's, or the user's."""

        @property
        def access_key(self) -> str: ...
        @property
        def secret_key(self) -> str: ...
        @property
        def token(self) -> str | None: ...


class Secret(str):
    """Text that signs but does not print: ``repr``, ``str`` and formatting give ``***``, and it cannot be pickled.

    It is a ``str`` and equals its plain text; ``reveal()`` gives that text, for code that would format it.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Secret:
        # str(text) of a secret is '***': to wrap one again would lose it.
        return super().__new__(cls, str.__str__(text))

    def __repr__(self) -> str:
        return "'***'"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")

    def reveal(self) -> str:
        """The plain text."""
        return str.__str__(self)


class Credentials:
    """Keys to sign with. Immutable; prints without its secrets.

    Arguments:
        access_key: the access key id.
        secret_key: the secret access key.
        token: the session token of temporary credentials.
        account_id: the account the keys belong to, where it is known.
        expires: when temporary credentials end, as an aware datetime.

    Attributes:
        features: where a source of ours has them from, by AWS's letters in the user agent, with commas between.
    """

    __slots__ = ("access_key", "account_id", "expires", "features", "secret_key", "token")

    access_key: str
    secret_key: Secret
    token: Secret | None
    account_id: str | None
    expires: datetime | None
    features: str

    def __init__(
        self,
        access_key: str,
        secret_key: str,
        token: str | None = None,
        account_id: str | None = None,
        expires: datetime | None = None,
    ) -> None:
        put = object.__setattr__
        put(self, "access_key", access_key)
        put(self, "secret_key", Secret(secret_key))
        put(self, "token", Secret(token) if token else None)
        put(self, "account_id", account_id)
        put(self, "expires", expires)
        put(self, "features", "")

    def marked(self, *features: str) -> Credentials:
        """The same, had from what these letters stand for; an empty one stands for nothing."""
        other = Credentials(self.access_key, self.secret_key, self.token, self.account_id, self.expires)
        letters = ",".join(filter(None, features)).split(",")
        object.__setattr__(other, "features", ",".join(dict.fromkeys(letters)))
        return other

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"credentials are immutable; make new ones to change {name}")

    def __repr__(self) -> str:
        token = ", token=***" if self.token else ""
        return f"Credentials(access_key={self.access_key!r}, secret_key=***{token})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Credentials):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _CONTENT)

    __hash__ = None  # type: ignore[assignment]  # equal by content, so not a key

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("credentials cannot be pickled or copied")


_CONTENT = ("access_key", "account_id", "expires", "secret_key", "token")


class Anonymous:
    """The type of :data:`ANONYMOUS`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ANONYMOUS"


IN_CODE = "e"
"""How the user agent counts credentials that were given in code."""

ANONYMOUS = Anonymous()
"""Given as ``credentials``: requests are sent unsigned."""
