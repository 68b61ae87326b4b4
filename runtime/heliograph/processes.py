# SPDX-License-Identifier: Apache-2.0
"""Programs that are run for what they write, within bounds of time and size.

Their standard input is empty and what they write to standard error goes nowhere.
"""

from __future__ import annotations

import subprocess
import threading

from .credentials.types import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence

MAX_OUTPUT = 64 * 1024
"""Bytes that a program may write."""


def run(arguments: Sequence[Secret], timeout: float) -> tuple[int, Secret]:
    """Run a program on this thread.

    Arguments:
        arguments: the program and its arguments; no shell sees them.
        timeout: seconds after which it is killed.

    Returns:
        Its exit status and what it wrote.

    Raises:
        OSError: it cannot be started.
        TimeoutError: it did not end in time.
        ValueError: it wrote too much, or something that is no text.
    """
    process = subprocess.Popen(
        _plain(arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    output = process.stdout
    pieces: list[bytes] = []

    def read() -> None:
        with output:  # whoever waits for it closes it, since nobody else knows when that ends
            pieces.append(output.read(MAX_OUTPUT + 1))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        reader.join(timeout)
        if reader.is_alive():  # a child of the program may hold its output open: do not wait for that
            raise TimeoutError
        text = _text(pieces[0] if pieces else b"")
        try:
            return process.wait(timeout), text
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


async def run_async(arguments: Sequence[Secret], seconds: float) -> tuple[int, Secret]:
    """Run a program in this task, as :func:`run` does."""
    import asyncio

    try:
        process = await asyncio.create_subprocess_exec(
            *_plain(arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except NotImplementedError:  # some event loops of Windows cannot
        return await asyncio.get_running_loop().run_in_executor(None, run, arguments, seconds)
    try:
        async with asyncio.timeout(seconds):
            text = _text(await _output(process))
            return await process.wait(), text
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _output(process: Process) -> bytes:
    assert process.stdout is not None
    output = b""
    while len(output) <= MAX_OUTPUT and (piece := await process.stdout.read(MAX_OUTPUT)):
        output += piece
    return output


def _text(output: bytes) -> Secret:
    if len(output) > MAX_OUTPUT:
        raise ValueError(f"it wrote more than {MAX_OUTPUT} bytes")
    try:
        return Secret(output.decode())
    except UnicodeDecodeError:
        raise ValueError("it wrote something that is no text in UTF-8") from None


def _plain(arguments: Sequence[Secret]) -> list[str]:
    return [argument.reveal() for argument in arguments]
