# SPDX-License-Identifier: Apache-2.0
"""The User-Agent header: this library's own product token, then AWS's user agent 2.1 fields."""

from __future__ import annotations

import sys

from ._version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_ALLOWED = frozenset("!$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,")
_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows", "android": "android", "ios": "ios"}


def user_agent(
    *,
    features: str = "",
    retry_mode: str = "standard",
    app_id: str | None = None,
    env: Mapping[str, str] | None = None,
    platform: str = sys.platform,
    python: str = ".".join(map(str, sys.version_info[:3])),
    implementation: str = sys.implementation.name,
) -> str:
    """The header's value. Characters a user agent field cannot hold become ``-``.

    Arguments:
        features: letters for the features in use, comma-separated, as AWS counts them.
        retry_mode: ``standard`` or ``adaptive``.
        app_id: the application's own id, at most 50 characters.
        env: the environment; ``AWS_EXECUTION_ENV`` is sent on.
        platform: as ``sys.platform``.
        python: the interpreter's version.
        implementation: as ``sys.implementation.name``.
    """
    execution = (env or {}).get("AWS_EXECUTION_ENV")
    fields = [
        f"heliograph/{__version__}",
        "ua/2.1",
        f"os/{_SYSTEMS.get(platform, 'other')}",
        f"lang/python#{_clean(python)}",
        f"md/pyimpl#{_clean(implementation)}",
        f"exec-env/{_clean(execution)}" if execution else "",
        f"m/{features}" if features else "",
        f"cfg/retry-mode#{retry_mode}",
        f"app/{_clean(app_id)}" if app_id else "",
    ]
    return " ".join(field for field in fields if field)


def _clean(text: str) -> str:
    return "".join(c if c in _ALLOWED else "-" for c in text)
