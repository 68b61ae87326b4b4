# SPDX-License-Identifier: Apache-2.0
"""Keys that a program writes."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from heliograph.credentials import (
    Credentials,
    Process,
    Profile,
)
from heliograph.credentials.process import _split
from heliograph.errors import (
    CredentialsError,
)
from proof.sources import (
    CANARY,
    NOW,
    both,
    fetch,
)


def script(folder: Path, body: str) -> str:
    """A command that runs a Python script."""
    path = folder / "a program.py"
    path.write_text(body)
    return f'"{sys.executable}" "{path}"'


GOOD = {"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s"}


@both
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (
            f"import sys; print('{CANARY}', file=sys.stderr); print('{CANARY}'); sys.exit(3)",
            "ended with status 3",
        ),
        (f"print('{CANARY}')", "no JSON object"),
        ("print('{}')", "not of version 1"),
        (f"print({json.dumps(json.dumps({**GOOD, 'Version': 2}))})", "not of version 1"),
        ("print('{\"Version\": 1}')", "gave no AccessKeyId"),
        ("print('x' * 70000)", "more than 65536 bytes"),
        ("import sys; sys.stdout.buffer.write(b'\\xff')", "no text in UTF-8"),
        ("print('[' * 60000)", "no JSON object"),
    ],
)
def test_a_program_that_gives_no_keys(body: str, says: str, flavour: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=says) as caught:
        fetch(Process(f"{script(tmp_path, body)} --password={CANARY}"), flavour=flavour)
    assert CANARY not in repr(caught.value)
    assert caught.value.__cause__ is None


@both
def test_no_shell_sees_the_command(flavour: str, tmp_path: Path) -> None:
    body = f"import json, sys; print(json.dumps({GOOD!r} | {{'SessionToken': ' '.join(sys.argv[1:])}}))"
    found = fetch(
        Process(f"{script(tmp_path, body)} ; $(id) '$HOME' | x > y", account_id="1"), flavour=flavour
    )
    assert found.token is not None
    assert found.token.reveal() == "; $(id) $HOME | x > y"
    assert found.account_id == "1"


@both
def test_a_program_that_hangs_is_stopped(flavour: str, tmp_path: Path) -> None:
    body = f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"
    with pytest.raises(CredentialsError, match="did not end within"):
        fetch(Process(script(tmp_path, body), timeout=1.5), flavour=flavour)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("command", [f"/no/such/{CANARY}", f"'{CANARY}", " "])
def test_a_command_that_cannot_be_started_does_not_show(command: str) -> None:
    with pytest.raises(CredentialsError, match="credential_process") as caught:
        fetch(Process(command, place="profile p"))
    assert "profile p" in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "called"), [("", "credential_process"), ("profile p", "profile p, credential_process")]
)
def test_an_error_of_a_program_says_where_it_is_named(place: str, called: str) -> None:
    with pytest.raises(CredentialsError, match=f"^{called}: a quotation mark"):
        fetch(Process("'", place=place))
    assert Process("x").timeout == 60


@pytest.mark.parametrize(("said", "found"), [(None, "1"), ("2", "2"), ("", "1"), (3, "1")])
def test_the_account_that_a_program_names_goes_before_that_of_its_profile(said: Any, found: str) -> None:
    written = {**GOOD, "SessionToken": "t", "Expiration": "2030-01-01T06:00:00UTC", "AccountId": said}
    files = {"/home/.aws/config": "[profile p]\ncredential_process = program --now\naws_account_id = 1\n"}
    files["program"] = json.dumps(written)
    assert fetch(Profile("p"), files=files) == Credentials("AKID", "s", "t", found, NOW + timedelta(hours=6))


def test_what_a_program_writes_may_be_given_by_its_whole_command() -> None:
    files = {"program": json.dumps({**GOOD, "AccessKeyId": "OTHER"}), "program --now": json.dumps(GOOD)}
    assert fetch(Process("program --now"), files=files).access_key == "AKID"
    assert fetch(Process("program"), files=files).access_key == "OTHER"


def test_backslashes_of_a_command_stay_where_they_are_part_of_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    command = r'"C:\Program Files\keys.exe" --for "a b" c:\d'
    monkeypatch.setattr(os, "name", "nt")
    words = _split(command)
    monkeypatch.undo()
    assert words == [r"C:\Program Files\keys.exe", "--for", "a b", r"c:\d"]
    assert _split(r"a\ b 'c d'") == ["a b", "c d"]
