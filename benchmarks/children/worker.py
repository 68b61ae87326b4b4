# SPDX-License-Identifier: Apache-2.0
"""A warm process: ``worker.py PEER KIND ARGUMENTS``, arguments as a JSON object.

It says ``ready`` when everything is set up and warm. Then it measures once for each line that it reads, and answers
with the figure. It ends with its input.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import json
import resource
import sys
import time
from pathlib import Path

from sample import BODY, ice_servers


def cpu_of(work, count):
    """CPU seconds of one ``work()``, of ``count`` in a row."""

    def measure():
        started = time.process_time()
        for _ in range(count):
            work()
        return (time.process_time() - started) / count

    measure()
    return measure


def sync_calls(peer, url, count):
    """CPU seconds of a call."""
    client = peer.client(url, None)
    return cpu_of(lambda: peer.call(client), count)


def async_calls(peer, url, concurrency, count):
    """Calls a second, made by so many tasks."""
    runner = asyncio.Runner()

    async def measure():
        left = count

        async def task():
            nonlocal left
            while left > 0:
                left -= 1
                await peer.async_call(client)

        started = time.perf_counter()
        await asyncio.gather(*(task() for _ in range(concurrency)))
        return count / (time.perf_counter() - started)

    context = peer.async_client(url, concurrency)
    client = runner.run(context.__aenter__())
    atexit.register(lambda: runner.run(context.__aexit__(None, None, None)))
    runner.run(measure())
    return lambda: runner.run(measure())


def signatures(peer, url, count):
    """CPU seconds of a signature."""
    return cpu_of(peer.signer(url, BODY), count)


def endpoints(peer, count):
    """CPU seconds of an endpoint."""
    return cpu_of(peer.resolver(), count)


def decoded(peer, records, count):
    """CPU seconds of reading an answer with that many records."""
    return cpu_of(peer.decoder(ice_servers(records)), count)


def added_memory(peer, url, ca, clients):
    """Bytes that further clients add, each of which has made a call, to the first one. For one measurement only."""
    held = []

    def add(count):
        for _ in range(count):
            held.append(peer.client(url, ca))
            peer.call(held[-1])

    def measure():
        before = resident()
        add(clients - 1)
        return resident() - before

    add(1)
    return measure


def resident():
    """Bytes of memory in use now; on systems that do not tell, the most there ever were."""
    gc.collect()
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


KINDS = {
    "sync": sync_calls,
    "async": async_calls,
    "sign": signatures,
    "endpoint": endpoints,
    "decode": decoded,
    "clients": added_memory,
}


def main():
    _, name, kind, arguments = sys.argv
    measure = KINDS[kind](__import__(f"{name}_peer"), **json.loads(arguments))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(measure(), flush=True)


main()
