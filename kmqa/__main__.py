"""`python -m kmqa` is the same as `kmqa`."""

import sys

from kmqa.cli import main

sys.exit(main())
