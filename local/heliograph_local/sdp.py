# SPDX-License-Identifier: Apache-2.0
"""A small SDP answerer: enough of RFC 3264 and RFC 8829 for a peer that accepts what it is offered.

Every media section of the offer is mirrored in its order. The answer names one host candidate that nothing
listens on: it completes signaling and moves no media.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from heliograph_local.answers import invalid_argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KNOWN_MEDIA = frozenset({"audio", "video", "application"})
CANDIDATE = "candidate:1 1 udp 2130706431 127.0.0.1 9 typ host"
MIRRORED = {"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
KEPT = ("rtcp-mux", "rtcp-rsize", "sctp-port", "max-message-size")
OF_FORMAT = ("rtpmap", "fmtp", "rtcp-fb")


@dataclass(frozen=True, slots=True)
class Section:
    """A media section of an offer, or what stands before the first."""

    first_line: str
    attributes: Sequence[tuple[str, str]]

    def value(self, name: str) -> str | None:
        """The first attribute of this name; ``""`` for one without a value."""
        return next((value for key, value in self.attributes if key == name), None)

    def direction(self, default: str) -> str:
        """``sendrecv``, ``sendonly``, ``recvonly`` or ``inactive``."""
        return next((key for key, _ in self.attributes if key in MIRRORED), default)


def answer_offer(offer: str) -> str:
    """The answer to an SDP offer.

    Raises:
        ServiceFault: InvalidArgumentException, for text without media sections or with a broken one.
    """
    session, *media = _sections(offer)
    if not media:
        raise invalid_argument("MessagePayload: its sdp has no media section (no line that starts with m=)")
    accepted = [section for section in media if _is_acceptable(section)]
    identity = _identity()
    lines = ["v=0", f"o=- {secrets.randbits(62)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += _bundle(session, accepted)
    for section in media:
        lines += _accept(section, session, identity) if section in accepted else _reject(section)
    return "".join(line + "\r\n" for line in lines)


def _sections(offer: str) -> list[Section]:
    """The session section, then each media section."""
    groups: list[list[str]] = [[]]
    for line in offer.splitlines():
        if line.startswith("m="):
            groups.append([])
        if line:
            groups[-1].append(line)
    return [_section(group) for group in groups]


def _section(lines: Sequence[str]) -> Section:
    pairs = [line[2:].partition(":") for line in lines if line.startswith("a=")]
    return Section(lines[0] if lines else "", [(name, value) for name, _, value in pairs])


def _fields(section: Section) -> list[str]:
    """Of ``m=audio 9 UDP/TLS/RTP/SAVPF 111 63``: media, port, protocol and each format."""
    fields = section.first_line[2:].split()
    if len(fields) < 4:
        raise invalid_argument(
            "MessagePayload: a media line of its sdp lacks media, port, protocol or format"
        )
    return fields


def _is_acceptable(section: Section) -> bool:
    """Known media that the offer has not switched off (port 0, unless it is carried by a bundle)."""
    media, port, *_ = _fields(section)
    return media in KNOWN_MEDIA and (port != "0" or section.value("bundle-only") is not None)


def _bundle(session: Section, accepted: Sequence[Section]) -> Iterator[str]:
    """The offer's BUNDLE group (RFC 9143) without what was rejected."""
    bundle = next((v for name, v in session.attributes if name == "group" and v.startswith("BUNDLE ")), "")
    offered = bundle.split()[1:]
    answered = {section.value("mid") for section in accepted}
    kept = [mid for mid in offered if mid in answered]
    if kept:
        yield "a=group:BUNDLE " + " ".join(kept)


def _identity() -> list[str]:
    """Fresh ICE credentials (RFC 8839) and the fingerprint of a certificate that does not exist."""
    fingerprint = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(32))
    return [
        f"a=ice-ufrag:{secrets.token_hex(4)}",
        f"a=ice-pwd:{secrets.token_hex(12)}",
        f"a=fingerprint:sha-256 {fingerprint}",
    ]


def _accept(section: Section, session: Section, identity: Sequence[str]) -> Iterator[str]:
    """The section mirrored, with its first format alone."""
    media, _, protocol, chosen, *_ = _fields(section)
    yield f"m={media} 9 {protocol} {chosen}"
    yield "c=IN IP4 127.0.0.1"
    yield from _mid(section)
    yield from identity
    # The offerer may have taken the DTLS client's part (RFC 5763); the other part is left then.
    setup = section.value("setup") or session.value("setup")
    yield "a=setup:passive" if setup == "active" else "a=setup:active"
    if media != "application":
        yield "a=" + MIRRORED[section.direction(session.direction("sendrecv"))]
    for name, value in section.attributes:
        if name in KEPT or (name in OF_FORMAT and value.split(" ")[0] == chosen):
            yield f"a={name}:{value}" if value else f"a={name}"
    yield f"a={CANDIDATE}"
    yield "a=end-of-candidates"


def _reject(section: Section) -> Iterator[str]:
    """The section at port 0, which is how an answer declines it."""
    media, _, protocol, *formats = _fields(section)
    yield f"m={media} 0 {protocol} {' '.join(formats)}"
    yield "c=IN IP4 127.0.0.1"
    yield from _mid(section)
    yield "a=inactive"


def _mid(section: Section) -> Iterator[str]:
    mid = section.value("mid")
    if mid is not None:
        yield f"a=mid:{mid}"
