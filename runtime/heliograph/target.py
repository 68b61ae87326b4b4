# SPDX-License-Identifier: Apache-2.0
"""Where a call goes, and what its signature is good for: what became of an endpoint that the rules gave."""

from __future__ import annotations

from .errors import ConfigError, EndpointError
from .http import header_name, header_value
from .sigv4 import VERSION_4, canonical_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from .endpoints import Address, ResolvedEndpoint
    from .http import Request

_S3_NAMES = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})
"""Signing names of S3: its paths are signed as they are sent, and the hash of the body is said in a header."""


class Target:
    """Where calls go, and whose name signs them.

    Attributes:
        address: the parts of the endpoint's URL.
        authority: what stands in the ``Host`` header.
        headers: what the endpoint rules add to each request.
        signing_name: the service in the credential scope.
        signing_region: the region there; ``None`` where nobody named one.
        signature: version 4, or 4A, whose region is the whole region set.
        states_hash: whether the hash of the body is said in a header.
        chosen: whether somebody chose this very endpoint, in code or for this service in the settings; not so where
            it follows from the region or from a setting for all services.
        refusal: why nothing can be signed for it; ``None`` where that is not so.
    """

    __slots__ = (
        "_double_encode",
        "_normalize_path",
        "_paths",
        "address",
        "authority",
        "chosen",
        "headers",
        "refusal",
        "signature",
        "signing_name",
        "signing_region",
        "states_hash",
    )

    def __init__(
        self,
        address: Address,
        endpoint: ResolvedEndpoint,
        *,
        auth: Iterable[str],
        signing_name: str,
        region: str | None,
        region_set: tuple[str, ...] = (),
        chosen: bool = False,
    ) -> None:
        self.address = address
        self.authority = address.authority
        self.headers = [
            (header_name(name, "endpoint rules").lower(), header_value(",".join(values), "endpoint rules"))
            for name, values in endpoint.headers.items()
        ]
        self.chosen = chosen
        scheme, self.refusal = _scheme(endpoint, auth)
        self.signing_name: str = scheme.get("signingName") or signing_name
        self.signing_region: str | None = scheme.get("signingRegion") or region
        self.signature = VERSION_4
        if scheme.get("name") == "sigv4a":
            from .sigv4a import VERSION_4A

            self.signature = VERSION_4A
            regions = region_set or scheme.get("signingRegionSet")
            self.signing_region = ",".join(regions) if regions else region
        self.states_hash = self.signing_name in _S3_NAMES
        self._double_encode = not (self.states_hash or scheme.get("disableDoubleEncoding"))
        self._normalize_path = not (self.states_hash or scheme.get("disableNormalizePath"))
        self._paths: dict[str, str] = {}

    def at(self, address: Address) -> Target:
        """The same at another address."""
        other = Target.__new__(Target)
        for name in Target.__slots__:
            setattr(other, name, getattr(self, name))
        other.address = address
        other.authority = address.authority
        other._paths = {}
        return other

    def headers_for(self, request: Request) -> Sequence[tuple[str, str]]:
        """The headers of a request; those that the rules give too are theirs."""
        if not self.headers:
            return request.headers
        named = {name for name, _ in self.headers}
        return [*(each for each in request.headers if each[0] not in named), *self.headers]

    @property
    def path_options(self) -> dict[str, bool]:
        """How paths are made canonical, as :func:`heliograph.sigv4.sign` is told."""
        return {"normalize_path": self._normalize_path, "double_encode": self._double_encode}

    def canonical_path(self, path: str) -> str:
        """The path as it is signed; most operations have but one."""
        known = self._paths.get(path)
        if known is None:
            if len(self._paths) >= 256:
                self._paths.clear()
            known = self._paths[path] = canonical_path(
                path, normalize=self._normalize_path, double_encode=self._double_encode
            )
        return known

    def check_signing(self) -> None:
        """Say why nothing can be signed for this endpoint, if so.

        Raises:
            EndpointError: it wants a signature that cannot be made.
            ConfigError: nobody named a region.
        """
        if self.refusal is not None:
            raise EndpointError(self.refusal)
        if self.signing_region is None:
            raise ConfigError(
                "no region to sign for: pass region=, or set AWS_REGION, or region in the profile"
            )


def _scheme(endpoint: ResolvedEndpoint, auth: Iterable[str]) -> tuple[Mapping[str, Any], str | None]:
    """The first way to sign that can be used, with what the rules say of it; or why there is none."""
    listed: Any = endpoint.properties.get("authSchemes")
    schemes: list[Mapping[str, Any]] = listed or [{"name": name} for name in auth]
    names = [str(each.get("name")) for each in schemes]
    for name, scheme in zip(names, schemes, strict=True):
        if name == "sigv4" or (name == "sigv4a" and _can_sign_4a()):
            return scheme, None
    if "sigv4a" in names:
        return {}, f"{endpoint.url} takes signatures of version 4A alone: pip install 'heliograph[sigv4a]'"
    return {}, f"{endpoint.url} wants {' or '.join(names) or 'no signature'}, which heliograph cannot make"


def _can_sign_4a() -> bool:
    """Whether the package that signing of version 4A needs is installed."""
    from importlib.util import find_spec

    return find_spec("cryptography") is not None
