"""What whoever pressed a button sees: said at once after the commit, never retried."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Popup:
    """`callback` names the press; at most 200 units of text, and `alert` asks for a tap to go away."""

    callback: str
    text: str = ""
    alert: bool = False
