# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 beside botocore's: any request, the same signature.

HELIOGRAPH_EXAMPLES sets how many requests are tried.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph import sigv4
from heliograph.credentials.types import Credentials

auth = pytest.importorskip("botocore.auth", reason="botocore is the oracle here, and is not installed")
awsrequest = pytest.importorskip("botocore.awsrequest")
Keys = pytest.importorskip("botocore.credentials").Credentials

WHEN = datetime(2026, 11, 22, 10, 20, 30, tzinfo=UTC)

text = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
segments = st.lists(st.one_of(text, st.sampled_from(["", ".", ".."])), max_size=4)
names = st.text("abcdefghijklmnopqrstuvwxyzABCDEFG0123456789-", min_size=1, max_size=10)
header_names = names.map(lambda name: "x-own-" + name)
header_values = st.text("abcXYZ0189 \t,;=\"'/", max_size=20)
words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=15)
tokens = st.none() | st.text("ABCabc012+/=", min_size=1, max_size=40)


def encoded(value: str) -> str:
    return quote(value, safe="-_.~")


@st.composite
def requests(draw: st.DrawFn, presigned: bool) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """A request botocore can sign: presigning, it would move a body and drop a repeated query name."""
    path = "/" + "/".join(encoded(segment) for segment in draw(segments))
    unique = (lambda pair: pair[0]) if presigned else None
    pairs = draw(st.lists(st.tuples(text, text), max_size=4, unique_by=unique))
    query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
    host = draw(st.sampled_from(["example.com", "example.com:8443", "EXAMPLE.com", "[::1]:8443"]))
    headers = draw(st.lists(st.tuples(header_names, header_values), max_size=4, unique_by=lower_name))
    method = draw(st.sampled_from(["GET", "POST", "PUT", "DELETE"]))
    return (
        method,
        f"https://{host}{path}?{query}",
        headers,
        b"" if presigned else draw(st.binary(max_size=50)),
    )


def lower_name(header: tuple[str, str]) -> str:
    return header[0].lower()


def oracle(
    kind: str, request: tuple[str, str, list[tuple[str, str]], bytes], keys: tuple[str, str, str | None],
    region: str, service: str,
) -> str:  # fmt: skip
    """The signature botocore gives the same request at the same moment."""
    method, url, headers, body = request
    signer = getattr(auth, kind)(Keys(*keys), service, region)
    sent = awsrequest.AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda *_, **__: WHEN.replace(tzinfo=None), raising=True)
        signer.add_auth(sent)
    if kind in ("SigV4Auth", "S3SigV4Auth"):
        return sent.headers["Authorization"].rpartition("=")[2]
    return dict(parse_qsl(urlsplit(sent.url).query))["X-Amz-Signature"]


S3 = {"normalize_path": False, "double_encode": False}


@pytest.mark.parametrize(
    ("where", "kind", "options"),
    [
        ("header", "SigV4Auth", {}),
        ("query", "SigV4QueryAuth", {}),
        ("header", "S3SigV4Auth", {**S3, "sign_body": True}),
        ("query", "S3SigV4QueryAuth", {**S3, "sign_payload": False}),
    ],
)
def test_any_request_gets_the_signature_botocore_gives_it(
    where: str, kind: str, options: dict[str, bool]
) -> None:
    @settings(max_examples=int(os.environ.get("HELIOGRAPH_EXAMPLES", "150")), deadline=None)
    @given(
        request=requests(presigned=where == "query"), secret=words, token=tokens, region=words, service=words
    )
    def same(
        request: tuple[str, str, list[tuple[str, str]], bytes],
        secret: str,
        token: str | None,
        region: str,
        service: str,
    ) -> None:
        signed = sigv4.sign(
            *request, Credentials("AKID", secret, token), region, service, WHEN, where=where, expires=3600, **options  # type: ignore[arg-type]  # what the types forbid is what is tested
        )  # fmt: skip
        assert signed.signature == oracle(kind, request, ("AKID", secret, token), region, service)

    same()
