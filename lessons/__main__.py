"""`python3 -m lessons` opens the course; `--help` says what else it does."""

import sys

if sys.version_info < (3, 11):
    # This file must stay readable for any Python, so that this can be said.
    sys.exit(
        "This course needs Python 3.11 or newer, and this is Python %d.%d. "
        "Please install a newer one from python.org and try again."
        % sys.version_info[:2]
    )

from lessons.course.commands import main

sys.exit(main())
