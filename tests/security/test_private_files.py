# SPDX-License-Identifier: Apache-2.0
"""The files that keep tokens and keys of signed-in users: by way of the sources that read and write them."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from heliograph import CredentialsError
from heliograph.credentials import Context, Login, SsoToken
from heliograph.effects import drive, drive_async
from heliograph.http import WireResponse
from heliograph.private_files import open_private, write

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SOON = (NOW + timedelta(seconds=100)).strftime("%Y-%m-%dT%H:%M:%SZ")
MARK = "cAnArY"


@cache
def pem() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


class Service:
    """Renews whatever it is asked to renew."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.body = json.dumps(answer).encode()
        self.asked = 0

    def send(self, request: Any) -> WireResponse:
        self.asked += 1
        return WireResponse(200, {}, self.body)


class AsyncService:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def send(self, request: Any) -> WireResponse:
        return self._service.send(request)


class Kept:
    """One source with its file, which holds something that ends soon.

    Attributes:
        path: the file.
    """

    def __init__(self, kind: str, home: Path) -> None:
        self.kind = kind
        self.context = Context({"HOME": str(home), "AWS_REGION": "eu-west-1"}, clock=lambda: NOW)
        self.source: Any = SsoToken("https://x.test", "eu-west-1", "dev") if kind == "SSO" else Login("dev")
        self.path = Path(self.source.path(self.context))
        self.path.parent.mkdir(0o700, parents=True)
        self.path.write_text(json.dumps(self._document()))
        self.path.chmod(0o600)

    def _document(self) -> dict[str, Any]:
        if self.kind == "SSO":
            return {
                "accessToken": f"{MARK}-old", "expiresAt": SOON, "refreshToken": f"{MARK}-r", "clientId": "c",
                "clientSecret": f"{MARK}-s", "registrationExpiresAt": "2030-02-01T00:00:00Z",
            }  # fmt: skip
        keys = {
            "accessKeyId": "OLD",
            "secretAccessKey": f"{MARK}-old",
            "sessionToken": f"{MARK}-t",
            "accountId": "1",
        }
        return {
            "accessToken": {**keys, "expiresAt": SOON}, "refreshToken": f"{MARK}-r", "clientId": "c",
            "dpopKey": pem(), "signInRegion": "eu-west-1",
        }  # fmt: skip

    def service(self) -> Service:
        if self.kind == "SSO":
            return Service({"accessToken": f"{MARK}-new", "expiresIn": 3600, "tokenType": "Bearer"})
        keys = {"accessKeyId": "NEW", "secretAccessKey": f"{MARK}-new", "sessionToken": f"{MARK}-t"}
        return Service({"accessToken": keys, "expiresIn": 900, "refreshToken": f"{MARK}-n", "tokenType": "x"})

    def load(self, flavour: str) -> int:
        """Read it, renew it, keep it; how often the service was asked."""
        service = self.service()
        try:
            if flavour == "sync":
                drive(self.source.load(self.context), lambda: service, None)
            else:
                asyncio.run(drive_async(self.source.load(self.context), lambda: AsyncService(service), None))
        except CredentialsError as error:
            error.__traceback__ = None  # its frames hold what is kept, until a provider lets go of them
            raise
        return service.asked

    @property
    def is_renewed(self) -> bool:
        return f"{MARK}-new" in self.path.read_text()


@pytest.fixture(params=["SSO", "login"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    return Kept(request.param, tmp_path)


both = pytest.mark.parametrize("flavour", ["sync", "async"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@both
@pytest.mark.parametrize("umask", [0o000, 0o002, 0o022, 0o077])
def test_what_is_kept_is_its_owners_alone(kept: Kept, flavour: str, umask: int) -> None:
    kept.path.chmod(0o400)
    before = os.umask(umask)
    try:
        assert kept.load(flavour) == 1
    finally:
        os.umask(before)
    assert kept.is_renewed
    assert mode(kept.path) == 0o600
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name], "nothing is left beside it"


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_directories_are_made_for_the_owner_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "a" / "b" / "c" / "x.json"
    before = os.umask(umask)
    try:
        write(str(path), "{}")
    finally:
        os.umask(before)
    assert [mode(folder) for folder in list(path.parents)[:3]] == [0o700] * 3
    assert mode(path) == 0o600


def linked(kept: Kept) -> None:
    kept.path.rename(kept.path.with_name("aim"))
    kept.path.symlink_to("aim")


def dangling(kept: Kept) -> None:
    kept.path.unlink()
    kept.path.symlink_to("nowhere")


DAMAGES: dict[str, Callable[[Kept], object]] = {
    "a symbolic link": linked,
    "a file that all may write": lambda kept: kept.path.chmod(0o606),
    "a file that a group may write": lambda kept: kept.path.chmod(0o660),
    "a directory that all may write": lambda kept: kept.path.parent.chmod(0o707),
    "a directory as of temporary files": lambda kept: kept.path.parent.chmod(0o1777),
}


@both
@pytest.mark.parametrize("damage", DAMAGES)
def test_what_somebody_else_could_steer_is_not_read(damage: str, kept: Kept, flavour: str) -> None:
    DAMAGES[damage](kept)
    with pytest.raises(CredentialsError, match="cannot be read") as caught:
        kept.load(flavour)
    assert str(kept.path) in str(caught.value)
    assert MARK not in str(caught.value)
    assert not kept.is_renewed


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    tmp_path.chmod(0o755)
    os.chown(path, 65534, 65534)
    script = (
        "import os, sys\n"
        "from heliograph.private_files import open_private\n"
        "os.setgroups([]); os.setgid(1000); os.setuid(1000)\n"
        "try: open_private(sys.argv[1], os.O_RDONLY)\n"
        "except PermissionError as error: print(error.strerror)\n"
    )
    path.chmod(0o644)
    for folder in list(tmp_path.parents)[:3]:
        folder.chmod(folder.stat().st_mode | 0o011)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "it belongs to somebody else\n", done.stderr


@both
@pytest.mark.parametrize("damage", ["a symbolic link", "a dangling link", "a directory that all may write"])
def test_what_somebody_else_could_steer_is_not_written(
    damage: str, kept: Kept, flavour: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It changes between the reading and the writing; the keys are used all the same."""
    aim = kept.path.with_name("aim")

    def change(service: Service, request: Any) -> WireResponse:
        if damage == "a dangling link":
            dangling(kept)
        else:
            DAMAGES[damage](kept)
        return WireResponse(200, {}, service.body)

    monkeypatch.setattr(Service, "send", change)
    kept.load(flavour)
    assert "could not be kept" in caplog.text
    assert MARK not in caplog.text
    if damage == "a dangling link":
        assert not aim.exists()
        assert not kept.path.with_name("nowhere").exists()
    else:
        assert not kept.is_renewed
    assert {path.name for path in kept.path.parent.iterdir()} <= {"aim", kept.path.name}


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_what_breaks_off_leaves_the_old_file(kept: Kept, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "no space left")

    if step == "write":
        monkeypatch.setattr("heliograph.private_files.open", fail, raising=False)
    else:
        monkeypatch.setattr(os, step, fail)
    old = kept.path.read_text()
    kept.load("sync")
    assert kept.path.read_text() == old
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]


WRITER = """
import json, sys
from heliograph.private_files import write
path, letter, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    write(path, json.dumps({"accessToken": letter * 50_000, "number": number, "end": letter}))
"""


def test_writers_and_readers_of_several_processes_meet_whole_files(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "x.json"
    write(str(path), json.dumps({"accessToken": "0" * 50_000, "end": "0"}))
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), letter, "60"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for letter in "ab"
    ]
    seen: set[str] = set()
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write(b"\n")
            writer.stdin.flush()
        while any(writer.poll() is None for writer in writers):
            with open(path, opener=open_private) as file:
                found = json.loads(file.read())
            assert {*found["accessToken"]} == {found["end"]}
            seen.add(found["end"])
    finally:
        for writer in writers:
            writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0, 0]
    assert seen & {"a", "b"}
    assert [each.name for each in path.parent.iterdir()] == ["x.json"]
    assert mode(path) == 0o600


RENEWER = """
import json, sys
from datetime import UTC, datetime
from heliograph.credentials import Context, SsoToken
from heliograph.effects import drive
from heliograph.http import WireResponse

class Service:
    def send(self, request):
        answer = {"accessToken": sys.argv[2] * 5_000, "expiresIn": 60, "tokenType": "Bearer"}
        return WireResponse(200, {}, json.dumps(answer).encode())

print("ready", flush=True)
sys.stdin.readline()
for _ in range(30):  # each one reads what the other may be writing, and renews it
    context = Context({"HOME": sys.argv[1]}, clock=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    token, _ = drive(SsoToken("https://x.test", "eu-west-1", "dev").load(context), Service, None)
    assert set(token.reveal()) == {sys.argv[2]}
"""


def test_two_processes_may_renew_one_token(tmp_path: Path) -> None:
    kept = Kept("SSO", tmp_path)
    renewers = [
        subprocess.Popen(
            [sys.executable, "-c", RENEWER, str(tmp_path), letter],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for letter in "ab"
    ]  # fmt: skip
    for renewer in renewers:
        assert renewer.stdout is not None
        assert renewer.stdout.readline() == "ready\n"
    errors = [renewer.communicate("\n", timeout=60)[1] for renewer in renewers]
    assert errors == ["", ""]
    assert [renewer.returncode for renewer in renewers] == [0, 0]
    assert len({*json.loads(kept.path.read_text())["accessToken"]}) == 1
    assert [path.name for path in kept.path.parent.iterdir()] == [kept.path.name]
    assert mode(kept.path) == 0o600
