"""Outbox → Telegram → outcome: the only place that speaks in a chat of its own accord."""

from bot.speak.speaker import Speaker as Speaker
