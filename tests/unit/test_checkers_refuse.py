# SPDX-License-Identifier: Apache-2.0
"""mypy and pyright understand a generated package: they accept what is right and refuse each mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import heliograph
import kinesis_video_signaling
from heliograph_codegen.generate import generate

pytestmark = pytest.mark.once

CASES = Path(__file__).parents[1] / "cases"
ROOTS = [str(Path(str(module.__file__)).parents[1]) for module in (heliograph, kinesis_video_signaling)]

RIGHT = """# pyright: strict
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_type

import heliograph
import kinesis_video_signaling as package
import made_pages
import made_waits
from kinesis_video_signaling import (
    AsyncKinesisVideoSignalingClient,
    GetIceServerConfigResponse,
    IceServer,
    KinesisVideoSignalingClient,
    KinesisVideoSignalingError,
    ResourceNotFoundException,
    SendAlexaOfferToMasterResponse,
    from_dict,
    resolve_endpoint,
    to_dict,
)

ARN = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/door/1"


def camera(endpoint: str) -> list[str]:
    with KinesisVideoSignalingClient(region="eu-west-1", endpoint_url=endpoint, timeout=5) as signaling:
        assert_type(signaling, KinesisVideoSignalingClient)
        try:
            config = signaling.get_ice_server_config(ARN, {"ClientId": "viewer-1"}, service="TURN")
        except ResourceNotFoundException as error:
            assert_type(error.message, str | None)
            assert_type(error.request_id, str | None)
            assert_type(error.status_code, int)
            raise
        assert_type(config, GetIceServerConfigResponse)
        assert_type(config.ice_server_list, Sequence[IceServer])
        assert_type(config.response, heliograph.ResponseInfo)
        assert_type(config.response.attempts, int)
        for server in config.ice_server_list:
            assert_type(server.ttl, int | None)
            assert_type(server.uris, Sequence[str])
        answer = signaling.send_alexa_offer_to_master(ARN, "payload", "sender")
        assert_type(answer, SendAlexaOfferToMasterResponse)
        assert_type(answer.answer, str | None)
        assert_type(signaling.call("GetIceServerConfig", {"ChannelARN": ARN}), dict[str, Any])
        patient = signaling.with_options(timeout=heliograph.Timeout(connect=1), max_attempts=5)
        assert_type(patient, KinesisVideoSignalingClient)
        assert_type(to_dict(config), dict[str, Any])
        return [uri for server in config.ice_server_list for uri in server.uris]


async def robot() -> None:
    async def keys() -> heliograph.Credentials:
        return heliograph.Credentials("AKIDEXAMPLE", "example-secret")

    async with AsyncKinesisVideoSignalingClient(credentials=keys) as signaling:
        assert_type(await signaling.get_ice_server_config(ARN), GetIceServerConfigResponse)
        assert_type(await signaling.call("GetIceServerConfig"), dict[str, Any])
    anonymous = package.AsyncClient(credentials=package.ANONYMOUS)
    assert_type(anonymous, AsyncKinesisVideoSignalingClient)
    await anonymous.aclose()


def odds_and_ends(service: package.Service) -> None:
    package.Client().get_ice_server_config(ARN, service=service)
    package.Client().get_ice_server_config(ARN, service="A service of tomorrow")
    assert_type(resolve_endpoint(Region="eu-west-1").url, str)
    assert_type(IceServer(ttl=300).password, str | None)
    from_dict("IceServer", {"Ttl": 300})
    caught: type[heliograph.ServiceError] = KinesisVideoSignalingError
    assert issubclass(caught, heliograph.HeliographError)
    for name, operation in package.OPERATIONS.items():
        print(name, operation.method, operation.errors)


def pages(client: made_pages.Client) -> None:
    for thing in client.paginate.list_things(group="g", page_size=10, max_items=100):
        assert_type(thing, made_pages.types.Thing)
    for page in client.paginate.list_things(group="g").pages():
        assert_type(page, made_pages.types.ListThingsResponse)
    assert_type(next(iter(client.paginate.list_names())), str)


async def waits(client: made_waits.AsyncClient) -> None:
    thing = await client.wait_until.thing_active(name="n", delay=0.5)
    assert_type(thing, made_waits.types.DescribeThingResponse)
"""

WRONG = """# in standard mode, which does not complain of what is merely unused
from __future__ import annotations

import heliograph
import kinesis_video_signaling
import made_pages
import made_waits
from heliograph import Credentails  # wrong
from kinesis_video_signaling import KinesisVideoSignallingClient  # wrong
from kinesis_video_signaling import AsyncClient, Client, IceServer
from kinesis_video_signaling.errors import ResourceNotFoundError  # wrong

client = Client(region="eu-west-1")
client.get_ice_servers("arn")  # wrong
client.get_ice_server_config()  # wrong
client.get_ice_server_config("arn", clientid="viewer")  # wrong
client.get_ice_server_config("arn", None, "viewer")  # wrong
client.get_ice_server_config(17)  # wrong
client.get_ice_server_config("arn").ice_servers  # wrong
client.get_ice_server_config("arn").ice_server_list.append(IceServer())  # wrong
client.with_options(time_out=3)  # wrong
client.with_options(max_attempts="3")  # wrong
kinesis_video_signaling.clients  # wrong
Client("eu-west-1")  # wrong
Client(regoin="eu-west-1")  # wrong
Client(max_attempts="3")  # wrong
Client(retry_mode="legacy")  # wrong
Client(credentials="AKIDEXAMPLE")  # wrong
IceServer(passwd="x")  # wrong
IceServer(ttl="300")  # wrong
IceServer().pasword  # wrong
heliograph.Timeout(conect=1)  # wrong

pages = made_pages.Client().paginate
pages.list_thingz(group="g")  # wrong
pages.list_things()  # wrong
pages.list_things(group="g", next_token="t")  # wrong
pages.list_things(group="g", page_size="10")  # wrong
pages.get_one()  # wrong
for thing in pages.list_things(group="g"):
    thing.name  # wrong
wait_until = made_waits.Client().wait_until
wait_until.thing_aktive(name="n")  # wrong
wait_until.thing_active()  # wrong
wait_until.thing_active(name="n", delai=1)  # wrong
wait_until.thing_active(name="n").status  # wrong


async def use() -> None:
    client = AsyncClient()
    (await client.get_ice_server_config("arn")).ice_servers  # wrong
    client.get_ice_server_config("arn").ice_server_list  # wrong
    with client:  # wrong
        pass
    for thing in made_pages.AsyncClient().paginate.list_things(group="g"):  # wrong
        pass
    made_waits.AsyncClient().wait_until.thing_active(name="n").thing  # wrong
"""

Report = set[tuple[str, int]]
"""File and line of each error a checker found."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checked")
    (folder / "right.py").write_text(RIGHT)
    (folder / "wrong.py").write_text(WRONG)
    for name in ("pages", "waits"):
        generate(CASES / name / "model.yaml", folder, package=f"made_{name}", tests=folder / "tests")
    return folder


def run(tool: str, folder: Path, *arguments: str) -> tuple[str, str]:
    """What a checker says, and what it complains about."""
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=folder,
        env={**os.environ, "MYPYPATH": os.pathsep.join(ROOTS), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1, f"a run that finds errors ends with 1: {done.stdout}{done.stderr}"
    return done.stdout, done.stderr


@pytest.fixture(scope="module")
def mypy(sources: Path) -> Report:
    out, _ = run(
        "mypy", sources, "--strict", "--config-file=", "--cache-dir=.cache", "--follow-imports=silent",
        "--no-pretty", "right.py", "wrong.py",
    )  # fmt: skip
    print(out)
    found = re.findall(r"^(\S+?):(\d+): error: ", out, re.MULTILINE)
    return {(Path(name).name, int(line)) for name, line in found}


@pytest.fixture(scope="module")
def pyright(sources: Path) -> Report:
    settings = {"typeCheckingMode": "standard", "include": ["right.py", "wrong.py"], "extraPaths": ROOTS}
    (sources / "pyrightconfig.json").write_text(json.dumps(settings))
    out, _ = run(
        "pyright", sources, "--outputjson", "--pythonpath", sys.executable, "-p", "pyrightconfig.json"
    )
    found = [entry for entry in json.loads(out)["generalDiagnostics"] if entry["severity"] == "error"]
    for entry in found:
        print(entry["file"], entry["range"]["start"]["line"] + 1, entry["message"])
    return {(Path(entry["file"]).name, entry["range"]["start"]["line"] + 1) for entry in found}


@pytest.fixture(params=["mypy", "pyright"])
def report(request: pytest.FixtureRequest) -> Report:
    found: Report = request.getfixturevalue(request.param)
    return found


def test_right_code_passes(report: Report) -> None:
    assert {line for name, line in report if name == "right.py"} == set()


def test_each_mistake_is_found_and_nothing_else(report: Report) -> None:
    lines = WRONG.split("\n")
    marked = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = {line for name, line in report if name == "wrong.py"}
    assert len(marked) > 20
    assert {lines[number - 1] for number in marked - found} == set(), "mistakes that were let through"
    assert {lines[number - 1] for number in found - marked} == set(), "right lines that were refused"
