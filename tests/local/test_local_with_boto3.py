# SPDX-License-Identifier: Apache-2.0
"""boto3, which knows nothing of heliograph, finds a Kinesis Video signaling service here."""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from heliograph_local import Channel, LocalCredentials, LocalService

boto3 = pytest.importorskip("boto3", reason="boto3 is the client these tests are about")

from botocore.auth import SigV4QueryAuth  # noqa: E402 - after the skip
from botocore.awsrequest import AWSRequest  # noqa: E402 - after the check that botocore is there
from botocore.config import Config  # noqa: E402 - after the check that botocore is there
from botocore.credentials import Credentials  # noqa: E402 - after the check that botocore is there
from botocore.exceptions import ClientError  # noqa: E402 - after the check that botocore is there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OFFER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
TEMPORARY = LocalCredentials("ASIALOCAL", "local-secret", "local+token/==")


@pytest.fixture(autouse=True)
def no_settings_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def service() -> Iterator[LocalService]:
    channels = ["demo", "other", Channel("empty", master=None, message_ttl=0.01)]
    with LocalService(channels) as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Callable[..., Any]]:
    """Makes clients of a service, and closes them."""
    clients: list[Any] = []

    def client(service: LocalService, endpoint: str, **changes: Any) -> Any:
        keys: LocalCredentials = changes.get("credentials", service.credentials)
        clients.append(
            boto3.session.Session().client(
                "kinesis-video-signaling",
                endpoint_url=endpoint,
                region_name=changes.get("region", service.region),
                aws_access_key_id=keys.access_key,
                aws_secret_access_key=keys.secret_key,
                aws_session_token=keys.token,
                config=Config(retries={"total_max_attempts": 1}),
            )
        )
        return clients[-1]

    yield client
    for each in clients:
        each.close()


def payload(text: str) -> str:
    return b64encode(text.encode()).decode()


def alexa_offer() -> dict[str, str]:
    return {
        "SenderClientId": "alexa-1",
        "MessagePayload": payload(json.dumps({"type": "offer", "sdp": OFFER})),
    }


def refused(call: Callable[..., Any], **arguments: str) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error, metadata = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    assert metadata["RequestId"]
    return error["Code"], metadata["HTTPStatusCode"], error["Message"]


@pytest.mark.parametrize(
    "client_id", [{}, {"ClientId": "viewer-1"}], ids=["without client id", "with client id"]
)
def test_ice_servers(service: LocalService, connect: Callable[..., Any], client_id: dict[str, str]) -> None:
    channel = service.channel("demo")
    client = connect(service, channel.endpoint)
    (server,) = client.get_ice_server_config(ChannelARN=channel.arn, **client_id)["IceServerList"]
    assert server["Uris"] == service.turn.uris()
    assert server["Ttl"] == 300
    expiry, _, user = server["Username"].partition(":")
    assert abs(int(expiry) - 300 - datetime.now(UTC).timestamp()) < 60
    assert b64decode(user).decode() == f"v1:{channel.arn}"
    assert server["Password"]


def test_the_masters_answer(service: LocalService, connect: Callable[..., Any]) -> None:
    channel = service.channel("demo")
    output = connect(service, channel.endpoint).send_alexa_offer_to_master(
        ChannelARN=channel.arn, **alexa_offer()
    )
    answer = json.loads(b64decode(output["Answer"]))
    assert answer["type"] == "answer"
    assert "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" in answer["sdp"]


def test_no_answer_where_no_master_is(service: LocalService, connect: Callable[..., Any]) -> None:
    channel = service.channel("empty")
    output = connect(service, channel.endpoint).send_alexa_offer_to_master(
        ChannelARN=channel.arn, **alexa_offer()
    )
    assert output["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert output.get("Answer") is None


def test_a_channel_of_another_endpoint_is_not_found(
    service: LocalService, connect: Callable[..., Any]
) -> None:
    client = connect(service, service.channel("demo").endpoint)
    code, status, message = refused(client.get_ice_server_config, ChannelARN=service.channel("other").arn)
    assert (code, status) == ("ResourceNotFoundException", 404)
    assert message


def test_a_modelled_error_is_the_class_of_its_name(
    service: LocalService, connect: Callable[..., Any]
) -> None:
    client = connect(service, service.channel("demo").endpoint)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_ice_server_config(ChannelARN=service.channel("other").arn)


def test_the_bare_sdp_is_an_invalid_argument(service: LocalService, connect: Callable[..., Any]) -> None:
    channel = service.channel("demo")
    client = connect(service, channel.endpoint)
    arguments = alexa_offer() | {"MessagePayload": payload(OFFER)}
    code, status, message = refused(client.send_alexa_offer_to_master, ChannelARN=channel.arn, **arguments)
    assert (code, status) == ("InvalidArgumentException", 400)
    assert "bare SDP" in message


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"credentials": LocalCredentials("AKIDLOCAL", "another-secret")}, "InvalidSignatureException"),
        ({"credentials": LocalCredentials("AKIDOTHER", "local-secret")}, "UnrecognizedClientException"),
        ({"credentials": TEMPORARY}, "UnrecognizedClientException"),
        ({"region": "us-east-1"}, "InvalidSignatureException"),
    ],
    ids=["wrong secret", "unknown key", "unknown token", "wrong region"],
)
def test_a_signature_that_does_not_fit_is_refused(
    service: LocalService, connect: Callable[..., Any], changes: dict[str, Any], code: str
) -> None:
    channel = service.channel("demo")
    client = connect(service, channel.endpoint, **changes)
    assert refused(client.get_ice_server_config, ChannelARN=channel.arn)[:2] == (code, 403)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(6, "Signature expired:"), (-6, "Signature not yet current:")],
    ids=["late", "early"],
)
def test_a_clock_that_is_off_is_refused(connect: Callable[..., Any], minutes: int, text: str) -> None:
    with LocalService(clock=lambda: datetime.now(UTC) + timedelta(minutes=minutes)) as service:
        channel = service.channel("demo")
        client = connect(service, channel.endpoint)
        code, status, message = refused(client.get_ice_server_config, ChannelARN=channel.arn)
    assert (code, status) == ("InvalidSignatureException", 403)
    assert message.startswith(text)


def test_temporary_keys(connect: Callable[..., Any]) -> None:
    with LocalService(credentials=TEMPORARY) as service:
        channel = service.channel("demo")
        assert connect(service, channel.endpoint).get_ice_server_config(ChannelARN=channel.arn)[
            "IceServerList"
        ]


def test_without_verification_everyone_is_let_in(connect: Callable[..., Any]) -> None:
    with LocalService(verify=False) as service:
        channel = service.channel("demo")
        client = connect(service, channel.endpoint, credentials=TEMPORARY, region="us-east-1")
        assert client.get_ice_server_config(ChannelARN=channel.arn)["IceServerList"]


def test_the_control_address_knows_no_signaling(service: LocalService, connect: Callable[..., Any]) -> None:
    client = connect(service, service.control_url)
    code, status, message = refused(client.get_ice_server_config, ChannelARN=service.channel("demo").arn)
    assert (code, status) == ("UnknownOperationException", 404)
    assert "endpoint" in message


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("SessionExpiredException", 400),
        ("ClientLimitExceededException", 400),
        ("NotAuthorizedException", 401),
    ],
)
def test_a_planned_fault_reaches_the_client_once(
    service: LocalService, connect: Callable[..., Any], code: str, status: int
) -> None:
    channel = service.channel("demo")
    client = connect(service, channel.endpoint)
    service.fail_next("GetIceServerConfig", code, "on purpose")
    assert refused(client.get_ice_server_config, ChannelARN=channel.arn) == (code, status, "on purpose")
    assert client.get_ice_server_config(ChannelARN=channel.arn)


@pytest.mark.parametrize(
    ("secret", "code"),
    [("local-secret", "InvalidArgumentException"), ("another-secret", "InvalidSignatureException")],
    ids=["right secret", "wrong secret"],
)
def test_a_presigned_request(service: LocalService, secret: str, code: str) -> None:
    """It is botocore that presigns, without a body: what is well signed fails for its empty input only."""
    endpoint = service.channel("demo").endpoint
    request = AWSRequest("POST", endpoint + "/v1/get-ice-server-config")
    keys = Credentials(service.credentials.access_key, secret)
    SigV4QueryAuth(keys, "kinesisvideo", service.region, expires=60).add_auth(request)
    connection = HTTPConnection(endpoint.removeprefix("http://"), timeout=10)
    try:
        connection.request("POST", request.url.removeprefix(endpoint))
        assert connection.getresponse().headers["x-amzn-ErrorType"] == code
    finally:
        connection.close()
