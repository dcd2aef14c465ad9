"""What people do, by who does it: residents, workers, coordinators. Synchronous, no network."""

from bot.handlers.dispatch import Handlers

__all__ = ["Handlers"]
