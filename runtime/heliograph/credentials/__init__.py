# SPDX-License-Identifier: Apache-2.0
"""Where keys come from: the client's argument, the environment, the profile."""

from __future__ import annotations

from .chain import default_chain, from_environment, from_profile
from .types import ANONYMOUS, Credentials, Secret

__all__ = ["ANONYMOUS", "Credentials", "Secret", "default_chain", "from_environment", "from_profile"]
