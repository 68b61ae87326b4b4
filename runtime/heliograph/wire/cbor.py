# SPDX-License-Identifier: Apache-2.0
"""CBOR bodies (Smithy RPC v2 CBOR protocol): what is not as in :mod:`heliograph.wire.json`.

A structure is a map by member names, as an object is there, so lists, maps and unions are read with that module's
functions. Text, booleans, whole numbers and blobs are CBOR's own: ``text``, ``boolean``, ``integer``, ``binary`` of
:mod:`heliograph.wire.checks` write them, and nothing need read them.
"""

from __future__ import annotations

from ..cbor import CBORError, dumps, loads
from ..errors import ParamError, ResponseError, printable
from ..redaction import server_text
from ..timestamps import parse_any
from .checks import mistyped
from .rest_json import error_code, message_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..http import WireResponse

NO_CBOR = (("accept", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor"))
"""The headers of a request without a body: that of an operation without input."""

CBOR = (*NO_CBOR, ("content-type", "application/cbor"))
"""The headers of a request with a CBOR body."""


def cbor_body(members: Mapping[str, Any]) -> bytes:
    """The body that holds ``members``."""
    try:
        return dumps(members)
    except CBORError as error:
        raise ParamError(f"cannot be written as CBOR: {error}") from error


def cbor_object(response: WireResponse) -> dict[str, Any]:
    """The map in a body; an empty body is an empty map.

    Raises:
        ResponseError: the body is something else. The text does not show what it holds.
    """
    if not response.body:
        return {}
    try:
        value = loads(response.body)
    except CBORError as error:
        kind = response.headers.get("content-type", "no content type")
        raise ResponseError(printable(f"the answer is not CBOR: {error} ({kind})", 200)) from error
    if value.__class__ is not dict:
        raise ResponseError(f"the answer is a CBOR {type(value).__name__}, not a map")
    members: dict[str, Any] = value
    return members


def cbor_floating(value: Any, name: str) -> Any:
    """A number, the infinities and NaN among them."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return mistyped(value, name, "float")
    return value


def cbor_decimal(value: Any, name: str) -> Any:
    """A decimal number, exact; a plain number is taken too."""
    from decimal import Decimal

    return value if isinstance(value, Decimal) else cbor_floating(value, name)


def read_cbor_floating(value: Any) -> Any:
    """A floating-point number, which may have been sent as a whole one."""
    if value is None or value.__class__ is float:
        return value
    if value.__class__ is int:
        return float(value)
    raise TypeError(f"expected a number, got {type(value).__name__}")


def read_cbor_decimal(value: Any) -> Any:
    """A decimal number, from any kind of number."""
    from decimal import Decimal

    if value is None or isinstance(value, Decimal):
        return value
    if value.__class__ not in (int, float):
        raise TypeError(f"expected a number, got {type(value).__name__}")
    return Decimal(str(value) if value.__class__ is float else value)


def read_cbor_timestamp(value: Any) -> Any:
    """A datetime, or what stands for one where the service left the tag out."""
    return value if value is None or hasattr(value, "astimezone") else parse_any(value)


def read_cbor_error(response: WireResponse) -> tuple[str, str | None, Mapping[str, Any]]:
    """Code, message and members of an error answer.

    The code is that of ``__type`` without what stands before ``#``. An answer that does not say it goes by its HTTP
    status.
    """
    try:
        members: dict[str, Any] = cbor_object(response)
    except ResponseError:
        members = {}
        said: object = response.body[:1024].decode("utf-8", "replace")
    else:
        said = message_of(members)
    code = members.get("__type")
    return (
        error_code(code) if code else str(response.status),
        server_text(said, 1024 if members else 200) if isinstance(said, str) and said else None,
        members,
    )
