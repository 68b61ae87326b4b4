# SPDX-License-Identifier: Apache-2.0
"""Amazon S3: what its model does not say of keys, secrets and errors."""

from __future__ import annotations

from binascii import b2a_base64
from urllib.parse import quote, unquote_plus

from ..errors import ParamError, ResponseError
from ..http import WireResponse
from ..timestamps import parse
from ..wire.xml import xml_body, xml_value
from . import Customisation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..http import Request


# Keys in lists. XML 1.0 has no form for some characters that a key may have, so lists are asked for with keys
# percent-encoded, unless the caller says how they are to be.

_KEYS = ("delimiter", "key_marker", "marker", "next_key_marker", "next_marker", "prefix", "start_after")
_LISTS = (
    ("common_prefixes", "prefix"),
    ("contents", "key"),
    ("delete_markers", "key"),
    ("versions", "key"),
)


def _ask_for_encoded_keys(members: Mapping[str, Any]) -> Mapping[str, Any]:
    return members if members.get("EncodingType") is not None else {**members, "EncodingType": "url"}


def _decode_keys(output: Any, members: Mapping[str, Any]) -> None:
    if members.get("EncodingType") is not None or output.encoding_type != "url":
        return
    for name in _KEYS:
        _decode(output, name)
    for list_name, name in _LISTS:
        for entry in getattr(output, list_name, ()):
            _decode(entry, name)


def _decode(holder: Any, name: str) -> None:
    value = getattr(holder, name, None)
    if value is not None:
        setattr(holder, name, unquote_plus(value))


s3_encoded_keys = Customisation("s3-encoded-keys", members=_ask_for_encoded_keys, output=_decode_keys)


# Paths. The endpoint places the bucket: in the host, or as the path, which then is whole.


def _without_slash(request: Request) -> Request:
    request.path = ""
    return request


s3_bare_bucket = Customisation("s3-bare-bucket", request=_without_slash)
"""A call of a bucket itself adds nothing to the path of its endpoint."""


# Copies


def _write_copy_source(members: Mapping[str, Any]) -> Mapping[str, Any]:
    source = members.get("CopySource")
    if source is None:
        return members
    if hasattr(source, "get"):
        names = ("Bucket", "Key", "VersionId")
        if not {"Bucket", "Key"} <= {*source} <= {*names}:
            raise ParamError("a mapping has Bucket, Key and, where it is wanted, VersionId", "CopySource")
        bucket, key, version = map(source.get, names)
        joint = "/object/" if bucket.startswith("arn:") else "/"
        source = f"{bucket}{joint}{key}"
    else:
        source, _, version = source.partition("?versionId=")
    text = quote(source, safe="/~")
    return {**members, "CopySource": f"{text}?versionId={version}" if version else text}


s3_copy_source = Customisation("s3-copy-source", members=_write_copy_source)
"""``CopySource`` as text or as a mapping of ``Bucket``, ``Key`` and ``VersionId``; it is percent-encoded here."""


# Keys of the customer's own


def _write_customer_key(members: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    key = members.get(name)
    if key is None or members.get(f"{name}MD5") is not None:
        return members
    from hashlib import md5

    raw = key.encode() if isinstance(key, str) else bytes(key)
    digest = md5(raw, usedforsecurity=False).digest()
    return {**members, name: _base64(raw), f"{name}MD5": _base64(digest)}


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()


s3_customer_key = Customisation(
    "s3-customer-key", members=lambda members: _write_customer_key(members, "SSECustomerKey")
)
"""A key of 32 bytes goes as base64, with its MD5; where the MD5 is given, the key is sent as it stands."""

s3_copy_source_customer_key = Customisation(
    "s3-copy-source-customer-key",
    members=lambda members: _write_customer_key(members, "CopySourceSSECustomerKey"),
)


# Headers


def _refuse_text_beyond_ascii(members: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata: Any = members.get("Metadata")
    if not hasattr(metadata, "items"):
        return members
    for key, value in metadata.items():
        if not (isinstance(key, str) and isinstance(value, str) and key.isascii() and value.isascii()):
            raise ParamError("metadata of S3 is ASCII text; encode the rest", f"Metadata[{key!r}]")
    return members


s3_ascii_metadata = Customisation("s3-ascii-metadata", members=_refuse_text_beyond_ascii)


def _without_odd_expires(response: WireResponse) -> WireResponse:
    expires = response.headers.get("expires")
    if expires is None:
        return response
    try:
        parse(expires, "http-date")
    except ValueError:
        headers = {name: value for name, value in response.headers.items() if name != "expires"}
        return WireResponse(response.status, headers, response.body, response.stream)
    return response


s3_expires = Customisation("s3-expires", response=_without_odd_expires)
"""``Expires`` is whatever text somebody once stored; what is no date is left out of the output."""


# Answers


def _error_in_disguise(response: WireResponse) -> WireResponse:
    if response.status != 200 or b"<Error" not in response.body[:256]:
        return response
    return WireResponse(500, response.headers, response.body)


s3_error_in_success = Customisation("s3-error-in-success", response=_error_in_disguise)
"""Long operations answer 200 before they are done; what comes then may be an error, which is tried again as one."""


def _wrapped_location(response: WireResponse) -> WireResponse:
    if response.status != 200:
        return response
    try:
        location = xml_value(response)
    except ResponseError:
        return response  # its reader says what is wrong
    if not isinstance(location, str):
        return response
    body = xml_body("Location", {"LocationConstraint": location} if location else {})
    return WireResponse(response.status, response.headers, body)


s3_bucket_location = Customisation("s3-bucket-location", response=_wrapped_location)
"""The root element of this one answer is the member itself."""
