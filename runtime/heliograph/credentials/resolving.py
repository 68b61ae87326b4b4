# SPDX-License-Identifier: Apache-2.0
"""The chain without a client, for tools: environment and files are given, requests go through a given transport."""

from __future__ import annotations

from ..errors import drop_frames
from .chain import Chain
from .context import Context
from .types import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime
    from typing import Any

    from ..effects import Effects
    from .types import Credentials


def resolve(
    env: Mapping[str, str],
    files: Mapping[str, str],
    transport: Any,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], object] | None = None,
    random: Callable[[], float] | None = None,
    profile: str | None = None,
) -> Credentials:
    """What the default chain finds.

    Arguments:
        env: the environment.
        files: texts by path. What a ``credential_process`` writes may stand there too, under its whole command or its
            program; one that does not is started. A mapping that can be changed gets what would be written back.
        transport: what carries the requests, as for a synchronous client.
        clock: what time it is, as an aware datetime.
        sleep: waits for that many seconds.
        random: a number from 0 up to 1.
        profile: a profile named in code.

    Returns:
        The credentials as their source gives them, ended or not.

    Raises:
        HeliographError: there are none, or a source that is configured is broken.
    """
    from ..effects import drive
    from ..transport import adapt

    carrier = adapt(transport, "sync")
    return drive(_chain(env, files, clock, random, profile), lambda: carrier, sleep)


async def resolve_async(
    env: Mapping[str, str],
    files: Mapping[str, str],
    transport: Any,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], Awaitable[object]] | None = None,
    random: Callable[[], float] | None = None,
    profile: str | None = None,
) -> Credentials:
    """What the default chain finds, as :func:`resolve` gives it; the transport is that of an asynchronous client."""
    from ..effects import drive_async
    from ..transport import adapt

    carrier = adapt(transport, "async")
    return await drive_async(_chain(env, files, clock, random, profile), lambda: carrier, sleep)


def _chain(
    env: Mapping[str, str],
    files: Mapping[str, str],
    clock: Callable[[], datetime] | None,
    random: Callable[[], float] | None,
    profile: str | None,
) -> Effects[Credentials]:
    from ..core import checked_keys

    context = Context(env, profile=profile, clock=clock, random=random, is_for_use=False)
    try:
        found = yield from with_files(Chain().load(context), files)
        return checked_keys(found, "default chain:")
    except Exception as error:
        drop_frames(error)  # they hold documents with secrets
        raise


def with_files(effects: Effects[Any], files: Mapping[str, str]) -> Effects[Any]:
    """The same, with files that come from a mapping; all other effects go on to whoever runs it."""
    from ..effects import ReadFile, RunProcess, WriteFile

    step: Callable[..., Any] = effects.send
    outcome: Any = None
    while True:
        try:
            effect = step(outcome)
        except StopIteration as stop:
            return stop.value
        step = effects.send
        if isinstance(effect, ReadFile):
            outcome = _text(files, effect.path)
        elif isinstance(effect, WriteFile):
            _keep(files, effect.path, effect.text)
            outcome = None
        elif isinstance(effect, RunProcess) and (written := _written(files, effect.arguments)) is not None:
            outcome = 0, written
        else:
            try:
                outcome = yield effect
            except BaseException as error:
                outcome, step = error, effects.throw


def _keep(files: Any, path: str, text: Secret) -> None:
    """Put a text back, where the mapping can be changed."""
    if hasattr(files, "__setitem__"):
        files[path] = text.reveal()


def _text(files: Mapping[str, str], path: str) -> str | None:
    text = files.get(path, files.get(path.lstrip("/")))
    return None if text is None else Secret(text)


def _written(files: Mapping[str, str], arguments: list[Secret]) -> str | None:
    words = [argument.reveal() for argument in arguments]
    return _text(files, " ".join(words)) or _text(files, words[0])
