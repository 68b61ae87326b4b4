# SPDX-License-Identifier: Apache-2.0
"""What commands say, and how."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def warn(line: str) -> None:
    """Say something that is no error."""
    print(f"warning: {line}", file=sys.stderr)


def shown(path: Path) -> Path:
    """A path as people write it: relative where that is shorter."""
    relative = Path(os.path.relpath(path))
    return relative if len(str(relative)) < len(str(path)) else path
