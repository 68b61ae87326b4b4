# SPDX-License-Identifier: Apache-2.0
"""Loggers by area, and the switch that shows them: ``HELIOGRAPH_LOG=debug`` or ``info``.

Nothing here touches the root logger. What is logged is made of names, numbers and ids; secrets have no way in.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger

_loggers: dict[str, Logger] = {}


def debug_log(area: str) -> Logger | None:
    """The logger of an area (``auth``, ``credentials``, ``http``, ``retries``) if somebody listens at DEBUG."""
    log = _loggers.get(area)
    if log is None:
        log = _loggers[area] = _logger(area)
    return log if log.isEnabledFor(10) else None


def inform(message: str, *arguments: object, area: str = "http") -> None:
    """One line at INFO: something that was understood otherwise than it may have been meant."""
    _logger(area).info(message, *arguments)


def warn(message: str, *arguments: object, area: str = "http") -> None:
    """One line at WARNING: something that a person should know and may have meant."""
    _logger(area).warning(message, *arguments)


def _logger(area: str) -> Logger:
    import logging
    import os

    top = logging.getLogger("heliograph")
    if not top.handlers:
        wanted = os.environ.get("HELIOGRAPH_LOG", "").upper()
        if wanted in ("DEBUG", "INFO"):
            handler: logging.Handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
            top.setLevel(wanted)
        else:
            handler = logging.NullHandler()
        top.addHandler(handler)
    return top.getChild(area)
