# SPDX-License-Identifier: Apache-2.0
"""What Python will say of a service: names, annotations, docstrings, expressions that read and write.

Templates see nothing else. Everything here is of a safe type (:mod:`heliograph_codegen.text`), decided once, so that a
template only lays it out.
"""

from __future__ import annotations

from heliograph_codegen.pyview.build import build_view
from heliograph_codegen.pyview.views import PackageView

__all__ = ["PackageView", "build_view"]
