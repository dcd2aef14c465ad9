"""Looks an installation over: what is well, what is not, and the cure for it."""

from bot.doctor.finding import Finding as Finding
from bot.doctor.rounds import examine as examine
