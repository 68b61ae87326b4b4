# SPDX-License-Identifier: Apache-2.0
"""AWS Signature Version 4: sign a request in its headers, or in its query.

The algorithm, as published under "AWS Signature Version 4 for API requests":

    canonical request  ->  string to sign  ->  signature, by a key made of secret, date, region and service

:func:`sign` takes a request as a caller has it. :func:`authorization_headers` takes the canonical parts that
a generated client already has, and costs a few microseconds. A server that verifies uses the pieces.
Everything here is pure; the only state is a bounded cache of derived keys, which holds no secret.

Secrets are joined, never formatted: formatting a :class:`~heliograph.credentials.types.Secret` gives ``***``.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from operator import itemgetter
from urllib.parse import quote, unquote_to_bytes

from heliograph.errors import ParamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _hashlib import HASH
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Literal, NoReturn, SupportsIndex

    from heliograph.credentials.types import HasKeys

    Headers = list[tuple[str, str]]

__all__ = [
    "ALGORITHM",
    "EMPTY_HASH",
    "UNSIGNED_HEADERS",
    "UNSIGNED_PAYLOAD",
    "Signed",
    "amz_date",
    "authorization_headers",
    "canonical_headers",
    "canonical_path",
    "canonical_query",
    "canonical_request",
    "credential_scope",
    "sign",
    "signature",
    "string_to_sign",
]

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
EMPTY_HASH = sha256(b"").hexdigest()
LONGEST_EXPIRY = 604_800
"""Seconds a presigned URL may live: seven days."""

UNSIGNED_HEADERS = frozenset(
    {
        "authorization",
        "baggage",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    }
)
"""Headers that proxies and tracers may change on the way, so a signature must not cover them."""

_SET_HERE = frozenset({"authorization", "x-amz-date", "x-amz-region-set", "x-amz-security-token"})
_REGION_SET = "X-Amz-Region-Set"
_DEFAULT_PORTS = {"http": ":80", "ws": ":80", "https": ":443", "wss": ":443"}

_KEY_LIMIT = 64
_states: dict[tuple[int, str, str, str], tuple[HASH, HASH]] = {}
"""By the hash of the secret, date, region and service."""


class Signed:
    """A signed request. It prints without its signature, token and URL, and cannot be pickled.

    Attributes:
        canonical_request: the text the signature covers.
        string_to_sign: the text the key was applied to.
        signature: 64 hexadecimal digits.
        headers: every header to send, those given included; a ``Host`` is not added.
        url: the URL to send to; for ``where='query'`` it carries the signature, a secret until it expires.
    """

    __slots__ = ("canonical_request", "headers", "signature", "string_to_sign", "url")

    def __init__(
        self, canonical_request: str, string_to_sign: str, signature: str, headers: Headers, url: str
    ) -> None:
        self.canonical_request = canonical_request
        self.string_to_sign = string_to_sign
        self.signature = signature
        self.headers = headers
        self.url = url

    def __repr__(self) -> str:
        names = ", ".join(name for name, _ in self.headers)
        return f"Signed(url={self.url.partition('?')[0]!r}, headers=[{names}], signature=***)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a signed request cannot be pickled or copied")


class Version:
    """What differs between version 4 and version 4A; here as version 4 has it."""

    __slots__ = ()

    algorithm = ALGORITHM
    states_regions = False
    """Whether the regions stand in a header, or in a field of the query, instead of in the scope."""

    def scope(self, date_text: str, region: str, service: str) -> str:
        """What a signing key is good for."""
        return credential_scope(date_text, region, service)

    def signature(
        self, credentials: HasKeys, date: str, region: str, service: str, string_to_sign: str
    ) -> str:
        """The signature, in hexadecimal."""
        return signature(credentials.secret_key, date, region, service, string_to_sign)


VERSION_4 = Version()


def sign(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes | None,
    credentials: HasKeys,
    region: str,
    service: str,
    timestamp: datetime,
    *,
    where: Literal["header", "query"] = "header",
    expires: int | None = None,
    normalize_path: bool = True,
    double_encode: bool = True,
    sign_body: bool = False,
    omit_session_token: bool = False,
    sign_payload: bool = True,
) -> Signed:
    """Sign a request.

    Arguments:
        method: the HTTP method, upper-case.
        url: absolute, path and query percent-encoded as they will be sent.
        headers: (name, value) pairs; a repeated name is signed with its values joined in order. A ``Host``
            among them wins over the URL's; an ``X-Amz-Content-SHA256`` is taken as the hash of the body.
        body: what will be sent; ``None`` is the empty body.
        credentials: ``access_key``, ``secret_key`` and, or ``None``, ``token``.
        region: the region of the credential scope.
        service: the service's signing name.
        timestamp: when the request is signed, as an aware datetime.
        where: ``'header'`` adds ``Authorization``; ``'query'`` makes a presigned URL.
        expires: for ``'query'``, the seconds the URL is good for, 1 to 604800; ignored otherwise.
        normalize_path: ``False`` for S3 alone, see :func:`canonical_path`.
        double_encode: ``False`` for S3 alone, see :func:`canonical_path`.
        sign_body: for ``'header'``, state the body's hash in ``X-Amz-Content-SHA256`` too.
        omit_session_token: add the token after signing, as a few services want it.
        sign_payload: ``False`` leaves the body out of the signature, over https, where the service allows it.

    Raises:
        ParamError: a URL that is not absolute, a naive timestamp, or an expiry out of range.
    """
    return sign_by(
        VERSION_4,
        method,
        url,
        headers,
        body,
        credentials,
        region,
        service,
        timestamp,
        where=where,
        expires=expires,
        normalize_path=normalize_path,
        double_encode=double_encode,
        sign_body=sign_body,
        omit_session_token=omit_session_token,
        sign_payload=sign_payload,
    )


def sign_by(
    version: Version,
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes | None,
    credentials: HasKeys,
    region: str,
    service: str,
    timestamp: datetime,
    *,
    where: Literal["header", "query"],
    expires: int | None,
    normalize_path: bool,
    double_encode: bool,
    sign_body: bool,
    omit_session_token: bool,
    sign_payload: bool,
) -> Signed:
    """Sign a request by one of the versions; the arguments are those of :func:`sign`."""
    if where not in ("header", "query"):
        raise ParamError(f"signing in {where!r} is not known: it is 'header' or 'query'", "where")
    scheme, host, path, query = _split(url)
    date_text = amz_date(timestamp)
    sent = [(name, value) for name, value in headers if name.lower() not in _SET_HERE]
    given = {name.lower(): value for name, value in sent}
    payload_hash = given.get("x-amz-content-sha256") or (
        sha256(body or b"").hexdigest() if sign_payload else UNSIGNED_PAYLOAD
    )
    if payload_hash == UNSIGNED_PAYLOAD and scheme not in ("https", "wss"):
        raise ParamError(f"a body may go unsigned over https only, not over {scheme}", "url")
    regions = [(_REGION_SET, region)] if version.states_regions else []
    own_host = [] if "host" in given else [("host", host)]
    token = [] if not credentials.token else [("X-Amz-Security-Token", credentials.token)]
    signed_token, late_token = ([], token) if omit_session_token else (token, [])
    path = canonical_path(path, normalize=normalize_path, double_encode=double_encode)

    if where == "header":
        sent += [("X-Amz-Date", date_text), *regions, *signed_token]
        if sign_body and "x-amz-content-sha256" not in given:
            sent.append(("X-Amz-Content-SHA256", payload_hash))
        signed_headers = canonical_headers(own_host + sent)
        text, to_sign, digest, authorization = _sign_parts(
            version, method, path, canonical_query(query), signed_headers, payload_hash,
            credentials, region, service, date_text,
        )  # fmt: skip
        return Signed(text, to_sign, digest, [*sent, *late_token, ("Authorization", authorization)], url)

    signed_headers = canonical_headers(own_host + sent)
    fields = [
        ("X-Amz-Algorithm", version.algorithm),
        ("X-Amz-Credential", credentials.access_key + "/" + version.scope(date_text, region, service)),
        ("X-Amz-Date", date_text),
        ("X-Amz-SignedHeaders", ";".join([name for name, _ in signed_headers])),
        ("X-Amz-Expires", _checked_expiry(expires)),
        *regions,
        *signed_token,
    ]
    query = _with_fields(query, fields)
    text, to_sign, digest, _ = _sign_parts(
        version, method, path, canonical_query(query), signed_headers, payload_hash,
        credentials, region, service, date_text,
    )  # fmt: skip
    query = _with_fields(query, [*late_token, ("X-Amz-Signature", digest)])
    return Signed(text, to_sign, digest, sent, _without_query(url) + "?" + query)


def authorization_headers(
    method: str,
    path: str,
    query: str,
    host: str,
    headers: Headers,
    body: bytes,
    credentials: HasKeys,
    region: str,
    service: str,
    date_text: str,
    payload_hash: str | None = None,
    version: Version = VERSION_4,
) -> Headers:
    """The headers that sign a request whose parts are canonical already: the path of every call.

    Arguments:
        method: the HTTP method, upper-case.
        path: as :func:`canonical_path` gives it.
        query: as :func:`canonical_query` gives it.
        host: the value of the ``Host`` header that will be sent.
        headers: all others to sign, in any order: names lower-case and each once, values trimmed.
        body: what will be sent.
        credentials: as for :func:`sign`, with keys.
        region: the region of the credential scope.
        service: the service's signing name.
        date_text: as :func:`amz_date` gives it.
        payload_hash: what stands for the body; its hash by default.
        version: 4, or 4A.

    Returns:
        ``x-amz-date``, ``x-amz-security-token`` for temporary credentials, ``authorization``.
    """
    added = [("x-amz-date", date_text)]
    if version.states_regions:
        added.append((_REGION_SET.lower(), region))
    if credentials.token:
        added.append(("x-amz-security-token", credentials.token))
    *_, authorization = _sign_parts(
        version, method, path, query, sorted([("host", host), *headers, *added]),
        payload_hash or sha256(body).hexdigest(), credentials, region, service, date_text,
    )  # fmt: skip
    added.append(("authorization", authorization))
    return added


def amz_date(timestamp: datetime) -> str:
    """The moment as signatures state it, ``20150830T123600Z``; ParamError for a naive datetime."""
    offset = timestamp.utcoffset()
    if offset is None:
        raise ParamError("the time of signing must be an aware datetime", "timestamp")
    utc = timestamp - offset
    parts = (utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
    return "%04d%02d%02dT%02d%02d%02dZ" % parts  # noqa: UP031 - half the time that an f-string takes


def credential_scope(date_text: str, region: str, service: str) -> str:
    """What a signing key is good for: ``20150830/us-east-1/service/aws4_request``."""
    return f"{date_text[:8]}/{region}/{service}/aws4_request"


def canonical_path(path: str, *, normalize: bool = True, double_encode: bool = True) -> str:
    """The path as it is signed, from the path as it is sent.

    Every service but S3 signs it without dot segments and doubled slashes, and percent-encoded once more;
    S3 signs what is sent.
    """
    if normalize:
        path = _normalized(path)
    return quote(path or "/", safe="/" if double_encode else "/%")


def canonical_query(raw_query: str) -> str:
    """The query as it is signed, from the text after ``?``: sorted, names and values in one normal encoding.

    ``+`` stands for itself, as it does in a URL, so it becomes ``%2B``; a name alone gets its ``=``.
    """
    if not raw_query:
        return ""
    pairs: list[tuple[str, str]] = []
    for field in raw_query.split("&"):
        if field:
            name, _, value = field.partition("=")
            pairs.append((_normal_encoding(name), _normal_encoding(value)))
    pairs.sort()
    return "&".join([name + "=" + value for name, value in pairs])


def canonical_headers(headers: Iterable[tuple[str, str]]) -> Headers:
    """The headers as they are signed: names lower-case, sorted, each once; blanks in values single.

    Those of :data:`UNSIGNED_HEADERS` are left out.
    """
    merged: dict[str, str] = {}
    for name, value in headers:
        name = name.strip().lower()
        if name not in UNSIGNED_HEADERS:
            value = _collapsed(value)
            merged[name] = merged[name] + "," + value if name in merged else value
    return sorted(merged.items())


def canonical_request(
    method: str, path: str, query: str, headers: Sequence[tuple[str, str]], payload_hash: str
) -> tuple[str, str]:
    """The text that is signed, of parts that are canonical, and the list of signed names it contains."""
    names = ";".join(map(itemgetter(0), headers))
    return "\n".join((method, path, query, *map(":".join, headers), "", names, payload_hash)), names


def string_to_sign(
    timestamp_text: str, scope: str, canonical_request: str, algorithm: str = ALGORITHM
) -> str:
    """What the key is applied to: algorithm, time, scope and the canonical request's hash, a line each."""
    # A lone surrogate must not raise here: the error would carry the whole request, session token included.
    digest = sha256(canonical_request.encode(errors="surrogatepass")).hexdigest()
    return f"{algorithm}\n{timestamp_text}\n{scope}\n{digest}"


def signature(secret_key: str, date: str, region: str, service: str, string_to_sign: str) -> str:
    """The signature, 64 hexadecimal digits. ``date`` is the scope's, ``20150830``."""
    inner_state, outer_state = _key_states(secret_key, date, region, service)
    inner, outer = inner_state.copy(), outer_state.copy()
    inner.update(string_to_sign.encode(errors="surrogatepass"))
    outer.update(inner.digest())
    return outer.hexdigest()


def _key_states(secret_key: str, date: str, region: str, service: str) -> tuple[HASH, HASH]:
    """The two hashes of an HMAC (RFC 2104), signing key taken in: a pair for each secret and scope.

    To copy both costs a quarter of ``hmac.digest`` with the key, which was the dearest step of signing. Safe
    for threads: each step on the cache is atomic.
    """
    name = (hash(secret_key), date, region, service)
    states = _states.get(name)
    if states is None:
        key = hmac.digest(("AWS4" + secret_key).encode(errors="surrogatepass"), date.encode(), "sha256")
        for part in (region, service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        block = key.ljust(64, b"\0")
        states = sha256(bytes(byte ^ 0x36 for byte in block)), sha256(bytes(byte ^ 0x5C for byte in block))
        if len(_states) >= _KEY_LIMIT:
            _states.clear()
        _states[name] = states
    return states


def _sign_parts(
    version: Version,
    method: str,
    path: str,
    query: str,
    headers: Sequence[tuple[str, str]],
    payload_hash: str,
    credentials: HasKeys,
    region: str,
    service: str,
    date_text: str,
) -> tuple[str, str, str, str]:
    """Canonical request, string to sign, signature, and the Authorization value that states it."""
    text, names = canonical_request(method, path, query, headers, payload_hash)
    scope = version.scope(date_text, region, service)
    to_sign = string_to_sign(date_text, scope, text, version.algorithm)
    digest = version.signature(credentials, date_text[:8], region, service, to_sign)
    credential = f"{version.algorithm} Credential={credentials.access_key}/{scope}"
    return text, to_sign, digest, f"{credential}, SignedHeaders={names}, Signature={digest}"


def _split(url: str) -> tuple[str, str, str, str]:
    """Scheme, Host header, path and query of a URL, nothing decoded."""
    scheme, mark, rest = url.partition("://")
    before, _, query = rest.partition("?")
    authority, slash, path = before.partition("/")
    if not mark or not authority:
        raise ParamError("the URL to sign must be absolute, with scheme and host", "url")
    if "@" in authority or "#" in rest:
        raise ParamError("the URL to sign must have neither user information nor a fragment", "url")
    scheme = scheme.lower()
    return scheme, authority.lower().removesuffix(_DEFAULT_PORTS.get(scheme, "")), slash + path, query


def _without_query(url: str) -> str:
    """The URL up to its query; an empty path becomes ``/``, as it does on the wire."""
    base = url.partition("?")[0]
    return base if "/" in base.partition("://")[2] else base + "/"


def _with_fields(query: str, fields: Iterable[tuple[str, str]]) -> str:
    """A query with more fields at its end."""
    added = [name + "=" + quote(value, safe="") for name, value in fields]
    return "&".join([query, *added] if query else added)


def _checked_expiry(expires: int | None) -> str:
    """The seconds of a presigned URL as text."""
    if expires is None or not 1 <= expires <= LONGEST_EXPIRY:
        problem = f"a presigned URL is good for 1 to {LONGEST_EXPIRY} seconds, not {expires}"
        raise ParamError(problem, "expires")
    return str(expires)


def _normalized(path: str) -> str:
    """A path without dot segments and empty segments; a slash at the end stays."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _normal_encoding(text: str) -> str:
    """Percent-encoding with upper-case digits of everything but unreserved characters, each encoded once."""
    return quote(unquote_to_bytes(text), safe="")


def _collapsed(value: str) -> str:
    """A header value without blanks at its ends, and one space for each run of blanks inside."""
    return " ".join([word for word in value.replace("\t", " ").split(" ") if word])
