# SPDX-License-Identifier: Apache-2.0
"""What importing a client and making one loads, and that neither touches a file, a socket or another process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_ON_IMPORT = {
    "asyncio", "concurrent.futures", "dataclasses", "enum", "httpcore", "httpx", "json", "logging", "ssl", "typing",
}  # fmt: skip
FORBIDDEN_ON_CONSTRUCTION = {
    "anyio", "asyncio", "concurrent.futures", "dataclasses", "email", "hashlib", "httpcore", "httpx", "json", "logging",
    "socket", "ssl", "subprocess", "tempfile", "threading", "typing", "uuid",
}  # fmt: skip

CHILD = """
import sys

def watch(event, arguments):
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc")):
        touched.append(f"{event} {arguments[0]}")
    elif event.partition(".")[0] in ("socket", "subprocess", "urllib", "shutil", "tempfile") or event in (
        "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.putenv", "os.mkdir", "os.remove", "os.rename"
    ):
        touched.append(event)

touched = []
sys.path[:0] = sys.argv[1:]
sys.addaudithook(watch)
at_start = set(sys.modules)
import kinesis_video_signaling as package
imported = set(sys.modules) - at_start
from heliograph import Credentials
keys = Credentials("AKIDEXAMPLE", "example-secret")
clients = [package.Client(region="eu-west-1", credentials=keys)]
clients.append(package.AsyncClient(endpoint_url="https://x.test", max_attempts=5))
clients.append(clients[0].with_options(timeout=5))
made = set(sys.modules) - at_start
import_touched = list(touched)

import json
print(json.dumps({"imported": sorted(imported), "made": sorted(made), "touched": import_touched,
                  "at_start": sorted(at_start)}))
"""


@pytest.fixture(scope="module")
def child() -> Any:
    """What a fresh interpreter reports."""
    roots = [str(ROOT / "runtime"), str(ROOT / "generated")]
    command = [sys.executable, "-I", "-B", "-W", "error", "-c", CHILD, *roots]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_child_starts_with_none_of_them(child: Any) -> None:
    """Else what follows would prove nothing."""
    assert not (FORBIDDEN_ON_IMPORT | FORBIDDEN_ON_CONSTRUCTION) & set(child["at_start"])


def test_an_import_loads_nothing_heavy(child: Any) -> None:
    assert "kinesis_video_signaling" in child["imported"]
    assert not FORBIDDEN_ON_IMPORT & set(child["imported"])
    own = {name for name in child["imported"] if name.startswith(("heliograph", "kinesis"))}
    assert own == {
        "heliograph", "heliograph._lazy", "heliograph._version", "heliograph.generated", "kinesis_video_signaling",
    }  # fmt: skip


def test_making_a_client_loads_no_http_library_and_no_event_loop(child: Any) -> None:
    assert "heliograph.core" in child["made"]
    assert not FORBIDDEN_ON_CONSTRUCTION & set(child["made"])
    assert "heliograph.transport" not in child["made"]


def test_neither_touches_the_world(child: Any) -> None:
    assert child["touched"] == []
