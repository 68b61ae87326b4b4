# SPDX-License-Identifier: Apache-2.0
"""The commands ``heliograph generate`` and ``heliograph check``, as a person or a build system uses them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph.__main__ import main as heliograph
from heliograph_codegen import GenerationError, generate

MODEL = """\
heliograph: 1
service: Bell Tower
version: "2026-01-01"
protocol: rest-json
signing: belltower
endpoint: {prefix: belltower}
documentation: Rings bells.
operations:
  Ring:
    http: POST /ring
    documentation: Rings a bell.
    input:
      Name: {type: string, required: true}
    output:
      Loudness: integer
    errors: [BellMissing]
errors:
  BellMissing: {status: 404, members: {Message: string}}
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "bell_tower.yaml"
    path.write_text(MODEL, encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return heliograph([str(argument) for argument in arguments])


def written(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_generate_writes_a_package_with_tests_and_a_page(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "src"
    status = run(
        "generate",
        model,
        "--out",
        out,
        "--package",
        "bell_tower",
        "--tests",
        tmp_path / "t",
        "--docs",
        tmp_path / "d",
    )
    assert status == 0
    assert "bell_tower/client.py" in written(out)
    assert written(tmp_path / "t") == ["test_bell_tower.py"]
    assert written(tmp_path / "d") == ["bell_tower.md"]


@pytest.mark.parametrize("beside", [(), ("tests",), ("docs",)], ids=["alone", "with tests", "with a page"])
def test_without_tests_or_a_page_the_package_is_the_same(
    beside: tuple[str, ...], model: Path, tmp_path: Path
) -> None:
    def generate(name: str, *sides: str) -> Path:
        folder = tmp_path / name
        options = [each for side in sides for each in (f"--{side}", folder / side)]
        assert run("generate", model, "--out", folder / "src", "--package", "bell_tower", *options) == 0
        return folder

    whole, part = generate("whole", "tests", "docs"), generate("part", *beside)
    assert sorted(path.name for path in part.iterdir()) == sorted([*beside, "src"])
    assert written(part / "src") == written(whole / "src")
    for file in [path for path in part.rglob("*") if path.is_file() and path.name != "manifest.json"]:
        assert file.read_bytes() == (whole / file.relative_to(part)).read_bytes()


def test_a_dotted_package_makes_nested_directories(model: Path, tmp_path: Path) -> None:
    assert run("generate", model, "--out", tmp_path / "src", "--package", "towers.bell") == 0
    assert "towers/bell/client.py" in written(tmp_path / "src")


def test_a_second_run_touches_nothing(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("generate", model, "--out", tmp_path / "src", "--package", "bell_tower")
    assert run(*arguments) == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "src").rglob("*")}
    assert run(*arguments) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "src").rglob("*")} == before
    assert "bell_tower: up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda model, package: model.write_text(MODEL.replace("Rings a bell.", "Rings.")), "model changed"),
        (lambda model, package: (package / "client.py").write_text("mine\n"), "edited by hand"),
        (lambda model, package: (package / "errors.py").unlink(), "missing"),
        (lambda model, package: (package / "extra.py").write_text("x = 1\n"), "foreign file"),
    ],
    ids=["model", "edit", "missing", "foreign"],
)
def test_check_says_what_is_stale_and_why(
    change: object, reason: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (model, "--out", tmp_path / "src", "--package", "bell_tower")
    run("generate", *arguments)
    assert run("check", *arguments) == 0
    change(model, tmp_path / "src" / "bell_tower")  # type: ignore[operator]  # the rows hold functions
    capsys.readouterr()
    assert run("check", *arguments) == 1
    assert reason in capsys.readouterr().out


def test_a_file_that_was_changed_by_hand_is_kept_unless_told_otherwise(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("generate", model, "--out", tmp_path / "src", "--package", "bell_tower")
    run(*arguments)
    client = tmp_path / "src" / "bell_tower" / "client.py"
    client.write_text("mine\n")
    assert run(*arguments) == 2
    assert client.read_text() == "mine\n"
    assert "client.py" in capsys.readouterr().err
    assert run(*arguments, "--overwrite") == 0
    assert client.read_text() != "mine\n"


BAD_MODELS = {
    "a wrong type": (MODEL.replace("Loudness: integer", "Loudness: intger"), 15),
    "an unknown key": (MODEL.replace("signing:", "singing:"), 5),
    "a duplicate key": (MODEL.replace("signing: belltower", "signing: belltower\nsigning: other"), 6),
    "an endless structure": (
        MODEL.replace("Loudness: integer", "Bell: {type: Bell, required: true}")
        + "shapes:\n  Bell: {structure: {Inner: {type: Bell, required: true}}}\n",
        20,
    ),
    "an alias": (MODEL.replace("Loudness: integer", "Loudness: &a integer\n      Again: *a"), 15),
    "a path that climbs": (MODEL.replace("POST /ring", "POST /../ring"), 10),
    "a name that climbs": (MODEL.replace("  Ring:", "  ../Ring:"), 9),
    "no YAML": (MODEL.replace("operations:", "operations: ["), None),
    "a list instead": ("- heliograph: 1\n", 1),
    "an empty file": ("", None),
}


@pytest.mark.parametrize("what", BAD_MODELS)
def test_a_bad_model_gives_one_located_line_and_writes_nothing(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, line = BAD_MODELS[what]
    model = tmp_path / "bad.yaml"
    model.write_text(text, encoding="utf-8")
    assert run("generate", model, "--out", tmp_path / "src", "--package", "bell_tower") == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert re.match(r"heliograph generate: \S*bad\.yaml:\d+: \S", said[0]), said
    if line is not None:
        assert f"bad.yaml:{line}: " in said[0], said
    assert not (tmp_path / "src").exists()


@pytest.mark.parametrize("package", ["../up", "class", "a..b", "", "a/b", "1st", "nul\0"])
def test_a_package_name_that_is_none_is_refused(
    package: str, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("generate", model, "--out", tmp_path / "src", f"--package={package}") == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "src").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "missing.yaml", "--out", "src", "--package", "x"],
        ["generate", "--out", "src"],
        ["generate", "model.yaml"],
        ["generate", "model.yaml", "--outt", "src"],
        ["chekc"],
    ],
    ids=" ".join,
)
def test_a_mistyped_command_gives_one_line_and_status_2(arguments: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "heliograph", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_the_project_table_is_read_from_the_directory_above(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[[tool.heliograph.client]]\nmodel = "bell_tower.yaml"\npackage = "bell_tower"\nout = "src"\n'
    )
    below = tmp_path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert run("generate") == 0
    assert "bell_tower/client.py" in written(tmp_path / "src")
    assert run("check") == 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "lists no clients"),
        ("[[tool.heliograph.client]]\nmodel = 'm.yaml'\npackage = 'p'\n", "lacks out"),
        ("[[tool.heliograph.client]]\nmodel = 'm.yaml'\npackge = 'p'\nout = 'o'\n", "did you mean 'package'"),
        ("[[tool.heliograph.client]]\nmodel = 1\npackage = 'p'\nout = 'o'\n", "model of table 1"),
        ("[tool.heliograph]\nclient = 'x'\n", "lists no clients"),
        ("[[tool.heliograph.client\n", "is no TOML"),
    ],
    ids=["none", "missing key", "unknown key", "no text", "no table", "no TOML"],
)
def test_a_wrong_project_table_is_refused(
    table: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(table)
    monkeypatch.chdir(tmp_path)
    assert run("generate") == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_a_missing_extra_names_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "heliograph_codegen.cli", None)
    assert run("check") == 2
    assert "pip install 'heliograph[codegen]'" in capsys.readouterr().err


def test_generate_in_process_takes_a_document_and_raises_one_error(tmp_path: Path) -> None:
    document = {
        "heliograph": 1,
        "service": "Bell Tower",
        "version": "2026-01-01",
        "protocol": "rest-json",
        "signing": "belltower",
        "operations": {"Ring": {"http": "POST /ring"}},
    }
    assert generate(document, tmp_path, package="bell_tower") == tmp_path / "bell_tower"
    with pytest.raises(GenerationError, match="protocol"):
        generate({**document, "protocol": "carrier-pigeon"}, tmp_path, package="other")
    assert not (tmp_path / "other").exists()


def test_a_published_model_that_needs_more_is_refused_by_name_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("botocore", reason="reads the models that botocore brings")
    assert run("generate", "botocore:sdb", "--out", tmp_path / "src", "--package", "simple_db") == 2
    said = capsys.readouterr().err.splitlines()[-1]
    what = "the generator cannot make the auth sigv2 of service SimpleDB yet; it makes bearer, none, sigv4, sigv4a"
    assert re.fullmatch(rf"heliograph generate: botocore:sdb@[0-9-]+:/metadata: {what}", said)
    assert not (tmp_path / "src").exists()
