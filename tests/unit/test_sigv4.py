# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4: presigned WebSocket URLs, the pieces, and what must never show."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import pytest

from heliograph import sigv4
from heliograph.credentials.types import Credentials
from heliograph.errors import ParamError

WHEN = datetime(2019, 12, 1, tzinfo=UTC)
KEYS = Credentials("AKIDEXAMPLE", "cAnArY-secret-key", "cAnArY-session-token")

# Known answers. The first four inputs are those of the tests of amazon-kinesis-video-streams-webrtc-sdk-js
# (Apache-2.0); the others were computed with two independent signers. The key id is an example.
ARN = "arn:aws:kinesisvideo:us-west-2:123456789012:channel/testChannel/1234567890"
CHANNEL = urlencode({"X-Amz-ChannelARN": ARN}, quote_via=quote)
VIEWER = f"{CHANNEL}&X-Amz-ClientId=TestClientId"
PARAM = "X-Amz-TestParam=test-param-value"
MASTER_HOST = "wss://m-a1b2c3d4.kinesisvideo.us-west-2.amazonaws.com"
VIEWER_HOST = "wss://v-a1b2c3d4.kinesisvideo.us-west-2.amazonaws.com"
WEBSOCKET_CASES = {
    "token": (
        f"wss://kvs.awsamazon.com?{PARAM}", "FakeSessionToken", "kinesisvideo",
        "fc268038be276315822b4f73eafd28ee3a5632a2a35fdb0a88db9a42b13d6c92",
    ),
    "no token": (
        f"wss://kvs.awsamazon.com?{PARAM}", None, "kinesisvideo",
        "be1e78950d956a8a9a1997417099ddbd7455619f3d08c4ad20e1e272179ca695",
    ),
    "other service": (
        f"wss://kvs.awsamazon.com?{PARAM}", "FakeSessionToken", "firehose",
        "f15308513d21a381d38b7607a0439f25fc2e6c9f5ff56a48c1664b486e6234d5",
    ),
    "path": (
        f"wss://kvs.awsamazon.com/path/path/path?{PARAM}", "FakeSessionToken", "kinesisvideo",
        "0bf3df6ca23d8d82f688e8dbfb90d69e74843d40038541b1721c545eef7612a4",
    ),
    "master": (
        f"{MASTER_HOST}?{CHANNEL}", None, "kinesisvideo",
        "9128ceaffde67b55cffc3d45c017c315729e7b86d22645448514f8732b69a0aa",
    ),
    "viewer": (
        f"{VIEWER_HOST}?{VIEWER}", None, "kinesisvideo",
        "387418ece65d68d354bbf608779cefe419e64163c7cdc5eb4a4d1abbdd2aa5d4",
    ),
    "viewer, token to encode": (
        f"{VIEWER_HOST}?{VIEWER}", "IQoJ+tok/en==", "kinesisvideo",
        "181d1eeaf6e305cbf6a0d64143086a12abc1cdd23991f163eb599a0793779c1c",
    ),
    "host with port": (
        f"wss://localhost:8443?{VIEWER}", None, "kinesisvideo",
        "fb27357af5643011d96817b403596634d59140e75c475549ee875f934d0ceab6",
    ),
}  # fmt: skip


def presign(url: str, **options: object) -> sigv4.Signed:
    arguments: dict[str, object] = {"credentials": KEYS, "service": "kinesisvideo", "expires": 299} | options
    credentials, service = arguments.pop("credentials"), arguments.pop("service")
    return sigv4.sign(
        "GET", url, [], None, credentials, "us-west-2", service, WHEN, where="query", **arguments
    )  # type: ignore[arg-type]  # what the types forbid is what is tested


def sign(
    url: str = "https://example.com/", headers: list[tuple[str, str]] | None = None, body: bytes = b"x",
    method: str = "POST", **options: object,
) -> sigv4.Signed:  # fmt: skip
    return sigv4.sign(method, url, headers or [], body, KEYS, "eu-west-1", "service", WHEN, **options)  # type: ignore[arg-type]  # what the types forbid is what is tested


@pytest.mark.parametrize(
    ("url", "token", "service", "expected"), WEBSOCKET_CASES.values(), ids=list(WEBSOCKET_CASES)
)
def test_presigned_websocket_urls_have_their_known_signatures(
    url: str, token: str | None, service: str, expected: str
) -> None:
    credentials = Credentials("AKIA4F7WJQR7FMMWMNXI", "FakeSecretKey", token)
    signed = presign(url, credentials=credentials, service=service)
    assert signed.signature == expected
    assert signed.url.endswith(f"&X-Amz-Signature={expected}")


def test_a_presigned_url_keeps_what_was_given_and_says_the_rest_in_order() -> None:
    signed = presign(f"wss://kvs.awsamazon.com?{PARAM}", credentials=Credentials("AKID", "secret", "a+b"))
    base, _, query = signed.url.partition("?")
    assert base == "wss://kvs.awsamazon.com/"
    assert query.split("&")[:-1] == [
        PARAM,
        "X-Amz-Algorithm=AWS4-HMAC-SHA256",
        "X-Amz-Credential=AKID%2F20191201%2Fus-west-2%2Fkinesisvideo%2Faws4_request",
        "X-Amz-Date=20191201T000000Z",
        "X-Amz-SignedHeaders=host",
        "X-Amz-Expires=299",
        "X-Amz-Security-Token=a%2Bb",
    ]


@pytest.mark.parametrize("expires", [None, 0, -1, 604_801], ids=str)
def test_an_expiry_out_of_range_is_refused(expires: int | None) -> None:
    with pytest.raises(ParamError, match=r"expires: .*1 to 604800 seconds"):
        presign("https://example.com/", expires=expires)


@pytest.mark.parametrize("expires", [1, 604_800], ids=str)
def test_an_expiry_at_its_limits_is_taken(expires: int) -> None:
    assert f"X-Amz-Expires={expires}&" in presign("https://example.com/", expires=expires).url


def test_a_token_left_out_of_the_signature_is_sent_all_the_same() -> None:
    without_token = Credentials(KEYS.access_key, KEYS.secret_key)
    late = presign("https://example.com/", omit_session_token=True)
    assert late.signature == presign("https://example.com/", credentials=without_token).signature
    assert "&X-Amz-Security-Token=cAnArY-session-token&X-Amz-Signature=" in late.url
    late = sign(omit_session_token=True)
    assert ("X-Amz-Security-Token", "cAnArY-session-token") in late.headers
    assert "x-amz-security-token" not in late.canonical_request


@pytest.mark.parametrize(
    ("url", "host"),
    {
        "https://Example.COM/": "example.com",
        "https://example.com:443/": "example.com",
        "https://example.com:80/": "example.com:80",
        "http://example.com:80/": "example.com",
        "wss://example.com:443": "example.com",
        "ws://example.com:80": "example.com",
        "https://[2001:DB8::1]:8443/": "[2001:db8::1]:8443",
        "https://example.com?a=/b": "example.com",
    }.items(),
)
def test_the_host_is_signed_as_it_is_sent(url: str, host: str) -> None:
    assert f"\nhost:{host}\n" in sign(url).canonical_request


def test_a_host_header_wins_over_the_url() -> None:
    signed = sign("https://127.0.0.1/", [("Host", "example.com")])
    assert "\nhost:example.com\n" in signed.canonical_request


@pytest.mark.parametrize(
    "url",
    ["example.com/", "/path", "https:///path", "", "https://user@example.com/", "https://example.com/#x"],
)
def test_a_url_that_cannot_be_signed_is_refused(url: str) -> None:
    with pytest.raises(ParamError, match="url: the URL to sign must"):
        sign(url)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ParamError, match=r"timestamp: .*aware"):
        sigv4.amz_date(datetime(2019, 12, 1))


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(ParamError, match=r"where: .*'cookie'"):
        sign(where="cookie")


def test_times_are_stated_in_utc() -> None:
    assert (
        sigv4.amz_date(datetime(2019, 12, 1, 1, 2, 3, 999999, timezone(timedelta(hours=2))))
        == "20191130T230203Z"
    )


@pytest.mark.parametrize(
    ("path", "normalize", "double_encode", "expected"),
    [
        ("", True, True, "/"),
        ("", False, False, "/"),
        ("/a//b/./c/../d/", True, True, "/a/b/d/"),
        ("/../../a", True, True, "/a"),
        ("/a/..", True, True, "/"),
        ("/a%20b", True, True, "/a%2520b"),
        ("/a%20b//../c", False, False, "/a%20b//../c"),
        ("/~a-_.~", True, True, "/~a-_.~"),
        ("/a b:c", True, True, "/a%20b%3Ac"),
    ],
)
def test_canonical_path(path: str, normalize: bool, double_encode: bool, expected: str) -> None:
    assert sigv4.canonical_path(path, normalize=normalize, double_encode=double_encode) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    {
        "": "",
        "k": "k=",
        "b=2&a=1": "a=1&b=2",
        "a=2&a=1&a=": "a=&a=1&a=2",
        "a=%2f%7E": "a=%2F~",
        "a=1+1": "a=1%2B1",
        "a=b=c": "a=b%3Dc",
        "&a=1&&": "a=1",
        "A=1&a=1&%41b=2": "A=1&Ab=2&a=1",
        "a=%zz": "a=%25zz",
    }.items(),
)
def test_canonical_query(query: str, expected: str) -> None:
    assert sigv4.canonical_query(query) == expected


def test_canonical_headers() -> None:
    given = [
        ("X-B", "  2  2\t2 "),
        ("X-A", "1"),
        ("x-b", "3"),
        ("User-Agent", "any"),
        ("Connection", "close"),
    ]
    assert sigv4.canonical_headers(given) == [("x-a", "1"), ("x-b", "2 2 2,3")]


CHANGED_ON_THE_WAY = (
    "authorization baggage connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection te"
    " traceparent tracestate trailer transfer-encoding upgrade user-agent x-amzn-trace-id"
).split()


@pytest.mark.parametrize("name", CHANGED_ON_THE_WAY)
def test_headers_that_change_on_the_way_are_sent_and_not_signed(name: str) -> None:
    assert sigv4.canonical_headers([(name.title(), "value")]) == []
    plain, with_header = sign(), sign(headers=[(name.title(), "value")])
    assert with_header.canonical_request == plain.canonical_request
    assert name == "authorization" or (name.title(), "value") in with_header.headers


def test_signing_again_replaces_what_the_first_signature_added() -> None:
    first = sign(headers=[("Content-Type", "text/plain")])
    again = sign(headers=first.headers)
    assert again.headers == first.headers
    assert again.signature == first.signature


def test_the_hash_of_the_body_can_be_stated_and_can_be_given() -> None:
    stated = sign(sign_body=True)
    digest = stated.canonical_request.rpartition("\n")[2]
    assert ("X-Amz-Content-SHA256", digest) in stated.headers
    given = sign(body=b"", headers=[("x-amz-content-sha256", digest)], sign_body=True)
    assert given.signature == stated.signature


def test_a_body_goes_unsigned_over_https_only() -> None:
    header = [("X-Amz-Content-SHA256", sigv4.UNSIGNED_PAYLOAD)]
    for scheme in ("https", "wss"):
        signed = sign(f"{scheme}://example.com/", headers=header)
        assert signed.canonical_request.endswith("\nUNSIGNED-PAYLOAD")
    with pytest.raises(ParamError, match="https only"):
        sign("http://example.com/", headers=header)


def test_text_that_is_no_unicode_is_signed_all_the_same() -> None:
    """An error would show the request, session token included; services refuse the signature instead."""
    lone = "\udcff"
    found = {
        sign(headers=[("x-a", lone)]).signature,
        sigv4.signature(lone, "20191201", "eu-west-1", "service", "text"),
        sigv4.signature("secret", "20191201", "eu-west-1", "service", lone),
    }
    assert {len(each) for each in found} == {64}


def test_no_body_is_the_empty_body() -> None:
    signed = sigv4.sign("GET", "https://example.com/", [], None, KEYS, "eu-west-1", "service", WHEN)
    assert signed.canonical_request.endswith(f"\n{sigv4.EMPTY_HASH}")


@pytest.mark.parametrize("credentials", [KEYS, Credentials("AKID", "secret")], ids=["token", "no token"])
def test_the_quick_path_signs_as_sign_does(credentials: Credentials) -> None:
    headers = [("x-amz-meta", "m"), ("content-type", "application/json")]
    quick = sigv4.authorization_headers(
        "POST", "/a", "b=1", "example.com", headers, b"{}", credentials, "eu-west-1", "service",
        sigv4.amz_date(WHEN),
    )  # fmt: skip
    full = sigv4.sign(
        "POST", "https://example.com/a?b=1", headers, b"{}", credentials, "eu-west-1", "service", WHEN
    )
    assert headers + quick == [(name.lower(), value) for name, value in full.headers]


def test_the_quick_path_signs_for_many_regions_as_sign_does() -> None:
    pytest.importorskip("cryptography", reason="version 4A needs it")
    from heliograph import sigv4a

    quick = sigv4.authorization_headers(
        "GET", "/", "", "example.com", [], b"", KEYS, "eu-west-1,us-*", "service", sigv4.amz_date(WHEN),
        version=sigv4a.VERSION_4A,
    )  # fmt: skip
    full = sigv4a.sign("GET", "https://example.com/", [], b"", KEYS, ["eu-west-1", "us-*"], "service", WHEN)
    again = sigv4a.sign("GET", "https://example.com/", full.headers, b"", KEYS, ["*"], "service", WHEN)

    def but_for_the_signature(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(name.lower(), value.partition("Signature=")[0]) for name, value in headers]

    assert but_for_the_signature(quick) == but_for_the_signature(full.headers)
    assert ("x-amz-region-set", "eu-west-1,us-*") in quick
    assert [value for name, value in again.headers if name == "X-Amz-Region-Set"] == ["*"]


def test_order_and_letter_case_do_not_change_the_signature() -> None:
    one = sign("https://example.com/?a=1&b=2", [("X-A", "1"), ("X-B", "2")])
    other = sign("https://EXAMPLE.com/?b=2&a=1", [("x-b", "2"), ("x-a", "1")])
    assert one.signature == other.signature


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://example.com/x"},
        {"url": "https://example.com/?x"},
        {"url": "https://example.org/"},
        {"headers": [("x-a", "1")]},
        {"body": b"y"},
        {"method": "PUT"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_change_changes_the_signature(change: dict[str, object]) -> None:
    assert sign(**change).signature != sign().signature  # type: ignore[arg-type]  # what the types forbid is what is tested


def test_the_cache_of_keys_is_bounded_and_holds_no_secret() -> None:
    sizes = set()
    for number in range(200):
        sigv4.signature(f"cAnArY-{number}", "20191201", "eu-west-1", "service", "text")
        sizes.add(len(sigv4._states))
    assert max(sizes) == 64
    assert "cAnArY" not in repr(sigv4._states)


@pytest.mark.parametrize("where", ["header", "query"])
def test_a_signed_request_prints_no_secret(where: str) -> None:
    signed = sign("https://example.com/?X-Amz-Security-Token=cAnArY", where=where, expires=1)
    for text in (repr(signed), str(signed), f"{signed}"):
        assert "cAnArY" not in text
        assert signed.signature not in text
        assert "https://example.com/" in text
    assert not hasattr(signed, "__dict__")


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_signed_request_cannot_be_copied(duplicate: object) -> None:
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        duplicate(sign())  # type: ignore[operator]  # the rows hold functions


def test_keys_made_from_other_keys_sign_alike() -> None:
    again = Credentials(KEYS.access_key, KEYS.secret_key, KEYS.token)
    assert (
        presign("https://example.com/", credentials=again).signature
        == presign("https://example.com/").signature
    )
