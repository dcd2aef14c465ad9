"""What is due, decided and written down: the only place where time moves a ticket on.

It is decided in a reading transaction, many at a time (deciding.py), and carried out in small writing ones, in which a
clock that somebody has moved meanwhile is passed over (writing.py): nobody waits while we think.
"""

from tracker.sweep.deciding import decide as decide
from tracker.sweep.decision import Decision as Decision
from tracker.sweep.writing import MORE as MORE
from tracker.sweep.writing import MOST as MOST
from tracker.sweep.writing import batches as batches
from tracker.sweep.writing import carry_out as carry_out

AHEAD = 200  # clocks decided before the first of them is written down: some fifty milliseconds
