# SPDX-License-Identifier: Apache-2.0
"""What the tests of generated clients stand on: packages in memory, published cases, values and bodies to compare."""
