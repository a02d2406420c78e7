"""Where the stage starts a program: `python watched HOW SCRIPT [ARGUMENT …]`."""

import os
import sys

modules_at_start = frozenset(sys.modules)
sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))

from socketscope.watched import program  # noqa: E402

program.main(modules_at_start)
