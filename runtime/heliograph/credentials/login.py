# SPDX-License-Identifier: Apache-2.0
"""Keys of users who signed in with ``aws login``."""

from __future__ import annotations

from ..errors import CredentialsError, HeliographError
from ..logs import warn
from .documents import moment_of, read_document, text_of
from .provider import Provider
from .types import Credentials, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from ..effects import Effects
    from .context import Context

_EARLY = 5 * 60
"""Seconds before their end from which the keys are renewed."""
_NEEDED = ("accessToken", "refreshToken", "dpopKey", "clientId")
_AGAIN = "run: aws login"
_REASONS = {
    "TOKEN_EXPIRED": f"the sign-in has ended; {_AGAIN}",
    "USER_CREDENTIALS_CHANGED": f"the user's password has changed; {_AGAIN}",
    "INSUFFICIENT_PERMISSIONS": "the user may not sign in this way: the action signin:CreateOAuth2Token is not allowed",
}


class Login(Provider):
    """Keys of a user who signed in with ``aws login``, as the AWS CLI keeps them, renewed and written back in time.

    Renewing them needs ``pip install 'heliograph[login]'``.

    Arguments:
        session: the session's name, as ``login_session`` of a profile has it.
        place: how errors call where this is written.
    """

    NAME = "login session"
    FEATURE = "AD"

    def __init__(self, session: str, *, place: str = "") -> None:
        self.session = session
        self.place = place

    def load(self, context: Context) -> Effects[Credentials | None]:
        """Read the keys; renew them where they are about to end."""
        from ..core import read_text
        from ..effects import WriteFile

        where = f"{self.place}, {self.NAME}" if self.place else self.NAME
        path = self.path(context)
        text = yield from read_text(path, f"{where}; {_AGAIN}", is_private=True)
        kept = read_document(text, f"{where}, {path}")
        lacking = [name for name in _NEEDED if name not in kept]
        if lacking or not isinstance(kept["accessToken"], dict):
            raise CredentialsError(f"{where}: {path} lacks {', '.join(lacking) or 'accessToken'}; {_AGAIN}")
        now = context.clock()
        keys = _keys_of(kept, where)
        if keys.expires is not None and (keys.expires - now).total_seconds() > _EARLY:
            return keys.marked(self.via, self.FEATURE)
        renewed = yield from self._renewed(context, kept, now, where)
        keys = _keys_of(renewed, where)
        try:
            yield WriteFile(path, _as_text(renewed))
        except OSError as error:
            told = error.strerror or type(error).__name__
            warn("%s: the renewed keys could not be kept (%s)", where, told, area="credentials")
        return keys.marked(self.via, self.FEATURE)

    def path(self, context: Context) -> str:
        """The file that holds the session."""
        from hashlib import sha256

        name = f"{sha256(self.session.strip().encode()).hexdigest()}.json"
        folder = context.env.get("AWS_LOGIN_CACHE_DIRECTORY")
        if not folder:
            return context.home(".aws", "login", "cache", name)
        if folder[:1] == "~":
            folder = context.home(*folder.removeprefix("~").strip("/\\").split("/"))
        return f"{folder.rstrip('/')}/{name}"

    def _renewed(
        self, context: Context, kept: dict[str, Any], now: datetime, where: str
    ) -> Effects[dict[str, Any]]:
        """What is kept, with new keys."""
        from datetime import timedelta

        from .._services.signin.operations import SERVICE
        from ..call import call
        from .types import ANONYMOUS

        operation: Any = SERVICE.operations["CreateOAuth2Token"]
        region = kept.get("signInRegion")
        core = yield from context.core(SERVICE, ANONYMOUS, region if isinstance(region, str) else None)
        key = Secret(text_of(kept, "dpopKey", where))
        try:
            url = core.target_of(operation, {}, None).address.url.rstrip("/") + "/v1/token"
            members = {
                "tokenInput": {
                    "clientId": text_of(kept, "clientId", where),
                    "refreshToken": Secret(text_of(kept, "refreshToken", where)),
                    "grantType": "refresh_token",
                },
                "proof": _proof(key, url, int(now.timestamp()), where),
            }
            answer = yield from call(core, operation, members)
        except HeliographError as error:
            if isinstance(error, CredentialsError):
                raise
            reason = _REASONS.get(str(getattr(error, "error", "")))
            raise CredentialsError(f"{where}: {reason or error}") from error
        try:
            found = answer.token_output
            keys = found.access_token
            ends = now + timedelta(seconds=int(found.expires_in))
            token = {
                "accessKeyId": str.__str__(keys.access_key_id),
                "secretAccessKey": str.__str__(keys.secret_access_key),
                "sessionToken": str.__str__(keys.session_token),
                "accountId": kept["accessToken"].get("accountId"),
                "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            return {**kept, "accessToken": token, "refreshToken": str.__str__(found.refresh_token)}
        except (AttributeError, TypeError, ValueError):
            raise CredentialsError(f"{where}: the sign-in service answered without keys; {_AGAIN}") from None

    def __repr__(self) -> str:
        return "<Login>"


def _keys_of(kept: dict[str, Any], where: str) -> Credentials:
    token = kept["accessToken"]
    return Credentials(
        text_of(token, "accessKeyId", where),
        text_of(token, "secretAccessKey", where),
        text_of(token, "sessionToken", where),
        text_of(token, "accountId", where),
        moment_of(token, "expiresAt", where),
    )


def _proof(pem: Secret, url: str, now: int, where: str) -> Secret:
    """A signed statement that whoever sends the request holds the session's key (RFC 9449, "DPoP")."""
    from ..core import uuid4

    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError as error:
        raise CredentialsError(f"{where}: renewing it needs: pip install 'heliograph[login]'") from error
    try:
        key = load_pem_private_key(pem.reveal().encode(), None)
    except (TypeError, UnsupportedAlgorithm, ValueError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise CredentialsError(f"{where}: dpopKey is no P-256 key; {_AGAIN}")
    point = key.public_key().public_numbers()
    jwk = {"kty": "EC", "x": _coordinate(point.x), "y": _coordinate(point.y), "crv": "P-256"}
    head = _part({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk})
    signed = f"{head}.{_part({'htm': 'POST', 'htu': url, 'iat': now, 'jti': uuid4()})}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    return Secret(f"{signed}.{_base64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")


def _coordinate(number: int) -> str:
    return _base64(number.to_bytes(32, "big"))


def _part(claims: dict[str, Any]) -> str:
    import json

    return _base64(json.dumps(claims, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _as_text(document: dict[str, Any]) -> Secret:
    import json

    return Secret(json.dumps(document))
