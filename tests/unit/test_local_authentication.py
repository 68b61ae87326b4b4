# SPDX-License-Identifier: Apache-2.0
"""The local service tells well-signed requests from all others, and says what is wrong with those."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from heliograph.sigv4 import (
    canonical_request,
    credential_scope,
    sign,
    signature,
    string_to_sign,
)
from heliograph_local import LocalCredentials, ServiceFault
from heliograph_local.authentication import Verifier
from heliograph_local.request import Request

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
REGION = "eu-west-1"
KEYS = LocalCredentials("AKIDTEST", "cAnArY-secret")
TEMPORARY = LocalCredentials("ASIATEST", "cAnArY-secret", "cAnArY+token/==")
PATH = "/v1/get-ice-server-config"
BODY = b'{"ChannelARN":"x"}'
HOST = ("Host", "127.0.0.1:4000")


def signed(
    *,
    path: str = PATH,
    body: bytes = BODY,
    credentials: LocalCredentials = KEYS,
    region: str = REGION,
    service: str = "kinesisvideo",
    at: datetime = NOW,
    where: str = "header",
    expires: int | None = None,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),),
    late_token: bool = False,
) -> Request:
    url = "http://127.0.0.1:4000" + path
    result = sign(
        "POST", url, headers, body, credentials, region, service, at,
        where=where, expires=expires, omit_session_token=late_token,
    )  # fmt: skip
    target = result.url.removeprefix("http://127.0.0.1:4000")
    return Request("POST", target, (HOST, *result.headers), body)


def signed_over(names: str, headers: tuple[tuple[str, str], ...]) -> Request:
    """Signed as some SDKs do it: over a list of headers of their own choice, out of those sent."""
    headers = (HOST, ("X-Amz-Date", "20261122T120000Z"), *headers)
    sent = {name.lower(): value for name, value in headers}
    covered = [(name, sent[name]) for name in names.split(";")]
    scope = credential_scope("20261122T120000Z", REGION, "kinesisvideo")
    text, _ = canonical_request("POST", PATH, "", covered, sha256(BODY).hexdigest())
    to_sign = string_to_sign("20261122T120000Z", scope, text)
    digest = signature(KEYS.secret_key, "20261122", REGION, "kinesisvideo", to_sign)
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={KEYS.access_key}/{scope},SignedHeaders={names},Signature={digest}"
    )
    return Request("POST", PATH, (*headers, ("Authorization", authorization)), BODY)


def changed(request: Request, **changes: object) -> Request:
    fields = {name: getattr(request, name) for name in ("method", "target", "headers", "body")}
    return Request(**(fields | changes))


def with_header(request: Request, name: str, value: str | None) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return changed(request, headers=kept if value is None else (*kept, (name, value)))


def authorization(request: Request) -> str:
    return request.values("authorization")[0]


def refusal(request: Request, credentials: LocalCredentials = KEYS, now: datetime = NOW) -> ServiceFault:
    with pytest.raises(ServiceFault) as caught:
        Verifier(credentials, REGION).check(request, now)
    assert caught.value.status == 403
    return caught.value


@pytest.mark.parametrize(
    ("request_", "credentials"),
    [
        pytest.param(signed(), KEYS, id="headers"),
        pytest.param(signed(where="query", expires=60), KEYS, id="query"),
        pytest.param(signed(credentials=TEMPORARY), TEMPORARY, id="headers with a token"),
        pytest.param(signed(credentials=TEMPORARY, late_token=True), TEMPORARY, id="token not signed"),
        pytest.param(
            signed(credentials=TEMPORARY, where="query", expires=60), TEMPORARY, id="query with a token"
        ),
        pytest.param(signed(body=b""), KEYS, id="empty body"),
        pytest.param(
            signed(path="/a%20b//c/../%C3%A9?z=1&a=%2f&a=+&flag&%61=0"),
            KEYS,
            id="path and query to normalize",
        ),
        pytest.param(
            signed(headers=(("X-Custom", " a   b "), ("X-Custom", "c"))), KEYS, id="repeated header, blanks"
        ),
        pytest.param(signed(at=NOW - timedelta(minutes=5)), KEYS, id="five minutes late"),
        pytest.param(signed(at=NOW + timedelta(minutes=5)), KEYS, id="five minutes early"),
        pytest.param(
            signed_over(
                "host;user-agent;x-amz-date",
                (("user-agent", "AWS-SDK-KVS/1"), ("content-type", "text/plain")),
            ),
            KEYS,
            id="user agent signed, content type not",
        ),
        pytest.param(
            signed_over("host;x-amz-date", (("X-Amz-Target", "x"),)), KEYS, id="an x-amz header not signed"
        ),
    ],
)
def test_what_is_well_signed_passes(request_: Request, credentials: LocalCredentials) -> None:
    Verifier(credentials, REGION).check(request_, NOW)


@pytest.mark.parametrize(
    ("request_", "code", "text"),
    [
        pytest.param(
            changed(signed(), headers=(HOST,)),
            "MissingAuthenticationTokenException",
            "not signed",
            id="unsigned",
        ),
        pytest.param(
            signed(credentials=LocalCredentials("AKIDOTHER", "cAnArY-secret")),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
            id="unknown access key",
        ),
        pytest.param(
            signed(credentials=LocalCredentials("AKIDTEST", "cAnArY-secret", "cAnArY-token")),
            "UnrecognizedClientException",
            "The security token",
            id="a token with a lasting key",
        ),
        pytest.param(
            signed(credentials=LocalCredentials("AKIDTEST", "cAnArY-other")),
            "InvalidSignatureException",
            "secret key",
            id="wrong secret",
        ),
        pytest.param(signed(region="us-east-1"), "InvalidSignatureException", "us-east-1", id="wrong region"),
        pytest.param(signed(service="s3"), "InvalidSignatureException", "/s3/", id="wrong service"),
        pytest.param(
            signed(at=NOW - timedelta(minutes=5, seconds=1)),
            "InvalidSignatureException",
            "Signature expired: ",
            id="too old",
        ),
        pytest.param(
            signed(at=NOW + timedelta(minutes=5, seconds=1)),
            "InvalidSignatureException",
            "Signature not yet current: ",
            id="of the future",
        ),
        pytest.param(
            signed(where="query", expires=60, at=NOW - timedelta(seconds=61)),
            "InvalidSignatureException",
            "Signature expired: ",
            id="presigned, expired",
        ),
        pytest.param(
            signed(where="query", expires=60, at=NOW + timedelta(minutes=6)),
            "InvalidSignatureException",
            "Signature not yet current: ",
            id="presigned, of the future",
        ),
        pytest.param(
            changed(signed(), body=BODY + b" "), "InvalidSignatureException", "secret key", id="body"
        ),
        pytest.param(changed(signed(), method="PUT"), "InvalidSignatureException", "secret key", id="method"),
        pytest.param(changed(signed(), target="/v1/x"), "InvalidSignatureException", "secret key", id="path"),
        pytest.param(
            changed(signed(), target=PATH + "?a"), "InvalidSignatureException", "secret key", id="query added"
        ),
        pytest.param(
            with_header(signed(), "Content-Type", "text/plain"),
            "InvalidSignatureException",
            "secret key",
            id="signed header changed",
        ),
        pytest.param(
            with_header(signed(), "Content-Type", None),
            "InvalidSignatureException",
            "lacks",
            id="signed header gone",
        ),
        pytest.param(
            with_header(signed(), "Content-Type", "\udcff"),
            "InvalidSignatureException",
            "secret key",
            id="header outside of UTF-8",
        ),
    ],
)
def test_what_is_not_well_signed_is_refused(request_: Request, code: str, text: str) -> None:
    fault = refusal(request_)
    assert fault.code == code
    assert text in fault.message
    assert "cAnArY" not in fault.message


def test_a_presigned_token_must_be_signed() -> None:
    late = signed(credentials=TEMPORARY, where="query", expires=60, late_token=True)
    assert refusal(late, TEMPORARY).code == "InvalidSignatureException"


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(signed(), id="lasting keys"),
        pytest.param(
            with_header(signed(credentials=TEMPORARY), "X-Amz-Security-Token", "cAnArY-other"),
            id="another token",
        ),
    ],
)
def test_temporary_keys_need_their_own_token(request_: Request) -> None:
    assert refusal(request_, TEMPORARY).code == "UnrecognizedClientException"


def damaged(old: str, new: str, where: str = "header") -> Request:
    if where == "header":
        request = signed()
        assert old in authorization(request)
        return with_header(request, "Authorization", authorization(request).replace(old, new))
    request = signed(where="query", expires=60)
    assert old in request.target
    return changed(request, target=request.target.replace(old, new))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(damaged("AWS4-HMAC-SHA256 ", "Bearer "), id="another scheme"),
        pytest.param(damaged("Credential=", "Credentials="), id="no credential"),
        pytest.param(damaged("AKIDTEST/", ""), id="credential of four parts"),
        pytest.param(damaged("SignedHeaders=", "Headers="), id="no list of headers"),
        pytest.param(damaged("Signature=", "Sign="), id="no signature"),
        pytest.param(damaged("Credential=", "Signature=0,Credential="), id="a field twice"),
        pytest.param(damaged("content-type;host", "host;content-type"), id="list not sorted"),
        pytest.param(damaged("content-type;host", "Content-Type;host"), id="list not lower-case"),
        pytest.param(damaged("content-type;host", "host;host"), id="list with a name twice"),
        pytest.param(damaged("host;", ""), id="host not signed"),
        pytest.param(damaged(";x-amz-date", ""), id="date not signed"),
        pytest.param(with_header(signed(), "X-Amz-Date", None), id="no date"),
        pytest.param(with_header(signed(), "X-Amz-Date", "20261322T120000Z"), id="month 13"),
        pytest.param(with_header(signed(), "X-Amz-Date", "Sun, 22 Nov 2026 12:00:00 GMT"), id="HTTP date"),
        pytest.param(
            changed(signed(), headers=(*signed().headers, ("X-Amz-Date", "20261122T120000Z"))),
            id="date twice",
        ),
        pytest.param(
            changed(signed(), headers=(*signed().headers, ("authorization", "x"))), id="authorization twice"
        ),
        pytest.param(damaged("AWS4-HMAC-SHA256", "AWS4", "query"), id="presigned, another algorithm"),
        pytest.param(damaged("X-Amz-Expires=60", "", "query"), id="presigned, no expiry"),
        pytest.param(damaged("X-Amz-Expires=60", "X-Amz-Expires=0", "query"), id="presigned, expiry 0"),
        pytest.param(
            damaged("X-Amz-Expires=60", "X-Amz-Expires=604801", "query"), id="presigned, expiry 604801"
        ),
        pytest.param(damaged("X-Amz-Expires=60", "X-Amz-Expires=1e2", "query"), id="presigned, expiry 1e2"),
        pytest.param(damaged("X-Amz-Date", "X-Amz-Day", "query"), id="presigned, no date"),
        pytest.param(damaged("X-Amz-Signature", "X-Amz-Sign", "query"), id="presigned, no signature"),
        pytest.param(damaged("%3Bhost", "", "query"), id="presigned, host not signed"),
        pytest.param(
            damaged("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=9", "query"), id="presigned, twice"
        ),
    ],
)
def test_an_unreadable_signature_is_incomplete(request_: Request) -> None:
    assert refusal(request_).code == "IncompleteSignatureException"


def test_every_character_of_the_signature_counts() -> None:
    request = signed()
    start = authorization(request).index("Signature=") + len("Signature=")
    for at in range(start, start + 64):
        value = authorization(request)
        flipped = value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :]
        assert refusal(with_header(request, "Authorization", flipped)).code == "InvalidSignatureException"


def test_keys_print_without_secrets() -> None:
    assert "cAnArY" not in repr(TEMPORARY)
    assert "cAnArY" not in repr(signed(credentials=TEMPORARY))
