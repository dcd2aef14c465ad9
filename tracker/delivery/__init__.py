"""What is handed to the speaker, and what follows from each outcome of a send or an edit."""

from tracker.delivery.claiming import claim as claim
from tracker.delivery.claiming import take_back as take_back
from tracker.delivery.edits import give_up as give_up
from tracker.delivery.edits import settle_card as settle_card
from tracker.delivery.edits import views as card_views
from tracker.delivery.ended import drop as drop
from tracker.delivery.letters import letters as letters
from tracker.delivery.moments import next_due_at as next_due_at
from tracker.delivery.moments import next_send_at as next_send_at
from tracker.delivery.rounds import Rounds as Rounds
from tracker.delivery.settling import settle as settle
from tracker.delivery.turns import Turns as Turns
from tracker.delivery.turns import anything_lost as anything_lost

__all__ = [
    "Rounds",
    "Turns",
    "anything_lost",
    "card_views",
    "claim",
    "drop",
    "give_up",
    "letters",
    "next_due_at",
    "next_send_at",
    "settle",
    "settle_card",
    "take_back",
]
