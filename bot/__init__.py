"""The chat side: hears people and speaks to them, and has never heard of a table."""

import os

# Said before telegram is imported anywhere, since it asks only once: waits come as timedelta, not as warnings.
os.environ.setdefault("PTB_TIMEDELTA", "1")
