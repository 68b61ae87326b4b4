# SPDX-License-Identifier: Apache-2.0
"""What some operations ask of their bodies: to be compressed, and to carry checksums both ways."""

from __future__ import annotations

from .effects import Work
from .errors import ParamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from .effects import Effects
    from .http import Request, WireResponse
    from .settings import BodySettings

_DEFAULT_CHECKSUM = "CRC32"
_ENABLED = "ENABLED"


class BodyRules:
    """The rules of one operation.

    Attributes:
        compressions: encodings in which the service takes the request's body.
        checksum_required: whether the request must carry a checksum.
        algorithm_member: the input member that says which; empty where only Content-MD5 is known.
        algorithm_header: the header that member goes in.
        validation_member: the input member that asks for the answer's checksum.
        response_algorithms: which the answer may have.
    """

    __slots__ = (
        "algorithm_header", "algorithm_member", "checksum_required", "compressions", "response_algorithms",
        "validation_member",
    )  # fmt: skip

    def __init__(
        self,
        *,
        compressions: tuple[str, ...] = (),
        checksum_required: bool = False,
        algorithm_member: str = "",
        algorithm_header: str = "",
        validation_member: str = "",
        response_algorithms: tuple[str, ...] = (),
    ) -> None:
        self.compressions = compressions
        self.checksum_required = checksum_required
        self.algorithm_member = algorithm_member
        self.algorithm_header = algorithm_header
        self.validation_member = validation_member
        self.response_algorithms = response_algorithms

    def members(self, members: Mapping[str, Any], settings: BodySettings) -> Mapping[str, Any]:
        """The input, which asks for the answer's checksum where the client wants it checked."""
        name = self.validation_member
        if name and members.get(name) is None and settings.checks_answers:
            return {**members, name: _ENABLED}
        return members

    def apply(
        self, request: Request, members: Mapping[str, Any], settings: BodySettings, scheme: str
    ) -> Effects[None]:
        """Compress the body of a request, and add its checksum.

        Raises:
            ParamError: the checksum that was asked for cannot be computed.
        """
        if self.compressions and not settings.disable_compression:
            _compress(request, settings.min_compression_bytes)
        if self.algorithm_member or self.checksum_required:
            yield from self._add_checksum(request, members, settings, scheme)

    def presign(
        self, request: Request, members: Mapping[str, Any], settings: BodySettings, scheme: str
    ) -> Effects[None]:
        """Add to a request that is presigned the checksum that was asked for by name, or that the service requires.

        Raises:
            ParamError: it was asked for, and there is no body to compute it of, or it cannot be computed.
        """
        from . import checksums

        is_asked_for = members.get(self.algorithm_member) is not None
        if checksums.is_given(request.headers) or not (is_asked_for or self.checksum_required):
            return
        if request.body:
            yield from self._add_checksum(request, members, settings, scheme)
        elif is_asked_for:
            raise ParamError(
                "the URL would hold the checksum of an empty body: give the body too, or its checksum instead",
                self.algorithm_member,
            )

    def _add_checksum(
        self, request: Request, members: Mapping[str, Any], settings: BodySettings, scheme: str
    ) -> Effects[None]:
        from . import checksums

        name = members.get(self.algorithm_member)
        if checksums.is_given(request.headers):
            return
        if name is None and not (self.checksum_required or settings.adds_checksums):
            return
        if not self.algorithm_member:
            if all(header != "content-md5" for header, _ in request.headers):
                value = yield from _computed(request, checksums.content_md5)
                request.headers = [*request.headers, ("content-md5", value)]
            return
        algorithm = checksums.checksum(str(name or _DEFAULT_CHECKSUM), self.algorithm_member)
        added = [(self.algorithm_header, algorithm.name)] if name is None and self.algorithm_header else []
        body = request.body
        if not isinstance(body, bytes) and (scheme == "https" or not body.replayable):
            body.trailer = algorithm
            added.append(("x-amz-trailer", algorithm.header))
            if body.length is not None:
                added.append(("x-amz-decoded-content-length", str(body.length)))
            request.headers = [*_encoded(request.headers, "aws-chunked"), *added]
        else:
            value = yield from _computed(request, algorithm.of)
            request.headers = [*request.headers, *added, (algorithm.header, value)]

    def check(self, response: WireResponse, members: Mapping[str, Any]) -> None:
        """Hold an answer's body against its checksum, now or, where it is still to come, at its end.

        Arguments:
            response: a good answer.
            members: the input as the caller gave it; who asks for the checksum gets slow ones checked too.

        Raises:
            ResponseError: it is not what its checksum says.
        """
        from . import checksums

        asked_for = members.get(self.validation_member) == _ENABLED
        expected = checksums.expected(response, self.response_algorithms, slow=asked_for)
        if expected is None:
            return
        if response.stream is not None:
            response.stream.verify(expected)
        elif "content-encoding" not in response.headers:  # else it is not the body that came
            expected.update(response.body)
            expected.compare()


def _computed(request: Request, compute: Callable[[Iterable[bytes]], str]) -> Effects[str]:
    """A checksum of the body; one that can be read but once would have to be held for it."""
    body = request.body
    if isinstance(body, bytes):
        return compute([body])
    if not body.replayable:
        problem = "its checksum comes before it, so it must be bytes or a file that can seek"
        raise ParamError(problem, body.name)
    value: str = yield Work(lambda: compute(body))
    return value


def _compress(request: Request, least: int) -> None:
    """Compress a body of at least so many bytes with gzip."""
    if isinstance(request.body, bytes) and len(request.body) >= least:
        from zlib import MAX_WBITS, compressobj

        packer = compressobj(wbits=MAX_WBITS | 16)
        request.body = packer.compress(request.body) + packer.flush()
        request.headers = _encoded(request.headers, "gzip")


def _encoded(headers: Iterable[tuple[str, str]], encoding: str) -> list[tuple[str, str]]:
    """Headers that name one more encoding, the last one to be applied."""
    found = list(headers)
    before = [value for name, value in found if name == "content-encoding" and value]
    rest = [each for each in found if each[0] != "content-encoding"]
    return [*rest, ("content-encoding", ", ".join([*before, encoding]))]
