# SPDX-License-Identifier: Apache-2.0
"""``heliograph-local`` on the command line: what it prints, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

import heliograph
import heliograph_local

if TYPE_CHECKING:
    from collections.abc import Iterator

PATHS = [str(Path(package.__file__ or "").parent.parent) for package in (heliograph, heliograph_local)]
COMMAND = [sys.executable, "-W", "error", "-m", "heliograph_local"]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(PATHS)}


@contextmanager
def running(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_end(number: signal.Signals) -> None:
    with running("--channel", "a", "--channel", "b") as process:
        lines = [line(process).split() for _ in range(3)]
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
    assert [fields[0] for fields in lines] == ["control", "channel", "channel"]
    assert [fields[1] for fields in lines[1:]] == ["a", "b"]
    assert (process.returncode, output, errors) == (0, "", "")


def test_json_is_one_line_and_the_addresses_answer_by_then() -> None:
    with running("--json", "--region", "eu-west-1", "--no-verify", "--no-master", "demo") as process:
        started = json.loads(line(process))
        (channel,) = started["channels"]
        connection = HTTPConnection(urlsplit(channel["endpoint"]).netloc, timeout=10)
        connection.request("POST", "/v1/get-ice-server-config", json.dumps({"ChannelARN": channel["arn"]}))
        assert connection.getresponse().status == 200
        connection.close()
        process.terminate()
        output, errors = process.communicate(timeout=10)
    assert set(started) == {"control_url", "region", "channels"}
    assert started["region"] == "eu-west-1"
    assert channel["name"] == "demo"
    assert ":eu-west-1:" in channel["arn"]
    assert (process.returncode, output, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--nonsense"], "--nonsense"),
        (["--port", "x"], "--port"),
        (["--port", "65536"], "port"),
        (["--host", "0.0.0.0"], "loopback"),
        (["--channel", "a b"], "channel name"),
        (["--channel", "a", "--channel", "a"], "named twice"),
        (["--no-master", "x"], "no such --channel"),
        (["--secret-key", ""], "empty"),
        (["--session-token", ""], "empty"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_used_is_one_line_and_status_2(options: list[str], text: str) -> None:
    ended = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=30, env=ENVIRONMENT)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("heliograph-local: ")
    assert ended.stderr.count("\n") == 1
    assert text in ended.stderr


def test_a_port_in_use_is_one_line_and_status_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, timeout=30, env=ENVIRONMENT
        )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"heliograph-local: cannot listen on 127.0.0.1 port {port}: ")
    assert ended.stderr.count("\n") == 1
