# SPDX-License-Identifier: Apache-2.0
"""AWS Signature Version 4A: a signature that is good in several regions.

As version 4 but for the last step: a key pair of the elliptic curve P-256 is derived from the keys, and the regions are
said in ``X-Amz-Region-Set`` instead of in the scope. Elliptic curves come from the package ``cryptography``, which the
extra ``heliograph[sigv4a]`` installs.

Source: "AWS Signature Version 4A", and the key derivation of NIST SP 800-108 in counter mode that it names.
"""

from __future__ import annotations

import hmac

from .errors import ConfigError
from .sigv4 import Version, sign_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from typing import Literal

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from .credentials.types import HasKeys
    from .sigv4 import Signed

__all__ = ["ALGORITHM", "VERSION_4A", "public_numbers", "sign"]

ALGORITHM = "AWS4-ECDSA-P256-SHA256"

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of points of P-256 (FIPS 186-4, D.1.2.3)."""

_KEY_LIMIT = 16
_keys: dict[tuple[int, str], EllipticCurvePrivateKey] = {}
"""By the hash of the secret, and the access key."""


class _Version4A(Version):
    """Version 4A; a region is the region set, with commas between."""

    __slots__ = ()

    algorithm = ALGORITHM
    states_regions = True

    def scope(self, date_text: str, region: str, service: str) -> str:
        return f"{date_text[:8]}/{service}/aws4_request"

    def signature(
        self, credentials: HasKeys, date: str, region: str, service: str, string_to_sign: str
    ) -> str:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.hashes import SHA256

        key = _private_key(credentials)
        return key.sign(string_to_sign.encode("utf-8", "surrogatepass"), ECDSA(SHA256())).hex()


VERSION_4A = _Version4A()


def sign(
    method: str,
    url: str,
    headers: Iterable[tuple[str, str]],
    body: bytes | None,
    credentials: HasKeys,
    region_set: Iterable[str],
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
    """Sign a request for several regions.

    The arguments are those of :func:`heliograph.sigv4.sign`, but for ``region_set``: regions, where ``*`` stands for
    all, and ``us-*`` for all that begin so.

    Raises:
        ConfigError: ``cryptography`` is not installed.
        ParamError: as for version 4.
    """
    return sign_by(
        VERSION_4A,
        method,
        url,
        headers,
        body,
        credentials,
        ",".join(region_set),
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


def public_numbers(credentials: HasKeys) -> tuple[int, int]:
    """The point with which signatures by these keys are verified."""
    numbers = _private_key(credentials).public_key().public_numbers()
    return numbers.x, numbers.y


def _private_key(credentials: HasKeys) -> EllipticCurvePrivateKey:
    """The private key for these keys, derived once."""
    name = (hash(credentials.secret_key), credentials.access_key)
    key = _keys.get(name)
    if key is None:
        try:
            from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
        except ImportError as error:
            raise ConfigError(
                "signing of version 4A needs a package: pip install 'heliograph[sigv4a]'"
            ) from error
        key = derive_private_key(_private_value(credentials), SECP256R1())
        if len(_keys) >= _KEY_LIMIT:
            _keys.clear()
        _keys[name] = key
    return key


def _private_value(credentials: HasKeys) -> int:
    """A number from 1 up to the order of the group, derived from the keys."""
    secret = ("AWS4A" + credentials.secret_key).encode("utf-8", "surrogatepass")
    label = ALGORITHM.encode() + b"\0" + credentials.access_key.encode("utf-8", "surrogatepass")
    for counter in range(1, 256):
        block = (1).to_bytes(4, "big") + label + bytes([counter]) + (256).to_bytes(4, "big")
        candidate = int.from_bytes(hmac.digest(secret, block, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return candidate + 1
    raise ConfigError("no key of version 4A can be derived from these credentials; make others")
