# SPDX-License-Identifier: Apache-2.0
"""The watch over event loops sees each kind of call that blocks one, made by code of ours, and no others.

Every test of the suite is under it (``tests/loopwatch.py``); here is what it must find, and what it must let pass.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import platform
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import certifi
import pytest
from faultserver import CHANNEL, OK, answering, http

import kinesis_video_signaling as package
import loopwatch
from heliograph.credentials import Secret
from heliograph.processes import run_async

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "def act(function, *arguments):\n    return function(*arguments)\n"


def act_in(file: Path) -> Callable[..., Any]:
    """A function that calls another one, as if it stood in that file."""
    names: dict[str, Any] = {}
    exec(compile(SOURCE, str(file), "exec"), names)  # noqa: S102  the text above
    return cast(Callable[..., Any], names["act"])


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> loopwatch.LoopWatch:
    """The watch over this run."""
    found = request.config.pluginmanager.get_plugin("loopwatch")
    assert isinstance(found, loopwatch.LoopWatch)
    return found


@pytest.fixture
def unread_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a module that was not imported yet."""
    (tmp_path / "unread_module.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield "unread_module"
    del sys.modules["unread_module"]


def seen(watch: loopwatch.LoopWatch) -> list[str]:
    """The kinds of calls that were found, which are forgotten then."""
    found, watch.found[:] = [each.partition(" ")[0] for each in watch.found], []
    return found


def unused() -> tuple[str, int]:
    """A place where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
    return host, port


def tls() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


KINDS: dict[str, tuple[str, Callable[[Path], tuple[Any, ...]]]] = {
    "open": ("open", lambda folder: (open, folder / "x", "w")),
    "os.open": ("open", lambda folder: (os.open, folder / "x", os.O_CREAT)),
    "Path.write_text": ("open", lambda folder: ((folder / "x").write_text, "x")),
    "listdir": ("os.listdir", lambda folder: (os.listdir, folder)),
    "scandir": ("os.scandir", lambda folder: (os.scandir, folder)),
    "mkdir": ("os.mkdir", lambda folder: (os.mkdir, folder / "x")),
    "replace": ("os.rename", lambda folder: (os.replace, folder, folder.with_name("other"))),
    "a look-up of a name": ("socket.getaddrinfo", lambda folder: (socket.getaddrinfo, "127.0.0.1", 1)),
    "create_connection": ("socket.connect", lambda folder: (socket.create_connection, unused())),
    "certificates": (
        "ssl.load_verify_locations",
        lambda folder: (tls().load_verify_locations, certifi.where()),
    ),
    "default certificates": ("ssl.load_default_certs", lambda folder: (tls().load_default_certs,)),
    "a program": ("subprocess.Popen", lambda folder: (subprocess.call, [sys.executable, "-V"])),
    "a sleep": ("time.sleep", lambda folder: (time.sleep, 0)),
}
OURS = [
    "runtime/heliograph/made_up.py",
    "generated/kinesis_video_signaling/made_up.py",
    "local/heliograph_local/x.py",
]


def call(act: Callable[..., Any], *call: Any) -> None:
    """Make a call and close what it opened."""
    with contextlib.suppress(ConnectionRefusedError):
        opened = act(*call)
        if hasattr(opened, "close"):
            opened.close()
        elif call[0] is os.open:
            os.close(opened)


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_of_ours_that_blocks_its_loop_is_found(
    kind: str, watch: loopwatch.LoopWatch, tmp_path: Path
) -> None:
    event, made = KINDS[kind]
    call(act_in(ROOT / OURS[0]), *made(tmp_path))
    assert event in seen(watch)


@pytest.mark.anyio
@pytest.mark.parametrize("file", OURS)
async def test_all_code_of_ours_is_watched(file: str, watch: loopwatch.LoopWatch) -> None:
    act_in(ROOT / file)(time.sleep, 0)
    assert seen(watch) == ["time.sleep"]


@pytest.mark.anyio
async def test_a_package_that_a_test_generates_is_watched(watch: loopwatch.LoopWatch, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    act_in(tmp_path / "client.py")(time.sleep, 0)
    act_in(tmp_path / "codec" / "things.py")(time.sleep, 0)
    assert seen(watch) == ["time.sleep"] * 2


@pytest.mark.anyio
async def test_a_library_that_we_call_is_watched(watch: loopwatch.LoopWatch) -> None:
    library = act_in(Path(pytest.__file__).with_name("made_up.py"))
    act_in(ROOT / OURS[0])(library, time.sleep, 0)
    assert seen(watch) == ["time.sleep"]


@pytest.mark.anyio
async def test_the_place_is_told(watch: loopwatch.LoopWatch) -> None:
    act_in(ROOT / OURS[0])(time.sleep, 0)
    assert watch.found == ["time.sleep at made_up.py:2 in act"]
    watch.found.clear()


@pytest.mark.anyio
async def test_what_does_not_block_a_loop_or_is_not_ours_passes(
    watch: loopwatch.LoopWatch, unread_module: str
) -> None:
    ours = act_in(ROOT / OURS[0])
    time.sleep(0)  # noqa: ASYNC251  a test's own
    ours(lambda: time.sleep(0))  # a function of the test that the runtime calls
    ours(importlib.import_module, unread_module)
    await asyncio.to_thread(ours, time.sleep, 0)
    with socket.socket() as sock:
        sock.setblocking(False)
        ours(sock.connect_ex, unused())
    assert await ours(run_async, [Secret(sys.executable), Secret("-V")], 10) == (
        0,
        f"Python {platform.python_version()}\n",
    )
    assert watch.found == []


def test_what_blocks_no_loop_passes(watch: loopwatch.LoopWatch) -> None:
    act_in(ROOT / OURS[0])(time.sleep, 0)
    assert watch.found == []


def test_a_test_whose_loop_was_blocked_fails(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "blocking.py").write_text("import time\n\n\nasync def run():\n    time.sleep(0)\n")
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path[:0] = [{str(ROOT / 'tests')!r}, {str(tmp_path)!r}]\n"
        "from loopwatch import install as pytest_configure\n"
    )
    (tmp_path / "test_it.py").write_text(
        "import asyncio, blocking\n\n"
        "def test_blocks(): asyncio.run(blocking.run())\n"
        "def test_does_not(): asyncio.run(asyncio.sleep(0))\n"
        "def test_has_no_loop(): pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
        tmp_path,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "the event loop was blocked: time.sleep at blocking.py:5 in run" in ended.stdout
    assert "1 failed, 2 passed" in ended.stdout
    assert "event loops: 2 tests ran one" in ended.stdout


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_first_call_with_a_profile_and_a_retry_blocks_nothing(
    host: str, serve: Callable[..., Any], watch: loopwatch.LoopWatch, tmp_path: Path
) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = A\naws_secret_access_key = B\n")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    server = serve(answering(http(503, {}), OK))

    async def run() -> Any:
        async with package.AsyncClient(
            endpoint_url=f"http://{host}:{server.port}", random=lambda: 0.0
        ) as client:
            return await client.get_ice_server_config(CHANNEL)

    assert asyncio.run(run()).response.attempts == 2
    assert watch.found == []


@pytest.mark.anyio
async def test_a_synchronous_client_may_be_used_where_a_loop_runs(
    serve: Callable[..., Any], watch: loopwatch.LoopWatch
) -> None:
    server = serve(answering(OK))
    options: dict[str, Any] = {"credentials": package.ANONYMOUS, "region": "eu-west-1"}
    with package.Client(endpoint_url=server.url, **options) as client:
        client.get_ice_server_config(CHANNEL)
    assert watch.found == []
