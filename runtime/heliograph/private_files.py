# SPDX-License-Identifier: Apache-2.0
"""Files that hold secrets: their owner alone may read them, and they are there as a whole or not at all."""

from __future__ import annotations

import os
import stat

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def open_private(path: str, flags: int) -> int:
    """Open a file to read, for the argument of that name of ``open``.

    Raises:
        OSError: it is a symbolic link, belongs to somebody else, or others may write to it or all to its directory.
    """
    _check_folder(os.path.dirname(path))
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        if os.name == "posix":
            found = os.fstat(descriptor)
            if found.st_mode & _OTHERS_MAY_WRITE:
                raise PermissionError(1, "others may write to it")
            if os.geteuid() not in (0, found.st_uid) and found.st_uid != 0:
                raise PermissionError(1, "it belongs to somebody else")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write(path: str, text: str) -> None:
    """Put a text in a file with mode 0600. Its directory is made where it is not there, with mode 0700.

    A new file takes the place of the old one in one step, after its content is on the disk: whoever reads meanwhile
    has the one or the other.

    Raises:
        OSError: it cannot be written; it is a symbolic link; or all may write to its directory.
    """
    folder = os.path.dirname(path) or "."
    _make_folder(folder)
    _check_folder(folder)
    if os.path.islink(path):
        raise PermissionError(1, "it is a symbolic link")
    from tempfile import mkstemp

    descriptor, temporary = mkstemp(prefix=".", suffix=".tmp", dir=folder)  # with mode 0600
    try:
        with open(descriptor, "wb") as file:
            file.write(str.__str__(text).encode())
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _check_folder(folder: str) -> None:
    """A group may write to it: where each user has a group, other tools make it so."""
    if os.name == "posix" and os.stat(folder or ".").st_mode & stat.S_IWOTH:
        raise PermissionError(1, "all may write to its directory")


def _make_folder(folder: str) -> None:
    """Make a directory, and those above it, for the owner alone; ``os.makedirs`` would leave those above to all."""
    if os.path.isdir(folder):
        return
    above = os.path.dirname(folder)
    if above and above != folder:
        _make_folder(above)
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:  # somebody was quicker
        if not os.path.isdir(folder):
            raise
