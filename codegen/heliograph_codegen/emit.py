# SPDX-License-Identifier: Apache-2.0
"""Put generated files on disk: as a whole, only over what the generator itself wrote, and with a record.

A package directory belongs to the generator. It is written beside its place and exchanged for the old one in
one step where the system can (Linux), by two renames elsewhere; so a run that is killed leaves the package
wholly old or wholly new, or, between the two renames, complete under its sibling name until the next run.
Tests and reference pages stand in directories of the user; they are replaced file by file, after the package.

Siblings are named ``.<package>.heliograph-<random>`` and ``.<package>.heliograph-old``. The old package goes
last: its manifest tells a run after an interrupted one which tests and pages are still the generator's.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, cast

from heliograph_codegen.errors import GenerationError

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping
    from pathlib import Path

MANIFEST = "manifest.json"
"""The record's name in its package."""

_NO_DIGESTS: Mapping[str, str] = {}
_NO_FILES: Mapping[Path, bytes] = {}


# --- The record


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made a package, and what it consists of. Holds no path, no time and no name of a machine."""

    api: int
    """`heliograph.generated.API` that the package needs."""

    generator: str
    """Version of the generator."""

    formatter: str
    """Name and version of the formatter."""

    service: str
    """The service's id."""

    model: str
    """Digest of the canonical model."""

    files: Mapping[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of each file of the package, by relative name; the manifest itself is not among them."""

    tests: Mapping[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of each test module, by file name."""

    docs: Mapping[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of each reference page, by file name."""

    def listing(
        self,
        files: Mapping[str, bytes],
        tests: Mapping[Path, bytes] = _NO_FILES,
        docs: Mapping[Path, bytes] = _NO_FILES,
    ) -> Manifest:
        """The same record with the digests of these files."""
        return replace(
            self,
            files={name: digest(data) for name, data in files.items()},
            tests={path.name: digest(data) for path, data in tests.items()},
            docs={path.name: digest(data) for path, data in docs.items()},
        )

    def to_bytes(self) -> bytes:
        """The record as JSON, the same bytes for equal records."""
        record = {item.name: getattr(self, item.name) for item in fields(self)}
        return (json.dumps(record, indent=2, sort_keys=True) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes, origin: object | None = None) -> Manifest:
        """Read a record.

        Raises:
            GenerationError: It is damaged.
        """
        try:
            manifest = cls(**json.loads(data))
        except (ValueError, TypeError, RecursionError):
            manifest = None
        if manifest is None or not manifest._is_sound():
            problem = (
                "the manifest is damaged; restore it, or remove the package directory and generate again"
            )
            raise GenerationError(problem, origin)
        return manifest

    def _is_sound(self) -> bool:
        texts = (self.generator, self.formatter, self.service, self.model)
        return (
            isinstance(cast(object, self.api), int)
            and all(isinstance(cast(object, text), str) for text in texts)
            and all(_is_text_mapping(listed) for listed in (self.files, self.tests, self.docs))
        )


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _is_text_mapping(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(key, str) and isinstance(item, str)
        for key, item in cast(dict[object, object], value).items()
    )


# --- Names


_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_LONGEST_NAME = 128


def _check_names(files: Mapping[str, bytes]) -> None:
    """Refuse what is no plain relative name on every system, or is the same file as another on some."""
    seen: dict[str, tuple[str, bool]] = {}
    for name in files:
        parts = name.split("/")
        for part in parts:
            _check_name(part, name)
        if parts[0].casefold() == MANIFEST or "__pycache__" in map(str.casefold, parts):
            raise GenerationError(f"{name!a} is a name the generator keeps for itself; derive another one")
        for end in range(1, len(parts) + 1):
            entry = ("/".join(parts[:end]), end == len(parts))
            other = seen.setdefault(entry[0].casefold(), entry)
            if other != entry:
                raise GenerationError(f"{entry[0]!a} and {other[0]!a} cannot both exist on every system")


def _check_name(part: str, whole: str) -> None:
    if not _NAME.fullmatch(part) or _WINDOWS_DEVICE.fullmatch(part) or len(part) > _LONGEST_NAME:
        shown = ascii(whole if len(whole) <= 80 else whole[:80] + "...")
        raise GenerationError(
            f"{shown} cannot be a file name; use a relative one whose parts have at most {_LONGEST_NAME} "
            "ASCII letters, digits, '_', '-' and '.', and none that Windows reserves"
        )


# --- Writing


def write_package(
    target: Path,
    files: Mapping[str, bytes],
    manifest: Manifest,
    *,
    tests: Mapping[Path, bytes] = _NO_FILES,
    docs: Mapping[Path, bytes] = _NO_FILES,
    overwrite: bool = False,
) -> bool:
    """Write a package, then its tests and reference pages.

    Nothing is touched where nothing would change. Files of an earlier run that are no longer generated go,
    in the package and beside the tests and pages given.

    Args:
        target: The package directory; directories above it are made.
        files: The package's files by relative name with ``/``, without the manifest.
        manifest: What made them; its digests are filled in here.
        tests: Test modules by path.
        docs: Reference pages by path.
        overwrite: Also replace what the generator did not write, or somebody changed since.

    Returns:
        Whether anything was written.

    Raises:
        GenerationError: A name is not safe; a directory or file to be replaced is a symbolic link; or, unless
            `overwrite`, one is foreign or changed by hand. Nothing was written then.
    """
    _check_names(files)
    _check_name(target.name, target.name)
    manifest = manifest.listing(files, tests, docs)
    _refuse_links(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = _left_by_killed_runs(target)
    before = _read_manifest(target, tolerant=overwrite)
    if not overwrite:
        _refuse_foreign(target, before)
    records = [before, *(_read_manifest(directory, tolerant=True) for directory in left)]
    known = [record for record in records if record is not None]
    beside = _Beside.of(known, "tests", tests) + _Beside.of(known, "docs", docs)
    for one in beside:
        one.check(overwrite)
    whole = {**files, MANIFEST: manifest.to_bytes()}
    changed = not _holds(target, whole)
    if changed:
        left += _exchange(target, whole)
    for one in beside:
        changed |= one.write()
    for directory in left:
        shutil.rmtree(directory)
    return changed


def write_file(path: Path, data: bytes, owned: Collection[str] = (), *, overwrite: bool = False) -> bool:
    """Write one file that stands in a directory of the user.

    Args:
        path: Where; directories above it are made.
        data: Its content.
        owned: SHA-256 of the contents that are the generator's own and may be replaced.
        overwrite: Replace any other content too.

    Returns:
        Whether it was written; False where the content is there already.

    Raises:
        GenerationError: It is a symbolic link or no file; or, unless `overwrite`, its content is foreign.
    """
    one = _Beside(path, data, frozenset(owned))
    one.check(overwrite)
    return one.write()


@dataclass(frozen=True, slots=True)
class _Beside:
    """One file outside the package directory."""

    path: Path
    data: bytes | None
    """None: an earlier run wrote it, this one does not."""
    owned: frozenset[str]

    @staticmethod
    def of(records: list[Manifest], kind: str, files: Mapping[Path, bytes]) -> list[_Beside]:
        """The files to write and, in the same directories, those of earlier runs to remove."""
        digests: list[Mapping[str, str]] = [getattr(record, kind) for record in records]
        named = {path: _owned(digests, path.name) for path in sorted(files)}
        stale = {
            directory / name: _owned(digests, name)
            for directory in sorted({path.parent for path in files})
            for name in sorted({name for listed in digests for name in listed})
            if directory / name not in files and _NAME.fullmatch(name)
        }
        return [
            *(_Beside(path, files[path], owned) for path, owned in named.items()),
            *(_Beside(path, None, owned) for path, owned in stale.items() if _digest_of(path) in owned),
        ]

    def check(self, overwrite: bool) -> None:
        if self.data is not None:
            _check_name(self.path.name, self.path.name)
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_file()):
            raise GenerationError("is no plain file; move it out of the way", self.path)
        there = _digest_of(self.path)
        mine = there is None or there in self.owned or (self.data is not None and there == digest(self.data))
        if not mine and not overwrite:
            raise _not_ours(self.path)

    def write(self) -> bool:
        if self.data is None:
            self.path.unlink(missing_ok=True)
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for left in self.path.parent.glob(f".{self.path.name}.heliograph-*"):
            left.unlink()
        if _digest_of(self.path) == digest(self.data):
            return False
        new = _sibling(self.path)
        try:
            _write_new(new, self.data)
            os.replace(new, self.path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        _sync_directory(self.path.parent)
        return True


def _owned(digests: list[Mapping[str, str]], name: str) -> frozenset[str]:
    return frozenset(listed[name] for listed in digests if name in listed)


def _digest_of(path: Path) -> str | None:
    return digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else None


# --- Ownership


def _refuse_links(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise GenerationError("is no plain directory; move it out of the way or name another one", target)


def _read_manifest(directory: Path, *, tolerant: bool) -> Manifest | None:
    """The record in a directory, if there is one; a damaged one counts as none if `tolerant`."""
    path = directory / MANIFEST
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return Manifest.from_bytes(path.read_bytes(), path)
    except GenerationError:
        if tolerant:
            return None
        raise


def _refuse_foreign(target: Path, manifest: Manifest | None) -> None:
    listed = manifest.files if manifest is not None else _NO_DIGESTS
    for name, path in _entries(target):
        if manifest is not None and name == MANIFEST:
            continue
        if path.is_symlink() or listed.get(name) != _digest_of(path):
            raise _not_ours(path)


def _not_ours(path: Path) -> GenerationError:
    return GenerationError(
        "the generator did not write this, or somebody changed it since; move it away or put the change "
        "into the model, or give --overwrite to lose it",
        path,
    )


def _entries(directory: Path) -> Iterator[tuple[str, Path]]:
    """Files and symbolic links below a directory, by relative name, sorted; bytecode does not count."""
    found: dict[str, Path] = {}
    waiting = [directory] if directory.is_dir() else []
    while waiting:
        for path in waiting.pop().iterdir():
            if path.is_symlink() or not path.is_dir():
                found[path.relative_to(directory).as_posix()] = path
            elif path.name != "__pycache__":
                waiting.append(path)
    yield from sorted(found.items())


# --- Exchange


def _holds(target: Path, files: Mapping[str, bytes]) -> bool:
    """Whether the directory holds these files and no others."""
    there = dict(_entries(target))
    return there.keys() == files.keys() and all(
        _digest_of(path) == digest(files[name]) for name, path in there.items()
    )


def _exchange(target: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Make the directory hold these files and no others; returns where the old one stands now, if any."""
    new = _sibling(target)
    new.mkdir()
    try:
        with _held(new):
            for name, data in files.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_new(path, data)
            for directory in {(new / name).parent for name in files} | {new}:
                _sync_directory(directory)
            replaced = _put(new, target)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _sync_directory(target.parent)
    return replaced


def _put(new: Path, target: Path) -> list[Path]:
    if not target.exists():
        os.rename(new, target)
        return []
    if _swap(new, target):
        return [new]
    old = _old(target)
    os.rename(target, old)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(old, target)
        raise
    return [old]


def _left_by_killed_runs(target: Path) -> list[Path]:
    """Undo a half exchange, and list the directories that killed runs left.

    Raises:
        GenerationError: One of them is not left over: another run is filling it now.
    """
    old = _old(target)
    if old.is_dir():
        os.rename(old, _sibling(target) if target.exists() else target)
    left = sorted(
        path
        for path in target.parent.glob(f".{target.name}.heliograph-*")
        if path.is_dir() and not path.is_symlink()
    )
    for directory in left:
        with _held(directory):
            pass
    return left


def _old(target: Path) -> Path:
    return target.with_name(f".{target.name}.heliograph-old")


def _sibling(path: Path) -> Path:
    return path.with_name(f".{path.name}.heliograph-{secrets.token_hex(4)}")


@contextmanager
def _held(directory: Path) -> Generator[None]:
    """Hold a directory that is being filled, so that another run does not take it for left over.

    Raises:
        GenerationError: Another run holds it.
    """
    if os.name == "nt":  # a directory cannot be locked there
        yield
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        _lock(handle, directory)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, directory: Path) -> None:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GenerationError("another run is writing this package; wait for its end", directory) from None
    except OSError:
        return  # a file system without locks


_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_OFFERED = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


def _swap(first: Path, second: Path) -> bool:
    """Exchange two directories in one step; False where the system or the file system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    failed = renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(first), None, str(second))


def _write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, down to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    if os.name == "nt":  # cannot be opened there
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- Comparing


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not what the generator would write now."""

    path: Path
    reason: str
    """``missing``, ``edited by hand``, ``foreign file``, ``stale file``, ``model changed``, ``generator
    changed`` or ``formatter changed``."""


def compare(
    target: Path,
    files: Mapping[str, bytes],
    manifest: Manifest,
    *,
    tests: Mapping[Path, bytes] = _NO_FILES,
    docs: Mapping[Path, bytes] = _NO_FILES,
) -> list[Difference]:
    """What `write_package` with the same arguments would change, and why. Writes nothing.

    Args:
        target: The package directory.
        files: The package's files by relative name with ``/``, without the manifest.
        manifest: What would make them now.
        tests: Test modules by path.
        docs: Reference pages by path.

    Returns:
        The differences, package first; empty if the files on disk are current. A manifest that differs is
        itself a difference even where no other file is.
    """
    now = manifest.listing(files, tests, docs)
    there = _read_manifest(target, tolerant=True)
    why = _why(there, now)
    owned = _owned_paths(target, there, tests, docs)
    expected = {**{target / name: data for name, data in files.items()}, **tests, **docs}
    found = [_difference(path, data, owned.get(path), why) for path, data in expected.items()]
    found += [
        Difference(path, "stale file" if owned.get(path, "") == _digest_of(path) else "foreign file")
        for name, path in _entries(target)
        if name not in files and name != MANIFEST
    ]
    found += [
        Difference(path, "stale file")
        for path, listed in owned.items()
        if path not in expected and not path.is_relative_to(target) and listed == _digest_of(path)
    ]
    found.append(_manifest_difference(target / MANIFEST, there, now))
    return sorted({difference for difference in found if difference is not None}, key=_order)


def _order(difference: Difference) -> tuple[bool, Path]:
    return difference.path.name == MANIFEST, difference.path


def _owned_paths(
    target: Path, there: Manifest | None, tests: Mapping[Path, bytes], docs: Mapping[Path, bytes]
) -> dict[Path, str]:
    """The files that a record lists, with their digests; tests and pages in the directories they have now."""
    if there is None:
        return {}
    owned = {target / name: listed for name, listed in there.files.items()}
    for listed, beside in ((there.tests, tests), (there.docs, docs)):
        for directory in {path.parent for path in beside}:
            owned.update({directory / name: of_it for name, of_it in listed.items()})
    return owned


def _difference(path: Path, expected: bytes, owned: str | None, why: str) -> Difference | None:
    there = _digest_of(path)
    if there == digest(expected):
        return None
    if there is None and not os.path.lexists(path):
        return Difference(path, "missing")
    return Difference(path, why if there is not None and there == owned else "edited by hand")


def _manifest_difference(path: Path, there: Manifest | None, now: Manifest) -> Difference | None:
    if not path.is_file():
        return Difference(path, "missing")
    if there is None or path.read_bytes() != there.to_bytes():
        return Difference(path, "edited by hand")
    return None if there == now else Difference(path, _why(there, now))


def _why(there: Manifest | None, now: Manifest) -> str:
    """Why files that the generator wrote are not what it would write now; the first cause that applies."""
    if there is None:
        return "edited by hand"
    if (there.service, there.model) != (now.service, now.model):
        return "model changed"
    if (there.api, there.generator) == (now.api, now.generator) and there.formatter != now.formatter:
        return "formatter changed"
    return "generator changed"
