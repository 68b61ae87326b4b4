# SPDX-License-Identifier: Apache-2.0
"""Many calls and many clients in one process: memory and file descriptors stay where they are.

    python tools/soak.py [--calls 10000] [--clients 100]

A server on a socket of this machine answers; each flavour is measured in a process of its own, after a tenth as many
calls have warmed it. The exit status is 1 where a bound is passed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
ANSWER = b'{"IceServerList": [{"Ttl": 300}]}'
MOST_GROWTH = 1 << 20
"""Bytes that the calls after the warm-up may add."""
MOST_PER_CLIENT = 20 << 10
"""Bytes that one more client may add."""


def resident() -> int:
    """Bytes of memory that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGESIZE")


def descriptors() -> int:
    """How many file descriptors are open."""
    return len(os.listdir("/proc/self/fd"))


def serve() -> None:
    """Answer on a free port, printed first, until standard input ends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(ANSWER)
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                length = [
                    line for line in request.lower().split(b"\r\n") if line.startswith(b"content-length:")
                ]
                await reader.readexactly(int(length[0].partition(b":")[2]))
                writer.write(head + ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)

    asyncio.run(run())


def settings(port: str) -> dict[str, Any]:
    from heliograph import Credentials

    return {
        "region": "eu-west-1",
        "endpoint_url": f"http://127.0.0.1:{port}",
        "credentials": Credentials("AKIDEXAMPLE", "example"),
    }


def measure_sync(port: str, calls: int, clients: int) -> tuple[int, int, int, int]:
    """Growth of memory and descriptors by the calls, and by clients that are held."""
    from kinesis_video_signaling import Client

    with Client(**settings(port)) as client:
        for _ in range(calls // 10):
            client.get_ice_server_config(CHANNEL)
        memory, files = resident(), descriptors()
        for _ in range(calls):
            client.get_ice_server_config(CHANNEL)
        grown, opened = resident() - memory, descriptors() - files
        memory, files = resident(), descriptors()
        held = [Client(**settings(port)) for _ in range(clients)]
        for each in held:
            each.get_ice_server_config(CHANNEL)
        more, more_files = resident() - memory, descriptors() - files
        for each in held:
            each.close()
    return grown, opened, more, more_files


async def measure_async(port: str, calls: int, clients: int) -> tuple[int, int, int, int]:
    """The same, asynchronous, sixteen calls at a time."""
    from kinesis_video_signaling import AsyncClient

    async def call(client: Any, times: int) -> None:
        async def one_after_the_other() -> None:
            for _ in range(times // 16):
                await client.get_ice_server_config(CHANNEL)

        await asyncio.gather(*(one_after_the_other() for _ in range(16)))

    async with AsyncClient(**settings(port)) as client:
        await call(client, calls // 10)
        memory, files = resident(), descriptors()
        await call(client, calls)
        grown, opened = resident() - memory, descriptors() - files
        memory, files = resident(), descriptors()
        held = [AsyncClient(**settings(port)) for _ in range(clients)]
        for each in held:
            await each.get_ice_server_config(CHANNEL)
        more, more_files = resident() - memory, descriptors() - files
        for each in held:
            await each.aclose()
    return grown, opened, more, more_files


def report(flavour: str, calls: int, clients: int) -> int:
    """Measure one flavour against a server in another process; 1 where a bound is passed."""
    with subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        if flavour == "sync":
            grown, opened, more, more_files = measure_sync(port, calls, clients)
        else:
            grown, opened, more, more_files = asyncio.run(measure_async(port, calls, clients))
        assert server.stdin is not None
        server.stdin.close()
    print(
        f"{flavour}: {calls} calls: {grown / 1024:+.0f} KiB, {opened:+d} descriptors; "
        f"{clients} clients: {more / 1024 / clients:+.1f} KiB each, {more_files:+d} descriptors; "
        f"{threading.active_count()} threads"
    )
    return int(grown > MOST_GROWTH or opened > 0 or more > MOST_PER_CLIENT * clients or more_files > 0)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--flavour", choices=["sync", "async"])
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    if options.flavour:
        return report(options.flavour, options.calls, options.clients)
    again = [sys.executable, __file__, "--calls", str(options.calls), "--clients", str(options.clients)]
    codes = [
        subprocess.run([*again, "--flavour", flavour], check=False).returncode
        for flavour in ("sync", "async")
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
