# SPDX-License-Identifier: Apache-2.0
"""The published cases of the shared configuration files: their format, and where they are.

Where botocore reads its own files otherwise stands in ``config_exceptions.json``, each with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from heliograph import config
from heliograph.core import read_shared_files
from heliograph.effects import drive, drive_async
from proof.sources import nobody
from proof.suites import exceptions, read

if TYPE_CHECKING:
    from pathlib import Path

    from heliograph.effects import Effects
    from proof.suites import Published

KINDS = ("profiles", "sso_sessions", "services")
EXCEPTIONS = exceptions("config_exceptions.json")


def test_every_case_of_the_format(suites: Path, published: Published) -> None:
    for case in read(suites / "config/profile-parser.json", 45):
        texts = case["input"].get("configFile", ""), case["input"].get("credentialsFile", "")
        with published("config/profile-parser", case["case_id"]):
            if problem := case["output"].get("errorContaining"):
                with pytest.raises(config.ConfigError) as caught:
                    config.parse_profile(*texts)
                assert problem in str(caught.value)
            else:
                parsed = config.parse_profile(*texts)
                assert {name: parsed[name] for name in case["output"]["config"]} == case["output"]["config"]


def test_every_case_of_the_location(suites: Path, published: Published) -> None:
    for case in read(suites / "config/file-location.json", 5):
        with published("config/file-location", case["case_id"]):
            found = config.file_locations(case["environment"], platform=case["platform"])
            assert found == (case["configLocation"], case["credentialsLocation"])


BOTOCORES_OWN = 15
"""Files of configuration that botocore's tests read."""


def plain(parsed: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, Any]:
    """What was parsed, with sub-properties as dicts, as botocore gives them."""
    return {
        kind: {
            name: {
                key: config.sub_properties(value) or str.__str__(value) for key, value in properties.items()
            }
            for name, properties in sections.items()
        }
        for kind, sections in parsed.items()
    }


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_file_that_botocores_tests_read(
    flavour: str, botocore_sdist: Path, published: Published, run: Callable[[Any], Any]
) -> None:
    botocore = pytest.importorskip("botocore.configloader", reason="botocore says what its files mean")
    failures = pytest.importorskip("botocore.exceptions").ConfigParseError
    files = sorted((botocore_sdist / "tests/unit/cfg").iterdir())
    assert len(files) == BOTOCORES_OWN
    for file in files:
        name = f"botocore/cfg/{file.name}"
        env = {"AWS_CONFIG_FILE": str(file), "AWS_SHARED_CREDENTIALS_FILE": str(file.with_name("none"))}
        effects = read_shared_files(env)
        with published(f"botocore/cfg {flavour}", name, excepted=name in EXCEPTIONS):
            try:
                wanted = {kind: botocore.load_config(str(file))[kind] for kind in KINDS}
            except failures:
                with pytest.raises(config.ConfigError, match=re.escape(str(file)) + r":\d+: "):
                    found(flavour, effects, run)
                continue
            parsed = plain(found(flavour, effects, run))
            if name in EXCEPTIONS:
                assert parsed != wanted
                quoted = {
                    each for each in wanted["profiles"] if f'"{each}"' in file.read_text(encoding="utf-8")
                }
                wanted["profiles"] = {
                    each: it for each, it in wanted["profiles"].items() if each not in quoted
                }
            assert parsed == wanted


def found(flavour: str, effects: Effects[Any], run: Callable[[Any], Any]) -> Any:
    """What reading files comes to."""
    return drive(effects, nobody, None) if flavour == "sync" else run(drive_async(effects, nobody, None))
