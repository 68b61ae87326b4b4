# SPDX-License-Identifier: Apache-2.0
"""``python -m heliograph_codegen.cli``: the generator's commands without the runtime."""

import sys

from heliograph_codegen.cli import main

sys.exit(main())
