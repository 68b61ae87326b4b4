# SPDX-License-Identifier: Apache-2.0
"""Requests in parts, and where two of them, or two results, differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx

from heliograph_codegen.ir import Protocol
from proof.bodies import read_body
from proof.cases import split_query

MEDIA: Mapping[Protocol, str] = {
    Protocol.JSON: "application/json",
    Protocol.REST_JSON: "application/json",
    Protocol.REST_XML: "application/xml",
    Protocol.QUERY: "application/x-www-form-urlencoded",
    Protocol.EC2: "application/x-www-form-urlencoded",
    Protocol.CBOR: "application/cbor",
}
_AROUND = frozenset(
    "accept accept-encoding amz-sdk-invocation-id amz-sdk-request authorization connection content-length content-md5 "
    "host transfer-encoding user-agent x-amz-content-sha256 x-amz-date x-amz-region-set x-amz-security-token "
    "x-amz-te".split()
)
"""Headers that are made outside of a serializer: they are not compared."""


def compared(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are compared, a media type without its parameters."""
    return {
        name: value.partition(";")[0] if name == "content-type" else value.strip()
        for name, value in headers.items()
        if name not in _AROUND and not name.startswith("x-amz-checksum-")
    }


@dataclass(frozen=True, kw_only=True)
class Normal:
    """A request in parts."""

    method: str
    prefix: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: Any


def normal_query(query: str) -> dict[str, list[str]]:
    """Values by key; the order of keys says nothing."""
    found: dict[str, list[str]] = {}
    for key, value in split_query(query):
        found.setdefault(unquote(key), []).append(unquote(value))
    return found


def of_ours(sent: httpx.Request, media: str, host: str) -> Normal:
    """Our request."""
    target: bytes = sent.extensions.get("target", sent.url.raw_path)
    path, _, query = target.decode().partition("?")
    return Normal(
        method=sent.method,
        prefix=sent.headers["host"].removesuffix(host),
        path=path,
        query=normal_query(query),
        headers=compared(sent.headers),
        body=read_body(media, sent.content),
    )


def differences(ours: Any, theirs: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two trees differ: the place, with indexes left out, and both sides there."""
    if isinstance(ours, Normal):
        for name in ours.__dataclass_fields__:
            yield from differences(getattr(ours, name), getattr(theirs, name), name)
    elif isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in sorted({*ours, *theirs}, key=str):
            yield from differences(ours.get(key, ABSENT), theirs.get(key, ABSENT), f"{place}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for mine, other in zip(ours, theirs, strict=True):
            yield from differences(mine, other, f"{place}[]")
    elif ours != theirs:
        yield place, ours, theirs


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()
