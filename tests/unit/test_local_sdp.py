# SPDX-License-Identifier: Apache-2.0
"""The built-in master mirrors an offer, media section by media section."""

from __future__ import annotations

import re

import pytest

from heliograph_local import ServiceFault
from heliograph_local.sdp import answer_offer

AUDIO = """\
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
c=IN IP4 0.0.0.0
a=mid:a1
a=ice-ufrag:offer
a=ice-pwd:offer
a=fingerprint:sha-256 00
a=setup:actpass
a=rtcp-mux
a=sendrecv
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
"""
VIDEO = """\
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:v1
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 H264/90000
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
"""
DATA = """\
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:d1
a=sctp-port:5000
a=max-message-size:262144
"""
TEXT = "m=text 9 RTP/AVP 98\na=mid:t1\n"


def offer(*sections: str, session: str = "a=group:BUNDLE a1 t1 v1 d1\n") -> str:
    return ("v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n" + session + "".join(sections)).replace("\n", "\r\n")


def sections(answer: str) -> list[list[str]]:
    """The lines of an answer, a list for the session and one for each media section."""
    assert answer.endswith("\r\n")
    parts = re.split(r"(?m)^(?=m=)", answer)
    return [part.split("\r\n")[:-1] for part in parts]


def test_each_media_section_is_answered_in_its_place() -> None:
    _, *media = sections(answer_offer(offer(AUDIO, TEXT, VIDEO, DATA)))
    assert [lines[0] for lines in media] == [
        "m=audio 9 UDP/TLS/RTP/SAVPF 111",
        "m=text 0 RTP/AVP 98",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    ]
    assert [line for lines in media for line in lines if line.startswith("a=mid:")] == [
        "a=mid:a1",
        "a=mid:t1",
        "a=mid:v1",
        "a=mid:d1",
    ]


def test_the_first_format_is_chosen_with_what_belongs_to_it() -> None:
    _, audio, video = sections(answer_offer(offer(AUDIO, VIDEO)))
    assert "a=rtpmap:111 opus/48000/2" in audio
    assert "a=fmtp:111 minptime=10;useinbandfec=1" in audio
    assert not any("PCMU" in line for line in audio)
    assert {"a=rtpmap:96 H264/90000", "a=rtcp-fb:96 nack pli", "a=rtcp-mux", "a=rtcp-rsize"} <= set(video)
    assert not any("rtx" in line or "apt=96" in line for line in video)


def test_a_data_channel_keeps_its_port_and_has_no_direction() -> None:
    _, data = sections(answer_offer(offer(DATA)))
    assert {"a=sctp-port:5000", "a=max-message-size:262144"} <= set(data)
    assert not any(line in ("a=sendrecv", "a=inactive") for line in data)


def test_the_bundle_keeps_what_was_accepted() -> None:
    session, *_ = sections(answer_offer(offer(AUDIO, TEXT, VIDEO)))
    assert "a=group:BUNDLE a1 v1" in session


def test_without_a_bundle_there_is_none() -> None:
    assert "BUNDLE" not in answer_offer(offer(AUDIO, session=""))


@pytest.mark.parametrize(
    ("offered", "answered"),
    [("sendrecv", "sendrecv"), ("sendonly", "recvonly"), ("recvonly", "sendonly"), ("inactive", "inactive")],
)
@pytest.mark.parametrize("level", ["media", "session"])
def test_the_direction_is_mirrored(offered: str, answered: str, level: str) -> None:
    direction = f"a={offered}\n"
    text = offer(VIDEO + direction) if level == "media" else offer(VIDEO, session=direction)
    assert f"a={answered}" in sections(answer_offer(text))[1]


@pytest.mark.parametrize(
    ("offered", "answered"), [("actpass", "active"), ("passive", "active"), ("active", "passive")]
)
def test_the_other_dtls_part_is_taken(offered: str, answered: str) -> None:
    lines = sections(answer_offer(offer(VIDEO + f"a=setup:{offered}\n")))[1]
    assert [line for line in lines if line.startswith("a=setup")] == [f"a=setup:{answered}"]


def test_a_section_switched_off_stays_off_unless_it_is_bundled() -> None:
    off = VIDEO.replace("m=video 9", "m=video 0")
    assert sections(answer_offer(offer(off)))[1][0].startswith("m=video 0 ")
    assert sections(answer_offer(offer(off + "a=bundle-only\n")))[1][0].startswith("m=video 9 ")


def test_each_answer_has_credentials_of_its_own_and_one_candidate() -> None:
    lines = sections(answer_offer(offer(VIDEO)))[1]
    text = "\n".join(lines)
    assert len(re.findall(r"(?m)^a=candidate:.* typ host$", text)) == 1
    assert re.search(r"(?m)^a=ice-ufrag:[0-9a-f]{8}$", text)
    assert re.search(r"(?m)^a=ice-pwd:[0-9a-f]{24}$", text)
    assert re.search(r"(?m)^a=fingerprint:sha-256 [0-9A-F]{2}(:[0-9A-F]{2}){31}$", text)
    again = sections(answer_offer(offer(VIDEO)))[1]
    assert not {line for line in lines if "ice-" in line or "fingerprint" in line} & set(again)


def test_line_feeds_alone_are_read() -> None:
    assert "m=video 9" in answer_offer(offer(VIDEO).replace("\r\n", "\n"))


@pytest.mark.parametrize("text", ["", "v=0\r\n", "v=0\nm=audio 9\n", "m=\n"], ids=repr)
def test_an_offer_without_readable_media_is_an_invalid_argument(text: str) -> None:
    with pytest.raises(ServiceFault, match=r"InvalidArgumentException .*MessagePayload"):
        answer_offer(text)
