# SPDX-License-Identifier: Apache-2.0
"""The published cases of the shared configuration files: their format, and where they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from heliograph import config

if TYPE_CHECKING:
    from pathlib import Path


def test_every_case_of_the_format(suites: Path, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/profile-parser.json").read_text())["cases"]
    assert len(cases) == 45
    for case in cases:
        texts = case["input"].get("configFile", ""), case["input"].get("credentialsFile", "")
        with subtests.test(case["case_id"]):
            if problem := case["output"].get("errorContaining"):
                with pytest.raises(config.ConfigError) as caught:
                    config.parse_profile(*texts)
                assert problem in str(caught.value)
            else:
                parsed = config.parse_profile(*texts)
                assert {name: parsed[name] for name in case["output"]["config"]} == case["output"]["config"]


def test_every_case_of_the_location(suites: Path, subtests: pytest.Subtests) -> None:
    cases = json.loads((suites / "config/file-location.json").read_text())["cases"]
    assert len(cases) == 5
    for case in cases:
        with subtests.test(case["case_id"]):
            found = config.file_locations(case["environment"], platform=case["platform"])
            assert found == (case["configLocation"], case["credentialsLocation"])
