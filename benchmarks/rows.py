# SPDX-License-Identifier: Apache-2.0
"""The rows of the table: what is measured, of whom, and how much of it we allow ourselves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from processes import Server, Worker, peak_of_whole, whole

if TYPE_CHECKING:
    from environments import Environment

OURS = "heliograph"

Measure = Callable[[], float]
"""Measures once."""
Unit = Literal["s", "B", "calls/s"]


@dataclass(frozen=True)
class Bench:
    """What a measurement needs."""

    environments: dict[str, Environment]
    server: Server
    scale: float
    """How much is made of the usual number of repetitions."""
    stack: ExitStack
    """Closes what a row opened."""

    def count(self, usual: int) -> int:
        """How often something is repeated within one measurement."""
        return max(1, round(usual * self.scale))

    def worker(self, peer: str, kind: str, **arguments: Any) -> Worker:
        """A warm process that is closed with the row."""
        worker = Worker(self.environments[peer].python, peer, kind, arguments)
        return self.stack.enter_context(closing(worker))


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    name: str
    work: str
    peers: tuple[str, ...]
    """Whose figure counts as 1, and who else is measured; we always are."""
    budget: float
    """A share of the first peer's figure; or, where ``absolute``, a figure in ``unit``."""
    prepare: Callable[[Bench, str], Measure]
    unit: Unit = "s"
    absolute: bool = False
    rounds: int = 15

    @property
    def more_is_better(self) -> bool:
        return self.unit == "calls/s"


# Whole processes


def starting(bench: Bench, peer: str) -> Measure:
    """Import and construct; boto3's figure is that of its first call."""
    action = "first-call" if peer == "boto3" else "construct"
    return _cpu_of_whole(bench, peer, action, "http")


def first_call_http(bench: Bench, peer: str) -> Measure:
    return _cpu_of_whole(bench, peer, "first-call", "http")


def first_call_https(bench: Bench, peer: str) -> Measure:
    return _cpu_of_whole(bench, peer, "first-call", "https")


def peak_memory(bench: Bench, peer: str) -> Measure:
    python, arguments = bench.environments[peer].python, _arguments(bench, peer, "first-call", "https")
    return lambda: peak_of_whole(python, *arguments)


def _cpu_of_whole(bench: Bench, peer: str, action: str, scheme: str) -> Measure:
    python, arguments = bench.environments[peer].python, _arguments(bench, peer, action, scheme)
    whole(python, *arguments)  # writes bytecode
    return lambda: whole(python, *arguments).cpu


def _arguments(bench: Bench, peer: str, action: str, scheme: str) -> list[str]:
    trusted = [str(bench.server.ca_file)] if scheme == "https" else []
    return [peer, action, bench.server.urls[scheme], *trusted]


# Warm processes


def sync_call(bench: Bench, peer: str) -> Measure:
    return bench.worker(peer, "sync", url=bench.server.urls["http"], count=bench.count(150)).measure


def async_calls(concurrency: int) -> Callable[[Bench, str], Measure]:
    def prepare(bench: Bench, peer: str) -> Measure:
        url, count = bench.server.urls["http"], max(concurrency, bench.count(1000))
        return bench.worker(peer, "async", url=url, concurrency=concurrency, count=count).measure

    return prepare


def signature(bench: Bench, peer: str) -> Measure:
    return bench.worker(peer, "sign", url=bench.server.urls["https"], count=bench.count(5000)).measure


def endpoint(bench: Bench, peer: str) -> Measure:
    return bench.worker(peer, "endpoint", count=bench.count(10_000)).measure


def decoding(records: int) -> Callable[[Bench, str], Measure]:
    def prepare(bench: Bench, peer: str) -> Measure:
        return bench.worker(peer, "decode", records=records, count=bench.count(40_000 // records)).measure

    return prepare


def fifty_clients(bench: Bench, peer: str) -> Measure:
    python, url, ca = bench.environments[peer].python, bench.server.urls["https"], str(bench.server.ca_file)

    def measure() -> float:
        with closing(Worker(python, peer, "clients", {"url": url, "ca": ca, "clients": 50})) as worker:
            return worker.measure()

    return measure


# Installed


def installed_size(bench: Bench, peer: str) -> Measure:
    size = bench.environments[peer].installed_bytes()
    if size is None:
        raise NotMeasuredError(f"{peer} has no environment of its own here")
    return lambda: size


class NotMeasuredError(Exception):
    """A row that cannot be measured with the interpreters that were given."""


ALL = ("boto3", "httpx", "capo")
ASYNC = ("aiobotocore", "httpx", "capo")
ROWS = (
    Row("start", "import + construct, whole process, CPU (of boto3's first call)", ALL, 0.10, starting),
    Row("first-http", "first signed call, whole process, CPU, http", ALL, 0.40, first_call_http),
    Row("first-https", "first signed call, whole process, CPU, https", ALL, 0.40, first_call_https),
    Row("memory", "peak memory of that", ALL, 0.60, peak_memory, "B", rounds=5),
    Row("sync", "warm sync call, CPU", ALL, 1 / 2.7, sync_call),
    Row("async-1", "warm async, concurrency 1", ASYNC, 1.3, async_calls(1), "calls/s"),
    Row("async-16", "warm async, concurrency 16", ASYNC, 1.4, async_calls(16), "calls/s"),
    Row("async-128", "warm async, concurrency 128", ASYNC, 1.3, async_calls(128), "calls/s"),
    Row("sign", "sign one request, CPU", ("boto3",), 5e-6, signature, absolute=True),
    Row("endpoint", "resolve an endpoint, CPU", ("boto3",), 1e-6, endpoint, absolute=True),
    Row("decode-1000", "decode 1,000 records, CPU", ("boto3",), 1 / 7, decoding(1000)),
    Row("decode-10000", "decode 10,000 records, CPU", ("boto3",), 1 / 5, decoding(10_000)),
    Row("clients", "50 clients in one process, added memory", ALL, 2**20, fifty_clients, "B", True, 3),
    Row("size", "installed size, bytecode apart", ALL, 3e6, installed_size, "B", True, 1),
)
