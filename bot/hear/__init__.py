"""Telegram's words into ours: the only place that takes an Update apart. Pure."""

from bot.hear.heard import Blocked as Blocked
from bot.hear.heard import Command as Command
from bot.hear.heard import Heard as Heard
from bot.hear.heard import Joined as Joined
from bot.hear.heard import Left as Left
from bot.hear.heard import Migrated as Migrated
from bot.hear.heard import Pressed as Pressed
from bot.hear.heard import Replied as Replied
from bot.hear.heard import Said as Said
from bot.hear.heard import Speaker as Speaker
from bot.hear.heard import Unblocked as Unblocked
from bot.hear.triage import may_be_danger as may_be_danger
from bot.hear.update import hear as hear
from tracker.desk import Unparsable as Unparsable
