# SPDX-License-Identifier: Apache-2.0
"""Models in, Python out.

from heliograph_codegen import generate
generate("model/kinesis_video_signaling.yaml", "generated", package="kinesis_video_signaling")
"""

from __future__ import annotations

from heliograph_codegen._version import __version__
from heliograph_codegen.errors import GenerationError
from heliograph_codegen.generate import generate

__all__ = ["GenerationError", "__version__", "generate"]
