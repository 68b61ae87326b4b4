"""A server that speaks AWS's protocols and that nobody here wrote: moto's, in a process of its own."""

from __future__ import annotations

import importlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import urlopen

import pytest

from heliograph import Credentials


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The URL of the server, which answers for every service."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/moto-api/data.json", server)
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            with urlopen(url):
                return
        except OSError:
            if server.poll() is not None or time.monotonic() > ends:
                raise RuntimeError("moto's server did not start") from None
            time.sleep(0.05)


@pytest.fixture
def options(endpoint: str) -> dict[str, Any]:
    """The arguments of a client of that server."""
    keys = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    return {"region": "eu-west-1", "endpoint_url": endpoint, "credentials": keys}


@pytest.fixture(scope="session")
def package_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ModuleType]]:
    """The package that the README's command makes of a service's published model."""
    out = tmp_path_factory.mktemp("src")
    sys.path.insert(0, str(out))

    def generate(service: str, *operations: str) -> ModuleType:
        name = f"my_{service}"
        if not (out / name).exists():
            command = ["generate", f"botocore:{service}", "--out", str(out), "--package", name]
            if operations:
                command += ["--operations", ",".join(operations)]
            subprocess.run([sys.executable, "-m", "heliograph", *command], check=True, cwd=Path.home())
            importlib.invalidate_caches()
        return importlib.import_module(name)

    yield generate
    sys.path.remove(str(out))
