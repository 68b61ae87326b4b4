# SPDX-License-Identifier: Apache-2.0
"""Errors: one tree, what an answer becomes in it, and how little of a server's text gets through."""

from __future__ import annotations

import json
import pickle
import traceback
from typing import Any

import httpx
import pytest

import heliograph
import kinesis_video_signaling as package
from heliograph import Credentials, HeliographError, ServiceError, errors

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No settings but the test's own."""
    import os

    for name in list(os.environ):
        if name.upper().startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def failure(
    status: int = 400,
    body: bytes | dict[str, Any] = b"",
    headers: dict[str, str] | dict[bytes, bytes] | None = None,
    operation: str = "GetIceServerConfig",
    **options: Any,
) -> Any:
    """The error that an answer becomes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = httpx.MockTransport(lambda request: httpx.Response(status, content=content, headers=headers))
    settings = {
        "region": "eu-west-1",
        "endpoint_url": "https://service.test",
        "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
        "max_attempts": 1,
        "transport": answer,
        **options,
    }
    client = package.Client(**{name: value for name, value in settings.items() if value is not None})
    params = {"ChannelARN": CHANNEL}
    if operation == "SendAlexaOfferToMaster":
        params |= {"MessagePayload": "x", "SenderClientId": "y"}
    with pytest.raises(HeliographError) as caught:
        client.call(operation, params)
    return caught.value


# The tree

TREE = {
    "HeliographError": Exception,
    "ParamError": errors.HeliographError,
    "ConfigError": errors.HeliographError,
    "CredentialsError": errors.HeliographError,
    "EndpointError": errors.HeliographError,
    "WaiterError": errors.HeliographError,
    "TransportError": errors.HeliographError,
    "ConnectError": errors.TransportError,
    "TLSError": errors.TransportError,
    "TimeoutError": errors.TransportError,
    "DeadlineError": errors.TransportError,
    "ResponseError": errors.HeliographError,
    "ServiceError": errors.HeliographError,
}


def test_the_tree_is_the_documented_one() -> None:
    assert set(errors.__all__) == set(TREE)
    for name, base in TREE.items():
        error = getattr(errors, name)
        assert error.__bases__[0] is base
        assert getattr(heliograph, name) is error
        assert name in (errors.__doc__ or "")
    assert issubclass(package.ResourceNotFoundException, package.KinesisVideoSignalingError)
    assert package.KinesisVideoSignalingError.__bases__ == (ServiceError,)
    assert not issubclass(errors.TimeoutError, TimeoutError), "Python's own means something else"


@pytest.mark.parametrize("name", sorted(package.OPERATIONS["GetIceServerConfig"].errors))
def test_a_modelled_error_has_its_class(name: str) -> None:
    error = failure(400, {"message": "said"}, {"x-amzn-errortype": name})
    assert type(error) is getattr(package.errors, name)
    assert (error.code, error.message) == (name, "said")


@pytest.mark.parametrize(
    ("body", "headers", "code", "kind"),
    [
        ({"__type": "aws.x#ResourceNotFoundException"}, {}, "ResourceNotFoundException", "ResourceNotFoundException"),
        ({"code": "ResourceNotFoundException"}, {}, "ResourceNotFoundException", "ResourceNotFoundException"),
        ({}, {"x-amzn-errortype": "ResourceNotFoundException:http://x/"}, "ResourceNotFoundException",
         "ResourceNotFoundException"),
        ({}, {"x-amzn-errortype": "aws.x#ResourceNotFoundException:http://x.test/#y"}, "ResourceNotFoundException",
         "ResourceNotFoundException"),
        ({"code": "aws.x#ResourceNotFoundException:http://x.test/#y"}, {}, "ResourceNotFoundException",
         "ResourceNotFoundException"),
        ({"code": "ResourceNotFoundException", "__type": "Other"}, {}, "ResourceNotFoundException",
         "ResourceNotFoundException"),
        ({"code": "Other", "__type": "Another"}, {"x-amzn-errortype": "ResourceNotFoundException"},
         "ResourceNotFoundException", "ResourceNotFoundException"),
        ({}, {"x-amzn-errortype": "resourcenotfoundexception"}, "resourcenotfoundexception",
         "KinesisVideoSignalingError"),
        ({}, {"x-amzn-errortype": "BrandNewException"}, "BrandNewException", "KinesisVideoSignalingError"),
        ({"__type": "BrandNewException"}, {}, "BrandNewException", "KinesisVideoSignalingError"),
        ({}, {}, "400", "KinesisVideoSignalingError"),
        (b"<html>", {}, "400", "KinesisVideoSignalingError"),
        (b"[1, 2]", {}, "400", "KinesisVideoSignalingError"),
        ({"__type": 5}, {}, "5", "KinesisVideoSignalingError"),
        ({"__type": ["x"]}, {}, "['x']", "KinesisVideoSignalingError"),
    ],
)  # fmt: skip
def test_a_code_is_found_wherever_it_stands_and_an_unknown_one_raises_the_base(
    body: Any, headers: dict[str, str], code: str, kind: str
) -> None:
    error = failure(400, body, headers)
    assert type(error).__name__ == kind
    assert error.code == code


def test_an_error_has_everything_to_quote() -> None:
    error = failure(404, {"Message": "none"}, {"x-amzn-errortype": "ResourceNotFoundException",
                                               "x-amzn-RequestId": "r-1", "x-more": "m"})  # fmt: skip
    assert (error.code, error.message, error.status_code) == ("ResourceNotFoundException", "none", 404)
    assert (error.request_id, error.operation, error.attempts) == ("r-1", "GetIceServerConfig", 1)
    assert error.headers["x-more"] == "m"
    assert str(error) == "ResourceNotFoundException (GetIceServerConfig, HTTP 404): none"
    assert package.to_dict(error) == {"Message": "none"}


@pytest.mark.parametrize("header", ["x-amzn-requestid", "x-amz-request-id", "X-Amzn-Request-Id"])
def test_a_request_id_goes_by_three_names(header: str) -> None:
    assert failure(400, {}, {header: "r-2"}).request_id == "r-2"


def test_an_error_without_anything_says_so() -> None:
    error = failure(418)
    assert (error.code, error.message, error.request_id) == ("418", None, None)
    assert str(error) == "418 (GetIceServerConfig, HTTP 418): the service gave no message"


def test_an_error_is_pickled_with_its_code_and_message() -> None:
    """Process pools send errors that way; the rest of it stays behind."""
    error = errors.TimeoutError("late", "read")
    assert (str(pickle.loads(pickle.dumps(error))), pickle.loads(pickle.dumps(error)).phase) == (
        "late",
        "read",
    )
    served = pickle.loads(pickle.dumps(failure(404, {"message": "none"}, {"x-amzn-errortype": "X"})))
    assert (served.code, served.message, served.status_code) == ("X", "none", 404)


# What a server says

HOSTILE_TEXT = [
    ("\x1b[31mred\x1b[0m", " [31mred [0m"),
    ("a\r\nb\tc", "a  b c"),
    ("\u202eevil\u2066", " evil "),
    ("nul\0bel\x07", "nul bel "),
    ("c1\x9b31m", "c1 31m"),
    ("zero\u200bwidth", "zero width"),
    ("line\u2028par\u2029", "line par "),
    ("plain é \u4e2d", "plain é \u4e2d"),
]


@pytest.mark.parametrize(("said", "kept"), HOSTILE_TEXT, ids=lambda text: ascii(text))
def test_a_message_cannot_steer_a_terminal_or_a_log(said: str, kept: str) -> None:
    error = failure(400, {"message": said, "__type": "ResourceNotFoundException"})
    assert error.message == kept
    assert str(error).isprintable()


def test_a_code_and_a_request_id_cannot_either() -> None:
    error = failure(400, {"__type": "Bad\x1b[2J\r\nCode"}, {b"x-amzn-requestid": b"r\x9b2J\xadx"})
    assert error.code == "Bad [2J  Code"
    assert error.request_id == "r 2J x"
    assert str(error).isprintable()


@pytest.mark.parametrize("size", [1024, 1025, 1_000_000])
def test_a_message_is_cut_at_a_thousand_characters(size: int) -> None:
    error = failure(400, {"message": "m" * size, "__type": "C" * 1000}, {"x-amzn-requestid": "r" * 1000})
    assert len(error.message) == min(size, 1024)
    assert error.message.endswith("..." if size > 1024 else "m")
    assert len(error.code) == 128
    assert len(error.request_id) == 128


def test_a_page_that_is_no_error_of_the_service_is_quoted_shortly() -> None:
    error = failure(502, b"<html>\n<title>Bad\x1b gateway</title>" + b"x" * 5000)
    assert (error.code, error.status_code) == ("502", 502)
    assert error.message.startswith("<html> <title>Bad  gateway</title>")
    assert len(error.message) == 200


def test_an_answer_that_cannot_be_read_does_not_show_what_it_holds() -> None:
    error = failure(200, b'{"IceServerList": [{"Password": "hunter2"')
    assert type(error) is errors.ResponseError
    assert "hunter2" not in str(error)
    assert "byte" in str(error)


# The mistake everybody makes

WRONG_HOST = ["UnknownOperationException", "AccessDeniedException", "Forbidden", "AccessDenied"]


@pytest.mark.parametrize("code", WRONG_HOST)
def test_a_call_to_the_regions_host_is_told_where_it_belongs(code: str) -> None:
    error = failure(403, {"message": "no"}, {"x-amzn-errortype": code}, endpoint_url=None)
    (note,) = error.__notes__
    assert note.startswith("This call went to https://kinesisvideo.eu-west-1.amazonaws.com. ")
    assert "GetSignalingChannelEndpoint" in note
    assert note in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("body", [b"", b'{"message":"Forbidden"}'], ids=["nothing", "a gateway's text"])
@pytest.mark.parametrize("status", [403, 404])
def test_an_answer_without_a_code_is_told_the_same(status: int, body: bytes) -> None:
    assert failure(status, body, endpoint_url=None).__notes__


@pytest.mark.parametrize("place", ["endpoint_url = https://all.test", "services section"])
def test_a_profile_may_name_the_channels_host_or_one_for_all(place: str, tmp_path: Any) -> None:
    """Only the block of this very service says that somebody looked the channel's host up."""
    section = "services = own\n[services own]\nkinesis_video_signaling =\n  endpoint_url = https://own.test"
    own = place == "services section"
    (tmp_path / "config").write_text(f"[default]\n{section if own else place}\n")
    error = failure(403, {}, {"x-amzn-errortype": "AccessDeniedException"}, endpoint_url=None)
    assert hasattr(error, "__notes__") is not own


def test_a_setting_for_all_services_is_no_channel_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://control.test")
    error = failure(403, {}, {"x-amzn-errortype": "AccessDeniedException"}, endpoint_url=None)
    assert error.__notes__[0].startswith("This call went to https://control.test. ")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KINESIS_VIDEO_SIGNALING", "https://channel.test")
    error = failure(403, {}, {"x-amzn-errortype": "AccessDeniedException"}, endpoint_url=None)
    assert not hasattr(error, "__notes__")


@pytest.mark.parametrize("code", WRONG_HOST)
def test_nothing_is_added_where_an_endpoint_was_given(code: str) -> None:
    assert not hasattr(failure(403, {}, {"x-amzn-errortype": code}), "__notes__")


def test_nothing_is_added_to_other_errors() -> None:
    error = failure(404, {}, {"x-amzn-errortype": "ResourceNotFoundException"}, endpoint_url=None)
    assert not hasattr(error, "__notes__")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://attacker.test/v1/x?X-Amz-Signature=cAnArY", "attacker.test"),
        ("https://user:cAnArY@attacker.test/", "attacker.test"),
        ("/v1/elsewhere?cAnArY", "the same host"),
    ],
    ids=["another host", "with a password", "the same host"],
)
def test_a_redirect_is_an_error_that_shows_the_host_only(status: int, location: str, shown: str) -> None:
    error = failure(status, b"", {"location": location})
    assert (type(error), error.code) == (package.KinesisVideoSignalingError, str(status))
    assert error.__notes__ == [f"Redirects are not followed; this one leads to {shown}."]


# Details


def test_a_param_error_knows_its_place() -> None:
    error = errors.ParamError("expected str", "[0]").inside("Tags").inside("Outer")
    assert (str(error), error.path) == ("Outer.Tags[0]: expected str", "Outer.Tags[0]")
    assert str(errors.ParamError("no")) == "no"
    assert str(errors.ParamError("no").inside("X")) == "X: no"


def test_a_waiter_error_keeps_the_last_output() -> None:
    error = errors.WaiterError("it failed", {"State": "FAILED"})
    assert (str(error), error.reason, error.last) == ("it failed", "it failed", {"State": "FAILED"})


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [("", 5, ""), ("abcde", 5, "abcde"), ("abcdef", 5, "ab..."), ("a\nb", 5, "a b"), ("\n" * 9, 5, "  ...")],
    ids=ascii,
)
def test_text_from_outside_is_printable_and_short(text: str, limit: int, shown: str) -> None:
    assert errors.printable(text, limit) == shown


def test_frames_are_dropped_all_along_a_chain() -> None:
    def inner() -> None:
        try:
            raise ValueError("first")
        except ValueError as first:
            try:
                raise KeyError("second") from first
            except KeyError:
                raise OSError("third")  # noqa: B904 - the chain is what is tested

    with pytest.raises(OSError, match="third") as caught:
        inner()
    error = caught.value
    assert errors.drop_frames(error) is error
    assert error.__traceback__ is None
    assert isinstance(error.__context__, KeyError)
    assert error.__context__.__traceback__ is None
    assert error.__context__.__cause__ is not None
    assert error.__context__.__cause__.__traceback__ is None
