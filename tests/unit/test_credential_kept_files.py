# SPDX-License-Identifier: Apache-2.0
"""The files in which renewed tokens and keys are kept."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from heliograph.credentials import (
    Context,
    Login,
    SsoToken,
)
from heliograph.effects import ReadFile, drive
from heliograph.errors import (
    CredentialsError,
)
from proof.sources import (
    CACHED,
    CANARY,
    HOME,
    NOW,
    RENEWED,
    SIGNED_IN,
    Server,
    driven,
    login_file,
    login_key,
    stamp,
)


def kept_in(folder: Path, text: str = "{}") -> Path:
    from heliograph.private_files import write

    path = folder / "sso" / "cache" / "x.json"
    write(str(path), text)
    return path


posix = pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX systems")


@posix
def test_a_cache_is_its_owners_alone(tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    kept_in(tmp_path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["x.json"]


@posix
@pytest.mark.parametrize("damage", ["link", "folder"])
def test_a_cache_that_somebody_else_could_steer_is_not_written(damage: str, tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    aim = tmp_path / "aim"
    aim.write_text("old")
    if damage == "link":
        path.unlink()
        path.symlink_to(aim)
    else:
        path.parent.chmod(0o777)
    with pytest.raises(PermissionError):
        kept_in(tmp_path, "new")
    assert aim.read_text() == "old"


@posix
@pytest.mark.parametrize("damage", ["link", "mode"])
def test_a_cache_that_somebody_else_could_write_is_not_read(damage: str, tmp_path: Path) -> None:
    path = kept_in(tmp_path)
    if damage == "link":
        path.rename(tmp_path / "aim")
        path.symlink_to(tmp_path / "aim")
    else:
        path.chmod(0o666)

    def read() -> Any:
        return (yield ReadFile(str(path), is_private=True))

    with pytest.raises(OSError, match=r"link|levels|others may write"):
        drive(read(), Server, None)


@posix
@pytest.mark.parametrize("kind", ["login session", "SSO"])
def test_keys_that_were_renewed_are_used_where_they_cannot_be_kept(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from heliograph.private_files import write

    env = {**HOME, "HOME": str(tmp_path)}
    context = Context(env, clock=lambda: NOW)
    (login,) = login_file(login_key()).values()
    login_session, token = Login("session"), SsoToken("https://x.test/start", "eu-north-1", "dev")
    cases: dict[str, tuple[str, str, Any, Server]] = {
        "login session": (login_session.path(context), login, login_session, Server((200, SIGNED_IN))),
        "SSO": (
            token.path(context),
            json.dumps({**CACHED, "expiresAt": stamp(100)}),
            token,
            Server((200, RENEWED)),
        ),
    }
    path, text, source, server = cases[kind]
    write(path, text)

    def open_to_all() -> Server:
        Path(path).parent.chmod(0o777)
        return server

    found: Any = drive(source.load(context), open_to_all, None)
    assert (found.access_key if kind == "login session" else found[0].reveal()) in ("NEW", f"{CANARY}-new")
    (record,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert record.name == "heliograph.credentials"
    assert record.getMessage().startswith(f"{kind}: the renewed ")
    assert record.getMessage().endswith("could not be kept (all may write to its directory)")
    assert Path(path).read_text() == text
    with pytest.raises(CredentialsError, match="all may write"):
        driven(source.load(context))


def test_a_crash_before_the_replacement_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept_in(tmp_path, "old")

    def crash(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        kept_in(tmp_path, "new")
    assert path.read_text() == "old"
    assert len(list(path.parent.iterdir())) == 1
