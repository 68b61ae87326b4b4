# SPDX-License-Identifier: Apache-2.0
"""Services with one or two customisations each."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from urllib.parse import unquote

from ..http import Request, WireResponse
from . import Customisation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


# Amazon Route 53 gives ids with the path of their kind in front, and takes them without.

_ID_MEMBERS = ("DelegationSetId", "HostedZoneId", "Id")
_ID_PREFIXES = ("/hostedzone/", "/change/", "/delegationset/")


def _bare_ids(members: Mapping[str, Any]) -> Mapping[str, Any]:
    changed = {
        name: value.removeprefix(prefix)
        for name in _ID_MEMBERS
        for prefix in _ID_PREFIXES
        if isinstance(value := members.get(name), str) and value.startswith(prefix)
    }
    return {**members, **changed} if changed else members


route53_ids = Customisation("route53-ids", members=_bare_ids)


# Amazon S3 Glacier: whose vaults they are, and hashes of what is uploaded.


def _own_account(members: Mapping[str, Any]) -> Mapping[str, Any]:
    return members if members.get("accountId") is not None else {**members, "accountId": "-"}


glacier_account = Customisation("glacier-account", members=_own_account)
"""``-`` stands for the account of the credentials."""

_MEBIBYTE = 1 << 20


def _with_hashes(request: Request) -> Request:
    from hashlib import sha256

    given = {name for name, _ in request.headers}
    whole, leaves = sha256(), list[bytes]()
    for piece in _pieces(request.body):
        whole.update(piece)
        leaves.append(sha256(piece).digest())
    hashes = (
        ("x-amz-content-sha256", whole.hexdigest()),
        ("x-amz-sha256-tree-hash", _tree_hash(leaves or [sha256().digest()])),
    )
    headers = [*request.headers, *(each for each in hashes if each[0] not in given)]
    return Request(request.method, request.path, query=request.query, headers=headers, body=request.body)


def _pieces(body: Any) -> Any:
    """A body in pieces of a mebibyte; a file stands afterwards where it stood before."""
    if isinstance(body, bytes):
        yield from (body[start : start + _MEBIBYTE] for start in range(0, len(body), _MEBIBYTE))
        return
    start = body.tell()
    while piece := body.read(_MEBIBYTE):
        yield piece
    body.seek(start)


def _tree_hash(level: list[bytes]) -> str:
    from hashlib import sha256

    while len(level) > 1:
        pairs = [level[start : start + 2] for start in range(0, len(level), 2)]
        level = [sha256(b"".join(pair)).digest() if len(pair) > 1 else pair[0] for pair in pairs]
    return level[0].hex()


glacier_hashes = Customisation("glacier-hashes", request=_with_hashes)
"""SHA-256 of the body, and the tree of those of its mebibytes ("Computing Checksums" of its developer guide)."""


# User data of Amazon EC2 and Auto Scaling goes as base64, console output comes as such.


def _encode_user_data(members: Mapping[str, Any]) -> Mapping[str, Any]:
    data = members.get("UserData")
    if data is None:
        return members
    raw = data.encode() if isinstance(data, str) else data
    return {**members, "UserData": b2a_base64(raw, newline=False).decode()}


user_data = Customisation("user-data", members=_encode_user_data)


def _decode_console(output: Any, members: Mapping[str, Any]) -> None:
    if output.output is not None:
        try:
            output.output = a2b_base64(output.output).decode("utf-8", "replace")
        except (Base64Error, ValueError):
            pass  # it stays as it came


console_output = Customisation("console-output", output=_decode_console)


# AWS IAM percent-encodes the JSON of policies that it gives.

_POLICIES = frozenset({"assume_role_policy_document", "document", "policy_document"})


def _decode_policies(output: Any, members: Mapping[str, Any]) -> None:
    waiting = [output]
    for holder in waiting:
        for own, *_ in holder.MEMBERS:
            items: Any = getattr(holder, own, None)
            value = items
            if own in _POLICIES and isinstance(value, str):
                setattr(holder, own, unquote(value))
            elif hasattr(value, "MEMBERS"):
                waiting.append(value)
            elif isinstance(value, list):
                waiting += [each for each in items if hasattr(each, "MEMBERS")]


iam_policies = Customisation("iam-policies", output=_decode_policies)


# Amazon CloudSearch: long searches do not fit into a URL.


def _as_form(request: Request) -> Request:
    headers = [*request.headers, ("content-type", "application/x-www-form-urlencoded")]
    return Request("POST", request.path, headers=headers, body=request.query.encode("ascii"))


search_as_form = Customisation("search-as-form", request=_as_form)


# IAM Identity Center OIDC answers with errors of OAuth 2.0 (RFC 6749, section 5.2), which names things in its own way.


def _as_service_error(response: WireResponse) -> WireResponse:
    if response.status < 400:
        return response
    from json import dumps, loads

    try:
        said = loads(response.body)
    except (ValueError, RecursionError):
        return response
    fields: Any = said
    if not isinstance(said, dict) or not isinstance(code := fields.get("error"), str):
        return response
    name = "".join(word.capitalize() for word in code.split("_")) + "Exception"
    headers = {"x-amzn-errortype": name, **response.headers} if name.isidentifier() else response.headers
    body = dumps({"message": fields.get("error_description"), **fields}).encode("ascii")
    return WireResponse(response.status, headers, body)


oauth_errors = Customisation("oauth-errors", response=_as_service_error)


# Amazon DynamoDB answers with a CRC-32 of the body.


def _checked(response: WireResponse) -> WireResponse:
    from zlib import crc32

    expected = response.headers.get("x-amz-crc32")
    if expected is None or not expected.isdigit() or int(expected[:20]) == crc32(response.body):
        return response
    return WireResponse(
        500, response.headers, b'{"message": "the body does not have the checksum it came with"}'
    )


dynamodb_checksum = Customisation("dynamodb-checksum", response=_checked)
"""A body that was damaged on its way counts as an error of the server, and is asked for again."""
