"""Telegram → inbox, by polling or by webhook: what is confirmed has been committed before."""

from bot.receive.keeping import Keeping as Keeping
from bot.receive.keeping import chat_key as chat_key
from bot.receive.polling import LONG_POLL as LONG_POLL
from bot.receive.polling import Receiver as Receiver
