"""The street of tests/bot/delivery, in which the program dies at a chosen moment; and the stories' neighbourhood."""

from tests.bot.delivery.conftest import settled as settled
from tests.bot.delivery.conftest import street as street
from tests.stories.conftest import chen as chen
from tests.stories.conftest import firm as firm
from tests.stories.conftest import li as li
from tests.stories.conftest import north as north
from tests.stories.conftest import south as south
from tests.stories.conftest import wang as wang
from tests.stories.conftest import world as world
from tests.stories.conftest import zhang as zhang
from tests.stories.conftest import zhou as zhou
