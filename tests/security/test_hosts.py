# SPDX-License-Identifier: Apache-2.0
"""Text from outside that becomes part of a host: none of it may lead to another one.

One list for every door: a region, an account id, a label of a host, a parameter of endpoint rules, an endpoint, and the
addresses of metadata services. What each door lets through is only what a host label is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

import kinesis_video_signaling as package
from heliograph import Credentials, HeliographError, config, rules
from heliograph.credentials import Container, Context, Instance
from heliograph.effects import drive
from heliograph.endpoints import label_of_host, parse_address, standard_endpoint
from proof.hosts import HOSTILE

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
KEYS = Credentials("AKIDEXAMPLE", "example-secret")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Nobody:
    """A transport that must not be asked."""

    def send(self, request: Any) -> Any:
        raise AssertionError(f"sent to {request.authority}")


def called(**options: Any) -> None:
    settings: dict[str, Any] = {"region": "eu-west-1", "credentials": KEYS, "transport": Nobody(), **options}
    package.Client(**settings).get_ice_server_config(CHANNEL)


def asked(source: Any, env: Mapping[str, str]) -> None:
    drive(source.load(Context({**env, "HOME": "/"}, clock=lambda: NOW)), Nobody, lambda seconds: None)


LABELS: dict[str, Callable[[str], object]] = {
    "a region": lambda text: config.region(text, {}, {}),
    "a region of the environment": lambda text: config.region(None, {"AWS_REGION": text or "-"}, {}),
    "a region of a profile": lambda text: config.region(None, {}, {"region": text or "-"}),
    "a region of the standard rules": lambda text: standard_endpoint("x", Region=text),
    "a region or an account id of rules": rules.as_host_label,
    "a label of a host": lambda text: label_of_host({"Id": text}, "Id"),
    "a client's region": lambda text: called(region=text),
    "a client's parameter": lambda text: called(endpoint_params={"Region": text}),
}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("door", LABELS)
def test_what_is_no_label_does_not_become_one(door: str, text: str) -> None:
    with pytest.raises(HeliographError) as caught:
        LABELS[door](text)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("door", [door for door in LABELS if not door.startswith("a client")])
def test_a_label_passes_each_door(door: str) -> None:
    assert LABELS[door]("eu-west-1")


HARMLESS_IN_A_HOST = {"", "us.east.1", "us_east_1", "a" * 64, "-us-east-1", "us-east-1-"}
"""What may be a part of a host's name: it stays below the same domain."""


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_part_of_a_host_stays_one(text: str) -> None:
    if text in HARMLESS_IN_A_HOST:
        assert rules.as_host_part(text) == text
    else:
        with pytest.raises(HeliographError):
            rules.as_host_part(text)


PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:/[]")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("where", ["{}.service.test", "service.test:{}", "{}", "service.test.{}"])
def test_an_endpoint_is_where_it_reads(text: str, where: str) -> None:
    """The host is what stands before the first slash, or the endpoint is refused."""
    rest = where.format(text)
    try:
        address = parse_address(f"https://{rest}", "endpoint_url")
    except HeliographError:
        return
    assert set(rest) <= PLAIN
    host, slash, path = rest.partition("/")
    assert (address.authority, address.path) == (host, (slash + path).rstrip("/"))


METADATA: dict[str, Callable[[str], None]] = {
    "a container's full URI": lambda text: asked(
        Container(), {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{text}"}
    ),
    "a container's full URI after its host": lambda text: asked(
        Container(), {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://169.254.170.2{text or '.attacker.com'}"}
    ),
    "a container's path": lambda text: asked(
        Container(), {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": text or "attacker.com"}
    ),
    "the instance's service": lambda text: asked(
        Instance(), {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://{text or '@'}@attacker.com"}
    ),
    "the instance's service and more": lambda text: asked(
        Instance(), {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://169.254.169.254?{text}"}
    ),
}


@pytest.mark.parametrize("text", [text for text in HOSTILE if text != "[::1]"], ids=ascii)
@pytest.mark.parametrize("door", METADATA)
def test_keys_are_asked_from_no_other_host(door: str, text: str) -> None:
    with pytest.raises(HeliographError):
        METADATA[door](text)
