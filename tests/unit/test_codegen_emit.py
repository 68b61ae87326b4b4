# SPDX-License-Identifier: Apache-2.0
"""Generated files on disk: whole, owned, recorded, and left alone when nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from heliograph_codegen import emit
from heliograph_codegen.emit import MANIFEST, Difference, Manifest, compare, digest, write_file, write_package
from heliograph_codegen.errors import GenerationError

OLD = {"__init__.py": b"old = 1\n", "client.py": b"client = 1\n", "gone/__init__.py": b"", "py.typed": b""}
NEW = {
    "__init__.py": b"new = 2\n",
    "client.py": b"client = 1\n",
    "errors.py": b"errors = 3\n",
    "py.typed": b"",
}
MADE = Manifest(api=1, generator="0.1.0", formatter="ruff 0.17.6", service="kinesisvideo", model="m1")
MADE_LATER = replace(MADE, model="m2")
DIRECTORY_LINKS = pytest.mark.skipif(os.name == "nt", reason="making symbolic links needs a privilege there")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A package directory that does not exist yet, in a directory of its own."""
    return tmp_path / "src" / "kinesis"


def tree(directory: Path) -> dict[str, bytes]:
    """Everything below a directory, its siblings of this module included."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


# --- The record


def test_a_manifest_is_read_as_it_was_written() -> None:
    manifest = MADE.listing(OLD, {Path("tests/test_x.py"): b"t"}, {Path("docs/x.md"): b"d"})
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest
    assert manifest.files["client.py"] == digest(b"client = 1\n")
    assert (manifest.tests, manifest.docs) == ({"test_x.py": digest(b"t")}, {"x.md": digest(b"d")})


def test_equal_manifests_have_equal_bytes() -> None:
    turned = dict(reversed(OLD.items()))
    assert MADE.listing(OLD).to_bytes() == MADE.listing(turned).to_bytes()
    assert list(json.loads(MADE.listing(OLD).to_bytes())) == sorted(json.loads(MADE.to_bytes()))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"1", b"{}", b"\xff", b'{"api": 1}', MADE.to_bytes().replace(b"1,", b'"1",', 1)]
    + [
        MADE.to_bytes().replace(b'"files": {}', part)
        for part in (b'"files": []', b'"files": {"a": 1}', b'"x": 1')
    ],
)
def test_a_damaged_manifest_is_an_error(data: bytes) -> None:
    with pytest.raises(GenerationError, match=r"^x/manifest\.json: the manifest is damaged"):
        Manifest.from_bytes(data, "x/manifest.json")


# --- Writing a package


def test_a_new_package_is_written_with_its_record(target: Path) -> None:
    assert write_package(target, OLD, MADE)
    assert tree(target) == OLD
    assert Manifest.from_bytes((target / MANIFEST).read_bytes()) == MADE.listing(OLD)
    assert [path.name for path in target.parent.iterdir()] == ["kinesis"]


def test_stale_files_of_the_earlier_run_go(target: Path) -> None:
    write_package(target, OLD, MADE)
    (target / "__pycache__").mkdir()
    (target / "__pycache__" / "client.pyc").write_bytes(b"x")
    assert write_package(target, NEW, MADE_LATER)
    assert tree(target) == NEW
    assert [path.name for path in target.parent.iterdir()] == ["kinesis"]


def test_an_empty_directory_may_be_there(target: Path) -> None:
    target.mkdir(parents=True)
    assert write_package(target, OLD, MADE)
    assert tree(target) == OLD


def test_nothing_is_touched_when_nothing_changes(target: Path, tmp_path: Path) -> None:
    tests, docs = {tmp_path / "t" / "test_x.py": b"t\n"}, {tmp_path / "d" / "x.md": b"d\n"}
    write_package(target, OLD, MADE, tests=tests, docs=docs)
    everything = [tmp_path, *tmp_path.rglob("*")]
    for path in everything:
        os.utime(path, ns=(1, 1))
    assert not write_package(target, OLD, MADE, tests=tests, docs=docs)
    assert {path.stat().st_mtime_ns for path in everything} == {1}


def test_a_file_that_was_removed_comes_back(target: Path) -> None:
    write_package(target, OLD, MADE)
    (target / "client.py").unlink()
    assert write_package(target, OLD, MADE)
    assert tree(target) == OLD


@pytest.mark.parametrize("overwrite", [False, True], ids=["refused", "overwritten"])
@pytest.mark.parametrize(
    ("name", "data"),
    [("client.py", b"client = 2\n"), ("mine.py", b""), ("gone/mine/x.txt", b"x"), (".hidden", b"")],
)
def test_what_the_generator_did_not_write_is_kept(
    target: Path, name: str, data: bytes, overwrite: bool
) -> None:
    write_package(target, OLD, MADE)
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    (target / name).write_bytes(data)
    before = tree(target.parent)
    if overwrite:
        assert write_package(target, NEW, MADE_LATER, overwrite=True)
        assert tree(target) == NEW
    else:
        with pytest.raises(
            GenerationError, match=r"^\S+: the generator did not write this.*--overwrite"
        ) as caught:
            write_package(target, NEW, MADE_LATER)
        assert caught.value.origin == target / name
        assert tree(target.parent) == before


def test_a_directory_without_a_record_is_refused(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "__init__.py").write_bytes(b"mine\n")
    with pytest.raises(GenerationError, match="did not write this"):
        write_package(target, OLD, MADE)
    assert tree(target.parent) == {"kinesis/__init__.py": b"mine\n"}


def test_a_damaged_record_is_refused_unless_told_to_overwrite(target: Path) -> None:
    write_package(target, OLD, MADE)
    (target / MANIFEST).write_bytes(b"{")
    with pytest.raises(GenerationError, match="manifest is damaged"):
        write_package(target, NEW, MADE)
    assert write_package(target, NEW, MADE, overwrite=True)
    assert tree(target) == NEW


@DIRECTORY_LINKS
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_link_for_the_package_is_refused(target: Path, tmp_path: Path, overwrite: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target.parent.mkdir()
    target.symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(GenerationError, match="no plain directory"):
        write_package(target, OLD, MADE, overwrite=overwrite)
    assert tree(elsewhere) == {}


@DIRECTORY_LINKS
@pytest.mark.parametrize("name", ["client.py", "gone", "mine", MANIFEST])
def test_a_link_in_the_package_is_refused_and_never_followed(target: Path, tmp_path: Path, name: str) -> None:
    write_package(target, OLD, MADE)
    elsewhere = tmp_path / "elsewhere"
    shutil.move(target / name, elsewhere) if (target / name).exists() else elsewhere.mkdir()
    (target / name).symlink_to(elsewhere)
    before = tree(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes()
    with pytest.raises(GenerationError, match="did not write this"):
        write_package(target, NEW, MADE)
    assert write_package(target, NEW, MADE, overwrite=True)
    assert tree(target) == NEW
    assert before == (tree(elsewhere) if elsewhere.is_dir() else elsewhere.read_bytes())


def test_a_file_for_the_package_is_refused(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"x")
    with pytest.raises(GenerationError, match="no plain directory"):
        write_package(target, OLD, MADE, overwrite=True)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "/etc/x",
            "../x",
            "a/../x",
            "./x",
            "a//b",
            "..\\x",
            "C:\\x",
            "C:x",
            "CON",
            "aux.py",
            "a/nul.txt",
        ),
        *(
            "com1",
            "a\x00b",
            "a.",
            "a ",
            " a",
            ".a",
            "é.py",
            "a\nb",
            "x" * 129,
            "manifest.json",
            "Manifest.JSON",
        ),
        *("__pycache__/x.py", "a/", "~/x", "a*b", "-x"),
    ],
    ids=ascii,
)
def test_a_name_that_is_not_safe_everywhere_is_refused(target: Path, name: str) -> None:
    with pytest.raises(GenerationError):
        write_package(target, {"__init__.py": b"", name: b"x"}, MADE, overwrite=True)
    assert not target.parent.exists()


@pytest.mark.parametrize(
    "names", [("A.py", "a.py"), ("a/x.py", "A/y.py"), ("a", "a/b"), ("A/b", "a")], ids=str
)
def test_names_that_meet_on_some_system_are_refused(target: Path, names: tuple[str, str]) -> None:
    for pair in (names, reversed(names)):
        with pytest.raises(GenerationError, match="cannot both exist"):
            write_package(target, dict.fromkeys(pair, b""), MADE)


@pytest.mark.parametrize("name", ["..", "aux", ".git", "a b"])
def test_a_package_name_that_is_not_safe_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(GenerationError, match="cannot be a file name"):
        write_package(tmp_path / name, OLD, MADE)


@pytest.mark.skipif(os.name == "nt", reason="directories cannot be locked there")
def test_a_package_that_another_run_writes_is_refused(target: Path) -> None:
    write_package(target, OLD, MADE)
    other = target.with_name(".kinesis.heliograph-0123")
    other.mkdir()
    with emit._held(other), pytest.raises(GenerationError, match="another run is writing"):
        write_package(target, NEW, MADE)
    assert tree(target) == OLD
    assert write_package(target, NEW, MADE)
    assert not other.exists()


def _no_space(*_: object) -> bool:
    raise OSError("no space left")


@pytest.mark.parametrize("failing", ["_write_new", "_swap", "rename"])
def test_a_failing_write_leaves_the_old_package(
    target: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    write_package(target, OLD, MADE)
    before = tree(target.parent)
    rename = os.rename

    def no_new_package(source: Path, destination: Path) -> None:
        if destination == target and source != emit._old(target):
            _no_space()
        rename(source, destination)

    if failing == "rename":
        monkeypatch.setattr(emit, "_swap", lambda first, second: False)
        monkeypatch.setattr(os, "rename", no_new_package)
    else:
        monkeypatch.setattr(emit, failing, _no_space)
    with pytest.raises(OSError, match="no space left"):
        write_package(target, NEW, MADE_LATER)
    assert tree(target.parent) == before


def test_a_package_is_on_the_disk_before_it_takes_its_place(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_package(target, OLD, MADE)
    events: list[str] = []
    fsync, swap = os.fsync, emit._swap

    def recorded_fsync(handle: int) -> None:
        events.append("sync")
        fsync(handle)

    def recorded_swap(first: Path, second: Path) -> bool:
        events.append("swap")
        return swap(first, second)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(emit, "_swap", recorded_swap)
    write_package(target, NEW, MADE_LATER)
    files_and_manifest = len(NEW) + 1
    assert events.index("swap") >= files_and_manifest


# --- Files beside the package


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A test module's path, in a directory that does not exist yet."""
    return tmp_path / "tests" / "test_kinesis.py"


def test_tests_and_pages_are_written_with_the_package(target: Path, beside: Path) -> None:
    page = beside.with_name("kinesis.md")
    assert write_package(target, OLD, MADE, tests={beside: b"t1\n"}, docs={page: b"d1\n"})
    assert write_package(target, OLD, MADE, tests={beside: b"t2\n"}, docs={page: b"d1\n"})
    assert tree(beside.parent) == {"test_kinesis.py": b"t2\n", "kinesis.md": b"d1\n"}


def test_stale_tests_go_and_foreign_files_stay(target: Path, beside: Path) -> None:
    write_package(target, OLD, MADE, tests={beside: b"t1\n", beside.with_name("test_b.py"): b"b\n"})
    write_file(beside.with_name("mine.py"), b"mine\n")
    write_file(beside.with_name("test_b.py"), b"b\n")
    write_package(target, OLD, MADE, tests={beside.with_name("test_c.py"): b"c\n"})
    assert tree(beside.parent) == {"test_c.py": b"c\n", "mine.py": b"mine\n"}


def test_a_stale_test_that_was_changed_stays(target: Path, beside: Path) -> None:
    write_package(target, OLD, MADE, tests={beside: b"t1\n"})
    beside.write_bytes(b"mine\n")
    write_package(target, OLD, MADE, tests={beside.with_name("test_c.py"): b"c\n"})
    assert tree(beside.parent) == {"test_c.py": b"c\n", "test_kinesis.py": b"mine\n"}


def test_a_foreign_test_is_refused_before_the_package_is_written(target: Path, beside: Path) -> None:
    beside.parent.mkdir()
    beside.write_bytes(b"mine\n")
    with pytest.raises(GenerationError, match="did not write this") as caught:
        write_package(target, OLD, MADE, tests={beside: b"t\n"})
    assert caught.value.origin == beside
    assert not target.exists()
    assert beside.read_bytes() == b"mine\n"
    assert write_package(target, OLD, MADE, tests={beside: b"t\n"}, overwrite=True)
    assert beside.read_bytes() == b"t\n"


@pytest.mark.parametrize(
    "left", [{digest(b"old\n")}, set(), {digest(b"other\n")}], ids=["owned", "none", "other"]
)
def test_a_file_is_replaced_only_if_it_is_owned(beside: Path, left: set[str]) -> None:
    assert write_file(beside, b"old\n")
    if digest(b"old\n") in left:
        assert write_file(beside, b"new\n", left)
        assert not write_file(beside, b"new\n", left)
        assert tree(beside.parent) == {"test_kinesis.py": b"new\n"}
    else:
        with pytest.raises(GenerationError, match="did not write this"):
            write_file(beside, b"new\n", left)
        assert write_file(beside, b"new\n", left, overwrite=True)


@DIRECTORY_LINKS
def test_a_link_for_a_file_is_refused(beside: Path) -> None:
    elsewhere = beside.parent.with_name("elsewhere.py")
    elsewhere.write_bytes(b"x")
    beside.parent.mkdir()
    beside.symlink_to(elsewhere)
    with pytest.raises(GenerationError, match="no plain file"):
        write_file(beside, b"new\n", overwrite=True)
    assert elsewhere.read_bytes() == b"x"


def test_a_directory_for_a_file_is_refused(beside: Path) -> None:
    beside.mkdir(parents=True)
    with pytest.raises(GenerationError, match="no plain file"):
        write_file(beside, b"new\n", overwrite=True)


# --- Comparing


def differences(
    target: Path, files: dict[str, bytes], manifest: Manifest, **beside: dict[Path, bytes]
) -> list[str]:
    found = compare(target, files, manifest, **beside)
    return [
        f"{difference.path.relative_to(target.parent).as_posix()}: {difference.reason}"
        for difference in found
    ]


def test_what_was_written_is_current(target: Path, beside: Path) -> None:
    write_package(target, OLD, MADE, tests={beside: b"t\n"})
    assert compare(target, OLD, MADE, tests={beside: b"t\n"}) == []


def test_a_package_that_is_not_there_is_missing(target: Path) -> None:
    assert differences(target, {"a.py": b""}, MADE) == [
        "kinesis/a.py: missing",
        "kinesis/manifest.json: missing",
    ]


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (replace(MADE, model="m2"), "model changed"),
        (replace(MADE, model="m2", generator="2", formatter="x"), "model changed"),
        (replace(MADE, generator="2"), "generator changed"),
        (replace(MADE, api=2), "generator changed"),
        (replace(MADE, generator="2", formatter="x"), "generator changed"),
        (replace(MADE, formatter="x"), "formatter changed"),
        (MADE, "generator changed"),
    ],
    ids=["model", "all", "generator", "api", "generator and formatter", "formatter", "same versions"],
)
def test_a_difference_has_its_reason(target: Path, now: Manifest, reason: str) -> None:
    write_package(target, OLD, MADE)
    assert differences(target, NEW, now) == [
        f"kinesis/__init__.py: {reason}",
        "kinesis/errors.py: missing",
        "kinesis/gone/__init__.py: stale file",
        f"kinesis/manifest.json: {reason}",
    ]


def test_a_record_alone_can_differ(target: Path) -> None:
    write_package(target, OLD, MADE)
    assert differences(target, OLD, MADE_LATER) == ["kinesis/manifest.json: model changed"]


def test_changes_by_hand_are_told_from_changes_of_the_model(target: Path) -> None:
    write_package(target, OLD, MADE)
    (target / "client.py").write_bytes(b"mine\n")
    (target / "mine.py").write_bytes(b"")
    (target / "py.typed").unlink()
    assert differences(target, OLD, MADE) == [
        "kinesis/client.py: edited by hand",
        "kinesis/mine.py: foreign file",
        "kinesis/py.typed: missing",
    ]


@pytest.mark.parametrize(
    "data", [b"{", MADE.listing(OLD).to_bytes() + b"\n"], ids=["damaged", "other spaces"]
)
def test_a_record_changed_by_hand_is_told(target: Path, data: bytes) -> None:
    write_package(target, OLD, MADE)
    (target / MANIFEST).write_bytes(data)
    assert differences(target, OLD, MADE) == ["kinesis/manifest.json: edited by hand"]


def test_tests_and_pages_are_compared(target: Path) -> None:
    paths = [target.parent / name for name in ("test_a.py", "test_b.py", "test_c.py", "test_d.py")]
    write_package(target, OLD, MADE, tests=dict.fromkeys(paths, b"t\n"))
    paths[1].write_bytes(b"mine\n")
    paths[2].unlink()
    assert differences(target, OLD, MADE_LATER, tests=dict.fromkeys(paths[:3], b"new\n")) == [
        "test_a.py: model changed",
        "test_b.py: edited by hand",
        "test_c.py: missing",
        "test_d.py: stale file",
        "kinesis/manifest.json: model changed",
    ]


def test_comparing_writes_nothing(target: Path) -> None:
    assert Difference(target / "a.py", "missing") in compare(target, {"a.py": b""}, MADE)
    assert not target.parent.exists()


# --- Interruption


KILLED = """
    import os, shutil, sys
    from pathlib import Path
    from heliograph_codegen import emit
    from heliograph_codegen.emit import Manifest, write_package

    ROOT, EXCHANGE = Path(sys.argv[1]), sys.argv[2] == "exchange"
    TARGET, TEST = ROOT / "src" / "kinesis", ROOT / "tests" / "test_x.py"
    OLD = {"__init__.py": b"old", "client.py": b"same", "gone/__init__.py": b""}
    NEW = {"__init__.py": b"new", "client.py": b"same", "errors.py": b"new"}
    MADE = Manifest(1, "g", "f", "s", "m")
    POINTS = ("open", "mkdir", "rename", "replace", "unlink", "rmdir", "fsync", "close")


    def tree(directory):
        files = [path for path in directory.rglob("*") if path.is_file() and path.name != "manifest.json"]
        return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


    def write(files, test):
        write_package(TARGET, files, MADE, tests={TEST: test})


    def die_at(point):
        left = [point]

        def hooked(function):
            def call(*args, **kwargs):
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)
                result = function(*args, **kwargs)
                return result
            return call

        for name in POINTS:
            setattr(os, name, hooked(getattr(os, name)))
        if EXCHANGE:
            emit._swap = hooked(emit._swap)


    def killed_at(point):
        child = os.fork()
        if child == 0:
            die_at(point)
            write(NEW, b"new test")
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


    def whole(point):
        if TARGET.exists():
            package = tree(TARGET)
        else:
            assert not EXCHANGE, f"{point}: no package"
            package = tree(emit._old(TARGET))
        assert package in (OLD, NEW), f"{point}: a mix {package}"
        return package == NEW


    if not EXCHANGE:
        emit._swap = lambda first, second: False
    seen, point = set(), 0
    while True:
        shutil.rmtree(ROOT, ignore_errors=True)
        write(OLD, b"old test")
        if not killed_at(point):
            break
        test = TEST.read_bytes()
        new = whole(point)
        assert test == b"old test" or (new and test == b"new test"), f"{point}: {test}"
        seen.add((new, test, TARGET.exists()))
        files, text = ((NEW, b"new test"), (OLD, b"old test"))[point % 3 == 0]
        write(files, text)
        assert (tree(ROOT / "src" / "kinesis"), TEST.read_bytes()) == (files, text), f"{point}: next run"
        assert [path.name for path in TARGET.parent.iterdir()] == ["kinesis"], f"{point}: left over"
        assert [path.name for path in TEST.parent.iterdir()] == ["test_x.py"], f"{point}: left over"
        point += 1
    print(point, len(seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the test kills a fork of itself at each system call")
@pytest.mark.parametrize(("way", "states"), [("exchange", 3), ("two renames", 4)])
def test_a_killed_run_leaves_the_old_package_or_the_new_one(tmp_path: Path, way: str, states: int) -> None:
    if way == "exchange" and not _can_exchange(tmp_path):
        pytest.skip("this system cannot exchange two directories in one step")
    script = textwrap.dedent(KILLED)
    command = [sys.executable, "-c", script, str(tmp_path / "root"), way]
    done = subprocess.run(
        command, env=_environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    points, seen = map(int, done.stdout.split())
    assert points > 30
    assert seen == states


def _can_exchange(folder: Path) -> bool:
    first, second = folder / "first", folder / "second"
    first.mkdir()
    second.mkdir()
    return emit._swap(first, second)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(emit.__file__).parent.parent)}
