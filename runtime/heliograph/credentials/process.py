# SPDX-License-Identifier: Apache-2.0
"""Keys from a program that somebody wrote: ``credential_process``."""

from __future__ import annotations

from ..errors import CredentialsError
from .documents import keys_of, read_document
from .provider import Provider
from .types import Credentials, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..effects import Effects
    from .context import Context

TIMEOUT = 60.0
"""Seconds that a program may take."""


class Process(Provider):
    """Keys that a program writes to its standard output, as JSON of version 1.

    The program is started directly, without a shell. What it writes to standard error goes nowhere: programs put
    secrets there. Neither its arguments nor its output are in any error.

    Arguments:
        command: the program and its arguments, quoted as for a shell.
        account_id: the account the keys belong to, where the program does not say it.
        timeout: seconds after which it is ended.
        place: how errors call where this is written.
    """

    NAME = "credential_process"
    FEATURE = "w"

    def __init__(
        self, command: str, *, account_id: str | None = None, timeout: float = TIMEOUT, place: str = ""
    ) -> None:
        self.command = Secret(command)
        self.account_id = account_id
        self.timeout = timeout
        self.place = place

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Run the program, read what it wrote."""
        from ..effects import RunProcess

        where = f"{self.place}, {self.NAME}" if self.place else self.NAME
        arguments = _split(self.command.reveal())
        if not arguments:
            raise CredentialsError(f"{where}: a quotation mark is not closed, or nothing is named")
        try:
            status, output = yield RunProcess([*map(Secret, arguments)], self.timeout)
        except TimeoutError:
            raise CredentialsError(
                f"{where}: it did not end within {self.timeout:g} s and was stopped"
            ) from None
        except OSError as error:
            raise CredentialsError(f"{where}: it cannot be started ({error.strerror})") from None
        except ValueError as error:
            raise CredentialsError(f"{where}: {error}") from None
        if status:
            raise CredentialsError(
                f"{where}: it ended with status {status}; run it by hand to see what it says"
            )
        document = read_document(output, where)
        if document.get("Version") != 1:
            raise CredentialsError(f"{where}: its output is not of version 1")
        keys = keys_of(document, where, token="SessionToken", needs_end=False)
        if keys.account_id is None and self.account_id is not None:
            keys = Credentials(keys.access_key, keys.secret_key, keys.token, self.account_id, keys.expires)
        return keys.marked(self.via, self.FEATURE)


def _split(command: str) -> list[str]:
    """The words of a command; none where it cannot be split."""
    import os
    import shlex

    is_posix = os.name == "posix"
    try:
        words = shlex.split(command, posix=is_posix)  # elsewhere a backslash is part of a path
    except ValueError:
        return []
    if is_posix:
        return words
    return [word[1:-1] if word[:1] == word[-1:] == '"' else word for word in words]
