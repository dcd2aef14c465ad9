"""The street of tests/bot/delivery, in which the program dies at a chosen moment."""

from tests.bot.delivery.conftest import settled as settled
from tests.bot.delivery.conftest import street as street
