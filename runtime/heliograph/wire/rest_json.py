# SPDX-License-Identifier: Apache-2.0
"""restJson1: how an error answer says what it is."""

from __future__ import annotations

from ..errors import ResponseError, printable
from .json import json_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..http import WireResponse


JSON = (("content-type", "application/json"),)
"""The headers of a request with a JSON body."""


def read_error(response: WireResponse) -> tuple[str, str | None, Mapping[str, Any]]:
    """Code, message and members of an error answer.

    The code is that of the header ``X-Amzn-Errortype``, else of ``code``, else of ``__type``, without what may stand
    before ``#`` and after ``:`` (Smithy, "Operation error serialization" of restJson1). An answer that says none of
    this, such as a proxy's page, goes by its HTTP status.
    """
    try:
        members: dict[str, Any] = json_object(response)
    except ResponseError:
        members = {}
        said: object = (
            None
            if response.headers.get("x-amzn-errortype")
            else response.body[:1024].decode("utf-8", "replace")
        )
    else:
        said = message_of(members)
    code = response.headers.get("x-amzn-errortype") or members.get("code") or members.get("__type")
    return (
        error_code(code) if code else str(response.status),
        printable(said, 200 if not members else 1024) if isinstance(said, str) and said else None,
        members,
    )


def error_code(code: object) -> str:
    """The bare name of an error: ``aws.example#NoSuchThing:http://...`` is ``NoSuchThing``."""
    return printable(str(code).partition(":")[0].rpartition("#")[2].strip(), 128)


def message_of(members: Mapping[str, Any]) -> object:
    """The text of an error, whichever way the service spells the member."""
    for name, value in members.items():
        if name.lower() in ("message", "errormessage") and value is not None:
            return value
    return None
