# SPDX-License-Identifier: Apache-2.0
"""Credentials in JSON: what metadata services, processes and caches of tokens give."""

from __future__ import annotations

from ..errors import CredentialsError
from ..timestamps import parse
from .types import Credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


def read_document(text: str | bytes, source: str) -> dict[str, Any]:
    """A JSON object.

    Arguments:
        text: its text, which no error shows.
        source: how errors call where it comes from.

    Raises:
        CredentialsError: it is something else.
    """
    import json
    from typing import cast

    plain = str.__str__(text) if isinstance(text, str) else text
    try:
        found: Any = json.loads(plain)
    except (RecursionError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise CredentialsError(f"{source} gave something that is no JSON object")
    return cast("dict[str, Any]", found)


def text_of(document: Mapping[str, Any], name: str, source: str) -> str:
    """A text in a document that must be there.

    Raises:
        CredentialsError: it is not.
    """
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise CredentialsError(f"{source} gave no {name}")
    return value


def moment_of(document: Mapping[str, Any], name: str, source: str) -> datetime:
    """A moment in a document that must be there.

    Raises:
        CredentialsError: it is not.
    """
    text = text_of(document, name, source)
    try:
        return parse(text[:-3] + "Z" if text.endswith("UTC") else text, "date-time")
    except ValueError:
        raise CredentialsError(f"{source}: {name} is no moment such as 2030-01-31T12:00:00Z") from None


def keys_of(document: Mapping[str, Any], source: str, *, token: str, needs_end: bool) -> Credentials:
    """Credentials as metadata services and processes write them.

    Arguments:
        document: the JSON object.
        source: how errors call where it comes from.
        token: the name of the session token there.
        needs_end: whether the moment when they end must be there.

    Raises:
        CredentialsError: something is missing.
    """
    ends = None
    if needs_end or document.get("Expiration") is not None:
        ends = moment_of(document, "Expiration", source)
    needs_token = needs_end or document.get(token) is not None
    account_id = document.get("AccountId")
    return Credentials(
        text_of(document, "AccessKeyId", source),
        text_of(document, "SecretAccessKey", source),
        text_of(document, token, source) if needs_token else None,
        account_id if isinstance(account_id, str) and account_id else None,
        ends,
    )
