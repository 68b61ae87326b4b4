# SPDX-License-Identifier: Apache-2.0
"""Build wheel and sdist twice, compare them byte for byte, and use the wheel where nothing else is installed.

Run it with ``nox -s build``. What it leaves is ``dist/``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("heliograph", "heliograph_codegen", "heliograph_local", "kinesis_video_signaling")
SIZE_LIMIT = 3_000_000
"""Bytes that an installation may take, httpx and what it brings apart."""

USE = """
import http.server, json, sys, threading
import kinesis_video_signaling as package
from heliograph import Credentials

class Service(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"IceServerList": [{"Uris": ["turn:192.0.2.1:443"], "Ttl": 300}]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass

server = http.server.HTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
with package.Client(
    region="eu-west-1",
    endpoint_url=f"http://127.0.0.1:{server.server_port}",
    credentials=Credentials("AKIDEXAMPLE", "example-secret"),
) as client:
    config = client.get_ice_server_config("arn:aws:kinesisvideo:eu-west-1:123456789012:channel/demo/1")
assert config.ice_server_list[0].ttl == 300
foreign = {"yaml", "jinja2", "aiohttp", "boto3"} & sys.modules.keys()
assert not foreign, foreign
print("the installed wheel imports and calls")
"""


def main() -> int:
    epoch = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    os.environ["SOURCE_DATE_EPOCH"] = epoch or "1767225600"
    first = built(ROOT / "dist")
    with tempfile.TemporaryDirectory() as folder:
        again = built(Path(folder) / "dist")
        assert first == again, f"two builds differ: {first} and {again}"
        wheel = next((ROOT / "dist").glob("*.whl"))
        look_into(wheel)
        use(wheel, Path(folder) / "empty")
    for name, digest in first.items():
        print(f"{name}  sha256 {digest}")
    return 0


def built(out: Path) -> dict[str, str]:
    """Build from the sources as they are; gives names and digests."""
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}


def look_into(wheel: Path) -> None:
    """Every package is there with its marker for type checkers, and nothing else is."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
        assert tops == set(PACKAGES), f"the wheel holds {sorted(tops)}"
        assert all(f"{package}/py.typed" in names for package in PACKAGES)
        assert "heliograph_codegen/templates/client.py.j2" in names
        size = sum(entry.file_size for entry in archive.infolist())
        assert size < SIZE_LIMIT, f"the wheel unpacks to {size} bytes"
        print(f"{wheel.name}: {len(names)} files, {size} bytes unpacked")


def use(wheel: Path, place: Path) -> None:
    """Install the wheel into an empty environment and make a call there."""
    venv.create(place, with_pip=True)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--constraint",
            str(ROOT / "constraints.txt"),
            str(wheel),
        ],
        check=True,
        env=environment,
    )
    subprocess.run([python, "-I", "-c", USE], check=True, env=environment, cwd=place)


if __name__ == "__main__":
    sys.exit(main())
