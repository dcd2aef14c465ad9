"""Whether the promises hold: asked each minute by index, each hour in full; what is safe is put right, and told."""

from tracker.audit.hour import look as look_at_everything
from tracker.audit.mending import AT_ONCE as AT_ONCE
from tracker.audit.mending import mend as mend
from tracker.audit.mending import tell as tell
from tracker.audit.minute import GONE_WRONG as GONE_WRONG
from tracker.audit.minute import late_letter as late_letter
from tracker.audit.minute import look as look_at_what_is_due
from tracker.audit.trouble import Trouble as Trouble

__all__ = [
    "AT_ONCE",
    "GONE_WRONG",
    "Trouble",
    "late_letter",
    "look_at_everything",
    "look_at_what_is_due",
    "mend",
    "tell",
]
