# SPDX-License-Identifier: Apache-2.0
"""A process ends while credentials are being fetched: at once, and without a word on standard error."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

QUICK = 4.0
"""Seconds. The fetches below would take six, or a minute."""
START = """
import asyncio, atexit, os, socket, sys, threading, time
from datetime import UTC, datetime, timedelta
from heliograph import Credentials
from heliograph.credentials import Cached, Container, Process
import kinesis_video_signaling as package

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
listener = socket.create_server(("127.0.0.1", 0))  # nobody answers
os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
inside = threading.Event()

class Slow(Container):
    def load(self, context):
        inside.set()
        return (yield from super().load(context))

def client(credentials, kind=package.Client):
    return kind(region="eu-west-1", endpoint_url="http://127.0.0.1:1", credentials=credentials, max_attempts=1)

def call(made):
    made.get_ice_server_config(CHANNEL)

def in_thread(made):
    thread = threading.Thread(target=call, args=(made,), daemon=True)
    thread.start()
    return thread

def leave():
    sys.stdout.write("leaving\\n")
    sys.stdout.flush()
"""
SCENES = {
    "a thread fetches": "made = client(Slow()); in_thread(made); inside.wait(); leave()",
    "a thread fetches and others wait for it": """
made = client(Slow())
threads = [in_thread(made) for _ in range(5)]
inside.wait()
time.sleep(0.1)
leave()
""",
    "a thread waits for a program": """
class Program(Process):
    def load(self, context):
        inside.set()
        return (yield from super().load(context))
in_thread(client(Program("sleep 5")))
inside.wait()
time.sleep(0.1)
leave()
""",
    "a thread asks a function": """
def keys():
    inside.set()
    time.sleep(60)
in_thread(client(Cached(keys)))
inside.wait()
leave()
""",
    "a task fetches": """
async def main():
    made = client(Slow(), package.AsyncClient)
    tasks = [asyncio.create_task(made.get_ice_server_config(CHANNEL)) for _ in range(3)]
    while not inside.is_set():
        await asyncio.sleep(0.01)
    leave()
asyncio.run(main())
""",
    "a task waits for a program": """
async def main():
    made = client(Process("sleep 5"), package.AsyncClient)
    task = asyncio.create_task(made.get_ice_server_config(CHANNEL))
    await asyncio.sleep(0.3)
    leave()
asyncio.run(main())
""",
    "a task asks a coroutine function": """
async def keys():
    inside.set()
    await asyncio.sleep(60)
async def main():
    made = client(Cached(keys), package.AsyncClient)
    tasks = [asyncio.create_task(made.get_ice_server_config(CHANNEL)) for _ in range(3)]
    while not inside.is_set():
        await asyncio.sleep(0.01)
    leave()
asyncio.run(main())
""",
    "a thread fetches while a task of another loop waits": """
made = client(source := Slow())
in_thread(made)
inside.wait()
async def main():
    other = client(source, package.AsyncClient)
    task = asyncio.create_task(other.get_ice_server_config(CHANNEL))
    await asyncio.sleep(0.1)
    leave()
asyncio.run(main())
""",
    "a call is made on the way out": """
from heliograph import ConnectError
ends = datetime.now(UTC) + timedelta(seconds=700)
made = client(Cached(lambda: Credentials("AKID", "example-secret", None, None, ends)))
def last():
    try:
        call(made)
    except ConnectError:
        sys.stdout.write("called\\\\n")
atexit.register(last)
leave()
""",
    "nobody holds the client any more": """
made = client(Slow())
thread = in_thread(made)
inside.wait()
del made
import gc
gc.collect()
leave()
""",
}


def ended(scene: str, number: int | None = None) -> tuple[int, str, float]:
    """Status, standard error, and the seconds from the last line of the scene."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    child = subprocess.Popen(
        [sys.executable, "-W", "default", "-W", "ignore::ResourceWarning", "-c", START + scene],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull},
    )  # fmt: skip
    assert child.stdout is not None
    first = child.stdout.readline()
    if number is not None:
        child.send_signal(number)
    start = time.monotonic()
    _, errors = child.communicate(timeout=60)
    assert first == "leaving\n", errors
    return child.returncode, errors, time.monotonic() - start


@pytest.mark.parametrize("scene", SCENES)
def test_a_process_ends_at_once_and_in_silence(scene: str) -> None:
    status, errors, seconds = ended(SCENES[scene])
    assert (status, errors) == (0, "")
    assert seconds < QUICK


@pytest.mark.skipif(os.name != "posix", reason="the signal is sent as on POSIX systems")
@pytest.mark.parametrize("waiting", ["fetches", "waits for a program"])
@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_an_interrupt_ends_a_fetch(flavour: str, waiting: str) -> None:
    """What is printed is Python's own, and ends in KeyboardInterrupt; no child is left behind."""
    source = "Slow()" if waiting == "fetches" else "Process('sleep 50')"
    later = "threading.Timer(0.3, leave).start()\n"
    call = {
        "sync": f"call(client({source}))",
        "async": f"asyncio.run(client({source}, package.AsyncClient).get_ice_server_config(CHANNEL))",
    }[flavour]
    status, errors, seconds = ended(later + call, signal.SIGINT)
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert "Exception ignored" not in errors
    assert "never awaited" not in errors
    assert status in (-signal.SIGINT, 128 + signal.SIGINT, 1)
    assert seconds < QUICK
