# SPDX-License-Identifier: Apache-2.0
"""Keys of a login session."""

from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest

from heliograph.credentials import (
    Context,
    Credentials,
    Login,
)
from heliograph.errors import (
    CredentialsError,
)
from proof.sources import (
    CANARY,
    HOME,
    NOW,
    SIGNED_IN,
    Server,
    fetch,
    login_file,
    login_key,
    stamp,
)


@pytest.mark.parametrize(("passed", "asks"), [(-1, False), (0, True), (600, True)])
def test_keys_of_a_login_are_renewed_in_their_last_five_minutes_and_kept(passed: int, asks: bool) -> None:
    files, server, now = login_file(login_key()), Server((200, SIGNED_IN)), NOW + timedelta(seconds=passed)
    (path,) = files
    found = fetch(Login("session"), server, files=files, now=now)
    assert len(server.sent) == asks
    if not asks:
        assert found == Credentials("OLD", "s", "t", "1", NOW + timedelta(seconds=300))
        return
    ends = now + timedelta(seconds=900)
    assert found == Credentials("NEW", "s", "t", "1", ends)
    assert json.loads(bytes(server.sent[0].body)) == {
        "clientId": "client",
        "refreshToken": f"{CANARY}-refresh",
        "grantType": "refresh_token",
    }
    assert server.header("authorization") is None
    kept = json.loads(files[path])
    assert kept["accessToken"] == {
        "accessKeyId": "NEW",
        "secretAccessKey": "s",
        "sessionToken": "t",
        "accountId": "1",
        "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert (kept["refreshToken"], kept["clientId"]) == (f"{CANARY}-next", "client")


@pytest.mark.parametrize("lacking", ["accessToken", "refreshToken", "dpopKey", "clientId"])
@pytest.mark.parametrize("place", ["", "profile p"])
def test_what_a_login_lacks_is_named(lacking: str, place: str) -> None:
    files = login_file("key")
    ((path, text),) = files.items()
    files = {path: json.dumps({name: value for name, value in json.loads(text).items() if name != lacking})}
    called = f"{place}, login session" if place else "login session"
    with pytest.raises(CredentialsError, match=f"^{called}: .* lacks {lacking}; run: aws login$"):
        fetch(Login("session", place=place), files=files)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"accessToken": "text"}, "lacks accessToken; run: aws login"),
        ({"accessToken": {}}, "^login session gave no accessKeyId"),
        ({"dpopKey": ""}, "^login session gave no dpopKey"),
        ({"clientId": 1}, "^login session gave no clientId"),
        ({"refreshToken": None}, "^login session gave no refreshToken"),
    ],
)
def test_a_login_that_holds_something_else_is_named(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(CredentialsError, match=says):
        fetch(Login("session"), files=login_file(login_key(), **changes))


@pytest.mark.parametrize("name", ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"])
def test_keys_of_a_login_are_whole(name: str) -> None:
    token = {"accessKeyId": "A", "secretAccessKey": "s", "sessionToken": "t", "accountId": "1"}
    token |= {"expiresAt": stamp(900)}
    del token[name]
    with pytest.raises(CredentialsError, match=f"login session gave no {name}"):
        fetch(Login("session"), files=login_file("key", accessToken=token))


def test_a_login_without_a_region_of_its_own_is_renewed_in_that_of_the_settings() -> None:
    server = Server((200, SIGNED_IN))
    fetch(Login("session"), server, files=login_file(login_key(), signInRegion=None))
    assert server.sent[0].host == "eu-west-1.signin.aws.amazon.com"


def test_the_proof_of_a_login_names_the_address_without_a_doubled_slash() -> None:
    server = Server((200, SIGNED_IN))
    env = {**HOME, "AWS_ENDPOINT_URL": "https://signin.test/"}
    fetch(Login("session"), server, env, login_file(login_key()))
    claims = str(server.header("dpop")).split(".")[1]
    assert json.loads(urlsafe_b64decode(f"{claims}==="))["htu"] == "https://signin.test/v1/token"
    assert server.sent[0].target == "/v1/token"


@pytest.mark.parametrize("lacking", ["accessToken", "expiresIn"])
def test_a_renewal_without_keys_is_an_error(lacking: str) -> None:
    answer = {name: value for name, value in SIGNED_IN.items() if name != lacking}
    with pytest.raises(CredentialsError, match="answered without keys; run: aws login"):
        fetch(Login("session"), Server((200, answer)), files=login_file(login_key()))


SESSION_FILE = "3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175.json"


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (None, f"/home/.aws/login/cache/{SESSION_FILE}"),
        ("/cache/", f"/cache/{SESSION_FILE}"),
        ("~/own/cache", f"/home/own/cache/{SESSION_FILE}"),
        ("~\\own\\", f"/home/own/{SESSION_FILE}"),
    ],
)
def test_where_a_login_is_kept(folder: str | None, path: str) -> None:
    env = HOME if folder is None else {**HOME, "AWS_LOGIN_CACHE_DIRECTORY": folder}
    assert Login(" session ").path(Context(env)) == path


def test_the_proof_of_a_login_session_can_be_checked_with_its_public_key() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    token = {"accessKeyId": "NEW", "secretAccessKey": "s", "sessionToken": "t"}
    server = Server(
        (200, {"accessToken": token, "expiresIn": 900, "refreshToken": "next", "tokenType": "aws_sigv4"})
    )
    found = fetch(Login("session"), server, files=login_file(pem))
    assert (found.access_key, found.expires) == ("NEW", NOW + timedelta(seconds=900))

    def decoded(part: str) -> bytes:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))

    head, claims, signature = str(server.header("dpop")).split(".")
    raw = decoded(signature)
    assert len(raw) == 64
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    key.public_key().verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(decoded(claims))
    assert (said["htm"], said["htu"], said["iat"]) == (
        "POST",
        "https://eu-north-1.signin.aws.amazon.com/v1/token",
        int(NOW.timestamp()),
    )
    assert len(said["jti"]) == 36
    said = json.loads(decoded(head))
    assert (said["typ"], said["alg"]) == ("dpop+jwt", "ES256")
    assert (said["jwk"]["kty"], said["jwk"]["crv"]) == ("EC", "P-256")
    point = key.public_key().public_numbers()
    coordinates = [decoded(said["jwk"][name]) for name in ("x", "y")]
    assert [int.from_bytes(each, "big") for each in coordinates] == [point.x, point.y]
    assert [len(each) for each in coordinates] == [32, 32]
    assert "=" not in str(server.header("dpop"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("TOKEN_EXPIRED", "has ended"),
        ("USER_CREDENTIALS_CHANGED", "password has changed"),
        ("INSUFFICIENT_PERMISSIONS", "is not allowed"),
        ("OTHER", "AccessDeniedException"),
    ],
)
def test_a_login_that_is_refused_says_why(error: str, says: str) -> None:
    pem = login_key()
    answer = (400, {"__type": "AccessDeniedException", "error": error, "message": "no"})
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Login("session", place="profile p"), Server(answer), files=login_file(pem))
    assert "profile p" in str(caught.value)


def test_a_login_without_cryptography_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(CredentialsError, match=r"pip install 'heliograph\[login\]'"):
        fetch(Login("session"), files=login_file("key"))


@pytest.mark.parametrize("curve", [None, "SECP384R1"])
def test_a_login_key_that_is_none_does_not_show(curve: str | None) -> None:
    key = login_key(curve) if curve else f"{CANARY} key"
    with pytest.raises(CredentialsError, match="no P-256 key") as caught:
        fetch(Login("session"), files=login_file(key))
    assert CANARY not in str(caught.value)
