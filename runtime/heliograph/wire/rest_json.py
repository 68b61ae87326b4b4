# SPDX-License-Identifier: Apache-2.0
"""restJson1: how an error answer says what it is."""

from __future__ import annotations

from ..errors import ResponseError, printable
from ..redaction import server_text
from .json import json_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..http import WireResponse


JSON = (("content-type", "application/json"),)
"""The headers of a request with a JSON body."""

NO_RPC_JSON = (("accept", "application/json"), ("smithy-protocol", "rpc-v2-json"))
"""The headers of a request of Smithy RPC v2 JSON without a body: that of an operation without input."""

RPC_JSON = (*NO_RPC_JSON, *JSON)
"""The headers of a request of Smithy RPC v2 JSON with a body."""


def read_error(response: WireResponse) -> tuple[str, str | None, Mapping[str, Any]]:
    """Code, message and members of an error answer.

    The code is that of the header ``X-Amzn-Errortype``, else of ``code``, else of ``__type``, without what may stand
    before ``#`` and after ``:`` (Smithy, "Operation error serialization" of restJson1). An answer that says none of
    this, such as a proxy's page, goes by its HTTP status.
    """
    return _error(response, response.headers.get("x-amzn-errortype"), "code", "__type")


def read_json_error(response: WireResponse) -> tuple[str, str | None, Mapping[str, Any]]:
    """Code, message and members of an error answer of awsJson1_0 or awsJson1_1.

    The code is that of ``__type``, else of ``code``, else of the header ``X-Amzn-Errortype``; the rest is as for
    restJson1.
    """
    return _error(response, None, "__type", "code", response.headers.get("x-amzn-errortype"))


def _error(
    response: WireResponse, header: str | None, first: str, second: str, last: str | None = None
) -> tuple[str, str | None, Mapping[str, Any]]:
    """What an error answer says; its code is the header's, else the first of two members', else the last."""
    try:
        members: dict[str, Any] = json_object(response)
    except ResponseError:
        members = {}
        said: object = None if header or last else response.body[:1024].decode("utf-8", "replace")
    else:
        said = message_of(members)
    code = header or members.get(first) or members.get(second) or last
    return (
        error_code(code) if code else str(response.status),
        server_text(said, 1024 if members else 200) if isinstance(said, str) and said else None,
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
