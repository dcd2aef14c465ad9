"""The Bot API, one file for each family of methods. Importing it declares them all."""

from sandbox.api import chats as chats
from sandbox.api import deleting as deleting
from sandbox.api import editing as editing
from sandbox.api import files as files
from sandbox.api import hooks as hooks
from sandbox.api import me as me
from sandbox.api import media as media
from sandbox.api import pinning as pinning
from sandbox.api import polling as polling
from sandbox.api import polls as polls
from sandbox.api import presses as presses
from sandbox.api import reactions as reactions
from sandbox.api import sending as sending
from sandbox.api.registry import METHODS as METHODS
