# SPDX-License-Identifier: Apache-2.0
"""Signature Version 4 from the service's side: who sent a request, when, and whether it arrived unchanged.

The rules are those of "AWS Signature Version 4 for API requests"; the codes and statuses are the ones AWS's
REST services answer with. No text of a fault repeats a signature, a token or a key.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote

from heliograph.sigv4 import (
    ALGORITHM,
    amz_date,
    canonical_path,
    canonical_query,
    canonical_request,
    credential_scope,
    signature,
    string_to_sign,
)
from heliograph_local.answers import ServiceFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heliograph_local.credentials import LocalCredentials
    from heliograph_local.request import Request

SERVICE = "kinesisvideo"
"""The signing name of all Kinesis Video services."""
SKEW = timedelta(minutes=5)
"""How far a client's clock may be off, either way."""
LONGEST_EXPIRY = 604_800
"""Seconds a presigned URL may live."""

_AMZ_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_EXPIRES = re.compile(r"[0-9]{1,6}")
_BLANKS = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its signature, in either form.

    Attributes:
        access_key: whose key it says was used.
        scope: date, region, service and terminator, as sent.
        signed_names: the headers the signature covers.
        signature: what it says the signature is.
        date_text: when it says it was signed.
        token: the session token, or ``None``.
        query: the raw query the signature covers.
        expires: seconds a presigned request is good for; ``None`` in the header form.
    """

    access_key: str
    scope: str
    signed_names: str
    signature: str = field(repr=False)
    date_text: str
    token: str | None = field(repr=False)
    query: str = field(repr=False)
    expires: int | None


class Verifier:
    """Checks signatures against one pair of keys and one region."""

    def __init__(self, credentials: LocalCredentials, region: str) -> None:
        self._credentials = credentials
        self._region = region

    def check(self, request: Request, now: datetime) -> None:
        """Return if a request is signed as it must be.

        Raises:
            ServiceFault: 403, with the code of the first rule that is broken.
        """
        claim = read_claim(request)
        signed_at = _parse_date(claim.date_text)
        self._check_keys(claim)
        self._check_scope(claim)
        _check_time(claim, signed_at, now)
        self._check_signature(claim, request)

    def _check_keys(self, claim: Claim) -> None:
        known = self._credentials
        if not _same(claim.access_key, known.access_key) or not _same(claim.token or "", known.token or ""):
            raise ServiceFault(
                "UnrecognizedClientException", "The security token included in the request is invalid.", 403
            )

    def _check_scope(self, claim: Claim) -> None:
        expected = credential_scope(claim.date_text, self._region, SERVICE)
        if claim.scope != expected:
            _invalid(f"the credential scope is {claim.scope!r}, and this service's is {expected!r}")

    def _check_signature(self, claim: Claim, request: Request) -> None:
        text, _ = canonical_request(
            request.method,
            canonical_path(request.path),
            canonical_query(claim.query),
            list(_signed_headers(claim.signed_names, request)),
            sha256(request.body).hexdigest(),
        )
        to_sign = string_to_sign(claim.date_text, claim.scope, text)
        date = claim.date_text[:8]
        if not _same(
            claim.signature, signature(self._credentials.secret_key, date, self._region, SERVICE, to_sign)
        ):
            _invalid("the signature is not the one this request and the known secret key give")


def read_claim(request: Request) -> Claim:
    """The claim in the Authorization header, or in the query.

    Raises:
        ServiceFault: MissingAuthenticationTokenException where there is neither,
            IncompleteSignatureException where it cannot be read.
    """
    authorization = request.values("authorization")
    if len(authorization) > 1:
        _incomplete("there is more than one Authorization header")
    if authorization:
        return _header_claim(authorization[0], request)
    fields = [field.partition("=") for field in request.query.split("&")]
    pairs = [(unquote(name), unquote(value)) for name, _, value in fields]
    if any(name in ("X-Amz-Algorithm", "X-Amz-Signature") for name, _ in pairs):
        return _query_claim(pairs, request)
    raise ServiceFault("MissingAuthenticationTokenException", "the request is not signed", 403)


def _header_claim(authorization: str, request: Request) -> Claim:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm != ALGORITHM:
        _incomplete(f"Authorization must start with {ALGORITHM}")
    parts = [part.strip().partition("=") for part in rest.split(",")]
    fields = _once(((name, value) for name, _, value in parts), "Authorization")
    access_key, scope = _credential(_needed(fields, "Credential", "Authorization"))
    dates, tokens = request.values("x-amz-date"), request.values("x-amz-security-token")
    if len(dates) != 1 or len(tokens) > 1:
        _incomplete("one X-Amz-Date header is needed, and one X-Amz-Security-Token at most")
    names = _needed(fields, "SignedHeaders", "Authorization")
    _check_names(names, {"host", "x-amz-date"})
    return Claim(
        access_key=access_key,
        scope=scope,
        signed_names=names,
        signature=_needed(fields, "Signature", "Authorization"),
        date_text=dates[0],
        token=tokens[0] if tokens else None,
        query=request.query,
        expires=None,
    )


def _query_claim(pairs: Iterable[tuple[str, str]], request: Request) -> Claim:
    fields = _once(((name, value) for name, value in pairs if name.startswith("X-Amz-")), "the query")
    if _needed(fields, "X-Amz-Algorithm", "the query") != ALGORITHM:
        _incomplete(f"X-Amz-Algorithm must be {ALGORITHM}")
    access_key, scope = _credential(_needed(fields, "X-Amz-Credential", "the query"))
    names = _needed(fields, "X-Amz-SignedHeaders", "the query")
    _check_names(names, {"host"})
    expires = _needed(fields, "X-Amz-Expires", "the query")
    if not _EXPIRES.fullmatch(expires) or not 1 <= int(expires) <= LONGEST_EXPIRY:
        _incomplete(f"X-Amz-Expires must be 1 to {LONGEST_EXPIRY} seconds")
    kept = [part for part in request.query.split("&") if unquote(part.partition("=")[0]) != "X-Amz-Signature"]
    return Claim(
        access_key=access_key,
        scope=scope,
        signed_names=names,
        signature=_needed(fields, "X-Amz-Signature", "the query"),
        date_text=_needed(fields, "X-Amz-Date", "the query"),
        token=fields.get("X-Amz-Security-Token"),
        query="&".join(kept),
        expires=int(expires),
    )


def _once(pairs: Iterable[tuple[str, str]], place: str) -> dict[str, str]:
    """Pairs as a dict; a name given twice could be read in two ways, so it is refused."""
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            _incomplete(f"{place} has a field twice")
        fields[name] = value
    return fields


def _needed(fields: Mapping[str, str], name: str, place: str) -> str:
    value = fields.get(name)
    if not value:
        _incomplete(f"{place} must have {name}")
    return value


def _credential(credential: str) -> tuple[str, str]:
    """Access key and scope of ``<key>/<date>/<region>/<service>/aws4_request``."""
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or not all(parts):
        _incomplete("Credential must be <access key>/<date>/<region>/<service>/aws4_request")
    return parts[0], "/".join(parts[1:])


def _check_names(names: str, needed: set[str]) -> None:
    """The list of signed headers: lower-case, sorted, each once, and those that must be covered."""
    listed = names.split(";")
    if listed != sorted(set(listed)) or names != names.lower():
        _incomplete("SignedHeaders must be lower-case and sorted, each name once")
    if not needed <= set(listed):
        _incomplete(f"SignedHeaders must have {' and '.join(sorted(needed))}")


def _parse_date(date_text: str) -> datetime:
    try:
        if not _AMZ_DATE.fullmatch(date_text):
            raise ValueError
        return datetime.strptime(date_text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        _incomplete("X-Amz-Date must be a moment like 20150830T123600Z")


def _check_time(claim: Claim, signed_at: datetime, now: datetime) -> None:
    """Clients look for how these two texts begin, and correct their clocks by the answer's Date."""
    life = SKEW if claim.expires is None else timedelta(seconds=claim.expires)
    if now - signed_at > life:
        _invalid(f"Signature expired: made at {claim.date_text}, good for {life}, and it is {amz_date(now)}")
    if signed_at - now > SKEW:
        _invalid(f"Signature not yet current: made at {claim.date_text}, and it is {amz_date(now)}")


def _signed_headers(names: str, request: Request) -> Iterable[tuple[str, str]]:
    """Exactly the listed headers, in canonical form.

    Those that proxies may change, too: some clients sign User-Agent, others leave Content-Type out.
    """
    for name in names.split(";"):
        values = request.values(name)
        if not values:
            _invalid("SignedHeaders has a header that the request lacks")
        yield name, ",".join(_BLANKS.sub(" ", value).strip(" ") for value in values)


def _same(one: str, other: str) -> bool:
    """Equality in constant time. A lone surrogate, which raw bytes may have become, must not raise."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _incomplete(message: str) -> NoReturn:
    raise ServiceFault("IncompleteSignatureException", message, 403)


def _invalid(message: str) -> NoReturn:
    raise ServiceFault("InvalidSignatureException", message, 403)
