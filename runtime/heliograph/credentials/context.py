# SPDX-License-Identifier: Apache-2.0
"""What a source of credentials may look at: environment, files, clock, and the services it asks."""

from __future__ import annotations

import sys

from .. import config
from .types import ANONYMOUS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from ..effects import Effects
    from ..operation import Service
    from .types import Anonymous, Credentials

MAX_ANSWER_BYTES = 64 * 1024
"""Bytes of an answer that holds credentials."""


class Context:
    """What a source of credentials may look at. Made anew for each fetch.

    Attributes:
        env: the environment.
        environment: gives it as it is now.
        profile: the profile that was named in code; ``None`` leaves it to the environment.
        region: the region that was named in code.
        settings_in_code: what else a client was told there that holds for the services behind the chain, by argument.
        clock: what time it is, as an aware datetime.
        random: a number from 0 up to 1.
        memory: what a source keeps from one fetch to the next, by names of its own.
        is_for_use: whether somebody signs with the result; then static stability holds.
    """

    __slots__ = (
        "_parsed",
        "clock",
        "env",
        "environment",
        "is_for_use",
        "memory",
        "profile",
        "random",
        "region",
        "settings_in_code",
    )

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        environment: Callable[[], Mapping[str, str]] | None = None,
        profile: str | None = None,
        region: str | None = None,
        settings: Mapping[str, Any] | None = None,
        clock: Callable[[], datetime] | None = None,
        random: Callable[[], float] | None = None,
        memory: dict[str, Any] | None = None,
        parsed: dict[str, config.Sections] | None = None,
        is_for_use: bool = True,
    ) -> None:
        from ..core import utc_now

        self.env = env
        self.environment: Callable[[], Mapping[str, str]] = environment or (lambda: env)
        self.profile = profile
        self.region = region
        self.settings_in_code: Mapping[str, Any] = settings or {}
        self.clock: Callable[[], datetime] = clock or utc_now
        self.random = random or _random
        self.memory: dict[str, Any] = {} if memory is None else memory
        self.is_for_use = is_for_use
        self._parsed = parsed

    @property
    def profile_name(self) -> str:
        """The profile in use."""
        return config.profile_name(self.profile, self.env)

    def files(self) -> Effects[dict[str, config.Sections]]:
        """What the shared files say, read once."""
        if self._parsed is None:
            from ..core import read_shared_files

            self._parsed = yield from read_shared_files(self.env)
        return self._parsed

    def settings(self) -> Effects[Mapping[str, str]]:
        """The properties of the profile in use; none where it is not there."""
        parsed = yield from self.files()
        return parsed["profiles"].get(self.profile_name) or {}

    def home(self, *parts: str) -> str:
        """A path in the home directory."""
        return config.in_home(self.env, *parts, platform=sys.platform)

    def ask(
        self,
        service: Service,
        operation: str,
        members: Mapping[str, Any],
        *,
        credentials: Credentials | Anonymous = ANONYMOUS,
        region: str | None = None,
    ) -> Effects[Any]:
        """Call an operation of one of the services behind the chain; the request goes the way all others go.

        Arguments:
            service: which service.
            operation: its name in the model.
            members: its input by wire name.
            credentials: who signs; nobody by default.
            region: where to ask; the region of the settings by default.
        """
        from ..call import call

        core = yield from self.core(service, credentials, region)
        return (yield from call(core, service.operations[operation], members))

    def core(
        self, service: Service, credentials: Credentials | Anonymous, region: str | None
    ) -> Effects[Any]:
        """What a client of the service would know, with its settings resolved."""
        from ..core import Core

        given = {
            **self.settings_in_code,
            "credentials": credentials,
            "profile": self.profile,
            "region": region or self.region,
            "clock": self.clock,
            "random": self.random,
            "max_response_bytes": MAX_ANSWER_BYTES,
        }
        core = Core(service, {name: value for name, value in given.items() if value is not None}, self.env)
        core.parsed = yield from self.files()
        yield from core.prepare()
        return core


def _random() -> float:
    from random import random

    return random()
