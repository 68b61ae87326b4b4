# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 beside botocore's: any request, the same signature.

HELIOGRAPH_EXAMPLES sets how many requests of each kind are tried. Each is made from its number, so that one that
differs can be made again: the error names it. (A library that searches for examples takes a hundred times as long to
make them as both sides take to sign.)
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from heliograph import sigv4
from heliograph.credentials.types import Credentials

auth = pytest.importorskip("botocore.auth", reason="botocore is the oracle here, and is not installed")
awsrequest = pytest.importorskip("botocore.awsrequest")
Keys = pytest.importorskip("botocore.credentials").Credentials

EXAMPLES = int(os.environ.get("HELIOGRAPH_EXAMPLES", "500"))
FIRST = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)
UNRESERVED = "-_.~"
BASE64 = "ABCabc012+/="
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789-"
HOSTS = ("example.com", "example.com:8443", "EXAMPLE.com", "[::1]:8443", "example.com:443", "example.com:80")
HEADERS = (
    "Content-Type", "Content-MD5", "X-Amz-Target", "x-amz-meta-a", "X-AMZ-META-B", "Range", "If-Match", "Accept",
    "User-Agent", "Connection", "Expect", "X-Amzn-Trace-Id", "Transfer-Encoding", "Trailer", "TE", "Upgrade",
    "Keep-Alive", "Proxy-Authorization", "Proxy-Authenticate", "Baggage", "TraceParent", "TraceState",
)  # fmt: skip
STREAMED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


class Request(NamedTuple):
    """What is to be signed, by whom, when and for how long."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes
    secret: str
    token: str | None
    region: str
    service: str
    when: datetime
    expires: int


@cache
def letters() -> str:
    """What may stand in a path or a query: letters, digits, marks, symbols and blanks of every script."""
    return "".join(
        each for each in map(chr, range(32, 0x1F700)) if unicodedata.category(each)[0] in "LNPS" or each == "\u00a0"
    )  # fmt: skip


class Maker:
    """Makes requests; the same number and kind give the same one."""

    def __init__(self, kind: str, number: int) -> None:
        self._random = Random(f"{kind} {number}")

    def word(self, alphabet: str, least: int, most: int) -> str:
        return "".join(self._random.choices(alphabet, k=self._random.randint(least, most)))

    def text(self) -> str:
        """A segment, a name or a value: nothing, dots, plain, or of any script."""
        kind = self._random.randrange(10)
        if kind < 2:
            return ("", ".", "..", " ", "%", "%2F", "+", "a=b&c", "~", "*")[self._random.randrange(10)]
        return self.word(LOWER + " +%&=/?#*'\"_.~" if kind < 6 else letters(), 0, 8)

    def several(self, make: Callable[[], Any], most: int = 4) -> list[Any]:
        return [make() for _ in range(self._random.randint(0, most))]

    def header(self) -> tuple[str, str]:
        own = self._random.random() < 0.6
        name = "x-own-" + self.word("abcXYZ01-", 0, 3) if own else self._random.choice(HEADERS)
        return name, self.word("abcXYZ0189 \t,;=\"'/", 0, 20)

    def url(self, presigned: bool) -> str:
        path = "/".join("/" + quote(each, safe=UNRESERVED) for each in self.several(self.text)) or "/"
        names = self.several(self.text)
        if presigned:
            names = [*dict.fromkeys(names)]  # botocore drops a repeated one
        query = "&".join(
            f"{quote(each, safe=UNRESERVED)}={quote(self.text(), safe=UNRESERVED)}" for each in names
        )
        return f"https://{self._random.choice(HOSTS)}{path}" + (f"?{query}" if query else "")

    def request(self, presigned: bool) -> Request:
        random = self._random
        return Request(
            random.choice(["GET", "POST", "PUT", "DELETE", "HEAD"]),
            self.url(presigned),
            self.several(self.header),
            b"" if presigned else random.randbytes(random.randint(0, 50)),  # botocore moves it to the query
            self.word(BASE64 + "é", 1, 40),
            self.word(BASE64, 1, 60) if random.random() < 0.5 else None,
            self.word(LOWER, 1, 15),
            self.word(LOWER, 1, 15),
            FIRST + timedelta(seconds=random.randint(0, 2_000_000_000)),
            random.choice([1, 604_800, random.randint(1, 604_800)]),
        )


def stated(url: str) -> str:
    """What a presigned URL says of its signature."""
    fields = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return str(sorted(field for field in fields if field[0].startswith("X-Amz-")))


def theirs(kind: str, request: Request, context: dict[str, Any]) -> str:
    """How botocore signs the same request at the same moment."""
    presigned = "Query" in kind
    keys = Keys("AKID", request.secret, request.token)
    options = {"expires": request.expires} if presigned else {}
    signer = getattr(auth, kind)(keys, request.service, request.region, **options)
    sent = awsrequest.AWSRequest(method=request.method, url=request.url, data=request.body)
    for name, value in request.headers:
        sent.headers.add_header(name, value)
    sent.context.update(context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda: request.when.replace(tzinfo=None))
        signer.add_auth(sent)
    return stated(sent.url) if presigned else str(sent.headers["Authorization"])


def ours(request: Request, where: Any, options: dict[str, Any]) -> str:
    """How :func:`sign` signs it."""
    keys = Credentials("AKID", request.secret, request.token)
    signed = sigv4.sign(
        request.method, request.url, request.headers, request.body, keys, request.region, request.service, request.when,
        where=where, expires=request.expires, **options,
    )  # fmt: skip
    return stated(signed.url) if where == "query" else signed.headers[-1][1]


def of_a_call(request: Request) -> str:
    """How a generated client's request is signed, which brings its parts in canonical form."""
    parts = urlsplit(request.url)
    kept = [header for header in request.headers if header[0].lower() not in sigv4._SET_HERE]
    host = parts.netloc.lower().removesuffix(":443")
    *_, (_, value) = sigv4.authorization_headers(
        request.method, sigv4.canonical_path(parts.path), sigv4.canonical_query(parts.query), host,
        sigv4.canonical_headers(kept), request.body, Credentials("AKID", request.secret, request.token),
        request.region, request.service, sigv4.amz_date(request.when),
    )  # fmt: skip
    return value


def requests(kind: str, presigned: bool = False) -> Iterator[tuple[int, Request]]:
    """As many as were asked for, with their numbers."""
    for number in range(EXAMPLES):
        yield number, Maker(kind, number).request(presigned)


UNSIGNED = {"payload_signing_enabled": False}
TRAILER = {
    "checksum": {"request_algorithm": {"in": "trailer", "algorithm": "crc32", "name": "x-amz-checksum-crc32"}}
}
S3 = {"normalize_path": False, "double_encode": False}
KINDS: dict[str, tuple[str, dict[str, Any], str, dict[str, Any], list[tuple[str, str]]]] = {
    "headers": ("SigV4Auth", {}, "header", {}, []),
    "headers, payload unsigned": (
        "SigV4Auth",
        UNSIGNED,
        "header",
        {"sign_payload": False, "sign_body": True},
        [],
    ),
    "query": ("SigV4QueryAuth", {}, "query", {}, []),
    "S3 headers": ("S3SigV4Auth", {}, "header", {**S3, "sign_body": True}, []),
    "S3 headers, trailer": ("S3SigV4Auth", TRAILER, "header", S3, [("X-Amz-Content-SHA256", STREAMED)]),
    "S3 query": ("S3SigV4QueryAuth", {}, "query", {**S3, "sign_payload": False}, []),
}
"""By name: botocore's signer and its context; where we sign, with which options, and headers we are given besides."""


@pytest.mark.parametrize("name", KINDS)
def test_any_request_gets_the_signature_botocore_gives_it(name: str) -> None:
    kind, context, where, options, stated = KINDS[name]
    for number, request in requests(name, where == "query"):
        given = request._replace(headers=request.headers + stated)
        assert ours(given, where, options) == theirs(kind, request, context), f"{name} {number}: {request}"


def test_any_call_gets_the_signature_botocore_gives_it() -> None:
    for number, request in requests("call"):
        assert of_a_call(request) == theirs("SigV4Auth", request, {}), f"call {number}: {request}"
