# SPDX-License-Identifier: Apache-2.0
"""Checksums of bodies: added to requests, checked in answers."""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from typing import Any

import httpx
import pytest

from heliograph import ConfigError, ParamError, ResponseError
from heliograph.checksums import checksum

BODY = b'{"Name":"n"}'
CONTENT = b"0123456789abcdef" * 100_000


def b64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def crc32(data: bytes) -> str:
    return b64(zlib.crc32(data).to_bytes(4, "big"))


VALUES = {
    "CRC32": crc32(BODY),
    "SHA1": b64(hashlib.sha1(BODY).digest()),
    "SHA256": b64(hashlib.sha256(BODY).digest()),
    "SHA512": b64(hashlib.sha512(BODY).digest()),
}


# Algorithms


@pytest.mark.parametrize(("name", "digest"), [("CRC32C", "e3069283"), ("CRC64NVME", "ae8b14860a799888")])
def test_the_slow_ones_have_the_check_values_of_their_catalogues(name: str, digest: str) -> None:
    assert checksum(name, "").of([b"12345", b"", b"6789"]) == b64(bytes.fromhex(digest))


# Requests


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256", "SHA512"])
def test_adds_the_checksum_that_was_asked_for(case: Any, algorithm: str) -> None:
    case.client().put(name="n", algorithm=algorithm)
    assert case.sent.headers[f"x-amz-checksum-{algorithm.lower()}"] == VALUES[algorithm]
    assert case.sent.headers["x-amz-sdk-checksum-algorithm"] == algorithm


@pytest.mark.parametrize("algorithm", ["CRC32C", "CRC64NVME"])
def test_adds_a_slow_checksum_too(case: Any, algorithm: str) -> None:
    case.client().put(name="n", algorithm=algorithm)
    assert case.sent.headers[f"x-amz-checksum-{algorithm.lower()}"] == checksum(algorithm, "").of([BODY])


def test_an_algorithm_that_cannot_be_computed_is_refused_by_name(case: Any) -> None:
    with pytest.raises(ParamError, match="Algorithm: NEW1 cannot be computed here; use one of CRC32, SHA1"):
        case.client().put(name="n", algorithm="NEW1")
    assert case.requests == []


@pytest.mark.parametrize("method", ["put", "put_maybe"])
def test_crc32_is_the_default(case: Any, method: str) -> None:
    getattr(case.client(), method)(name="n")
    assert case.sent.headers["x-amz-checksum-crc32"] == VALUES["CRC32"]
    assert case.sent.headers["x-amz-sdk-checksum-algorithm"] == "CRC32"


@pytest.mark.parametrize(("method", "has_one"), [("put", True), ("put_maybe", False)])
def test_a_client_may_want_only_those_that_are_required(case: Any, method: str, has_one: bool) -> None:
    getattr(case.client(checksum_mode="when_required"), method)(name="n")
    assert ("x-amz-checksum-crc32" in case.sent.headers) is has_one


def test_a_checksum_that_is_there_is_kept(case: Any) -> None:
    case.client().put(name="n", crc32="own==")
    assert case.sent.headers["x-amz-checksum-crc32"] == "own=="
    assert "x-amz-sdk-checksum-algorithm" not in case.sent.headers


def test_without_a_choice_of_algorithms_it_is_content_md5(case: Any) -> None:
    case.client().put_md5(name="n")
    assert case.sent.headers["content-md5"] == b64(hashlib.md5(BODY).digest())
    case.client().put_md5(name="n", md5="own==")
    assert case.sent.headers.get_list("content-md5") == ["own=="]


def test_the_checksum_is_signed(case: Any) -> None:
    case.client().put(name="n")
    assert ";x-amz-checksum-crc32;" in case.sent.headers["authorization"]


# Settings


@pytest.mark.parametrize("where", ["environment", "profile"])
def test_the_mode_is_a_setting(case: Any, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    if where == "environment":
        monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_REQUIRED")
    else:
        (tmp_path / "config").write_text("[default]\nrequest_checksum_calculation = when_required\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    case.client().put_maybe(name="n")
    assert "x-amz-checksum-crc32" not in case.sent.headers
    case.client().fetch()
    assert case.sent.headers["x-amz-checksum-mode"] == "ENABLED"
    case.client(checksum_mode="when_supported").put_maybe(name="n")
    assert "x-amz-checksum-crc32" in case.sent.headers


def test_another_mode_is_refused(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ConfigError,
        match="checksum_mode given in code: 'always' cannot be used",
    ):
        case.client(checksum_mode="always").put(name="n")
    monkeypatch.setenv("AWS_RESPONSE_CHECKSUM_VALIDATION", "never")
    with pytest.raises(ConfigError, match="AWS_RESPONSE_CHECKSUM_VALIDATION"):
        case.client().fetch()


# Streams


def trailed(content: bytes, value: str, chunk: int = 1024 * 1024) -> bytes:
    """The content in the encoding aws-chunked, with a checksum after it."""
    pieces = [content[start : start + chunk] for start in range(0, len(content), chunk)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return chunks + b"0\r\nx-amz-checksum-crc32:%b\r\n\r\n" % value.encode()


def test_the_checksum_of_a_stream_follows_it(case: Any) -> None:
    case.client().upload(body=io.BytesIO(CONTENT), encoding="br")
    headers = case.sent.headers
    assert headers["x-amz-trailer"] == "x-amz-checksum-crc32"
    assert headers["content-encoding"] == "br, aws-chunked"
    assert headers["x-amz-decoded-content-length"] == str(len(CONTENT))
    assert headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    assert headers["x-amz-sdk-checksum-algorithm"] == "CRC32"
    assert headers["transfer-encoding"] == "chunked"
    assert "content-length" not in headers
    assert "x-amz-checksum-crc32" not in headers
    assert case.sent.content == trailed(CONTENT[: 1024 * 1024], "")[: 1024 * 1024 + 10] + b"".join(
        [b"%x\r\n" % (len(CONTENT) - 1024 * 1024), CONTENT[1024 * 1024 :], b"\r\n"]
    ) + trailed(b"", crc32(CONTENT))


def test_an_iterable_of_a_known_length_is_trailed_too(case: Any) -> None:
    case.client().upload(body=iter([CONTENT[:10], CONTENT[10:]]), length=len(CONTENT))
    assert case.sent.headers["x-amz-decoded-content-length"] == str(len(CONTENT))
    assert case.sent.content.endswith(trailed(b"", crc32(CONTENT)))


def test_without_tls_it_comes_first(case: Any) -> None:
    case.client(endpoint_url="http://localhost").upload(body=io.BytesIO(CONTENT))
    assert case.sent.headers["x-amz-checksum-crc32"] == crc32(CONTENT)
    assert case.sent.headers["content-length"] == str(len(CONTENT))
    assert case.sent.content == CONTENT


def test_that_of_bytes_comes_first(case: Any) -> None:
    case.client().upload(body=CONTENT)
    assert case.sent.headers["x-amz-checksum-crc32"] == crc32(CONTENT)
    assert case.sent.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert case.sent.content == CONTENT


def test_a_retry_sends_it_again(case: Any) -> None:
    bodies: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        return httpx.Response(503 if len(bodies) == 1 else 200)

    client = case.client(transport=httpx.MockTransport(handle), max_attempts=2, sleep=case.no_sleep)
    client.upload(body=io.BytesIO(b"abc"))
    assert bodies == [trailed(b"abc", crc32(b"abc"))] * 2


# Answers


def answer(content: bytes, **values: str) -> dict[str, Any]:
    return {
        "content": content,
        "headers": {f"x-amz-checksum-{name}": value for name, value in values.items()},
    }


def test_asks_for_the_checksum_and_checks_it(case: Any) -> None:
    got = case.client(**answer(BODY, crc32=crc32(BODY))).fetch()
    assert got.name == "n"
    assert case.sent.headers["x-amz-checksum-mode"] == "ENABLED"


@pytest.mark.parametrize("algorithm", ["crc32", "sha256"])
def test_a_body_that_is_not_what_its_checksum_says_is_an_error(case: Any, algorithm: str) -> None:
    digest = hashlib.sha256(b"other").digest() if algorithm == "sha256" else b"abcd"
    with pytest.raises(ResponseError, match=f"not what the header x-amz-checksum-{algorithm} says"):
        case.client(**answer(BODY, **{algorithm: b64(digest)})).fetch()


def test_a_checksum_that_is_none_is_an_error(case: Any) -> None:
    with pytest.raises(ResponseError, match="is not base64"):
        case.client(**answer(BODY, crc32="???")).fetch()


@pytest.mark.parametrize(
    "values",
    [{"crc32": "AAAAAA==-3"}, {"new1": "AAAA"}, {"sha1": "AAAA"}, {}],
    ids=["parts", "new", "other", "none"],
)
def test_checksums_that_say_nothing_of_the_body_are_passed_over(case: Any, values: dict[str, str]) -> None:
    assert case.client(**answer(BODY, **values)).fetch().name == "n"


def test_a_client_may_not_want_them(case: Any) -> None:
    case.client(**answer(BODY), checksum_mode="when_required").fetch()
    assert "x-amz-checksum-mode" not in case.sent.headers


def test_slow_ones_are_checked_where_the_caller_asks(case: Any) -> None:
    wrong = answer(BODY, crc32c="AAAAAA==")
    assert case.client(**wrong).fetch().name == "n"
    with pytest.raises(ResponseError, match="crc32c"):
        case.client(**wrong).fetch(mode="ENABLED")


def download(case: Any, wrong: bool) -> Any:
    """What is read of a streamed answer."""
    import asyncio

    from heliograph import Credentials

    headers = {"x-amz-checksum-crc32": crc32(b"other" if wrong else CONTENT)}
    options: dict[str, Any] = {
        "region": "eu-west-1",
        "endpoint_url": "https://service.test",
        "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
        "transport": httpx.MockTransport(
            lambda request: httpx.Response(200, headers=headers, content=CONTENT)
        ),
    }
    if case.flavour == "sync":
        with case.package.Client(**options) as client:
            return client.download().body.read()

    async def run() -> Any:
        async with case.package.AsyncClient(**options) as client:
            return await (await client.download()).body.read()

    return asyncio.run(run())


def test_a_stream_is_checked_at_its_end(case: Any) -> None:
    assert download(case, wrong=False) == CONTENT
    with pytest.raises(ResponseError, match="not what the header x-amz-checksum-crc32 says"):
        download(case, wrong=True)


# Presigned


def presigned(case: Any, operation: str, **params: Any) -> Any:
    return case.run(case.real_client().presign(operation, params))


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
@pytest.mark.parametrize(("operation", "body"), [("Put", {"Name": "n"}), ("Upload", {"Body": BODY})])
def test_a_presigned_call_has_the_checksum_that_was_asked_for(
    case: Any, operation: str, body: dict[str, Any], algorithm: str
) -> None:
    made = presigned(case, operation, Algorithm=algorithm, **body)
    name = f"x-amz-checksum-{algorithm.lower()}"
    assert made.headers[name] == VALUES[algorithm]
    assert name in made.url  # among the headers that the signature covers
    assert made.body == BODY


def test_a_presigned_call_has_the_checksum_that_the_service_requires(case: Any) -> None:
    assert presigned(case, "Put", Name="n").headers["x-amz-checksum-crc32"] == VALUES["CRC32"]
    assert presigned(case, "PutMd5", Name="n").headers["content-md5"] == b64(hashlib.md5(BODY).digest())


def test_a_presigned_call_has_no_other_checksum(case: Any) -> None:
    assert not [name for name in presigned(case, "PutMaybe", Name="n").headers if "checksum" in name]
    assert presigned(case, "Put", Name="n", Crc32="given").headers["x-amz-checksum-crc32"] == "given"


def test_a_checksum_of_a_body_that_comes_later_cannot_be_presigned(case: Any) -> None:
    with pytest.raises(ParamError, match=r"Algorithm: .*give the body too, or its checksum instead"):
        presigned(case, "Upload", Algorithm="CRC32")
    with pytest.raises(ParamError, match="NEW1"):
        presigned(case, "Put", Algorithm="NEW1", Name="n")
