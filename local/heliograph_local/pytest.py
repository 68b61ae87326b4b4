# SPDX-License-Identifier: Apache-2.0
"""Fixtures: ``pytest_plugins = ["heliograph_local.pytest"]`` in a ``conftest.py`` or a test module.

``kinesis_video_service`` is a running LocalService with one channel, ``demo``, fresh for each test;
``kinesis_video_channel`` is that channel. Override either under its own name for other settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heliograph_local import LocalService, ServedChannel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def kinesis_video_service() -> Iterator[LocalService]:
    """A local Kinesis Video signaling service that ends with the test."""
    with LocalService() as service:
        yield service


@pytest.fixture
def kinesis_video_channel(kinesis_video_service: LocalService) -> ServedChannel:
    """The service's channel: ``arn`` to name it, ``endpoint`` to call it."""
    return kinesis_video_service.channel("demo")
