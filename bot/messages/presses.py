"""What a button carries: the only place that writes and reads callback data (at most 64 bytes, forged at will)."""

import re
from dataclasses import dataclass

_MARK = "1"  # the version of this format; buttons live as long as their messages
_LARGEST = 2**63 - 1  # ids are BIGINT
_NONE = re.compile("")
_INDEX = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)
_SPAN = re.compile(r"[1-9]\d{0,2}(?:m|h|d|wh|wd)", re.ASCII)

ARGUMENTS: dict[str, re.Pattern[str]] = {
    "accept": _NONE,
    "return": _NONE,
    "extend": _NONE,
    "finish": _NONE,
    "note": _NONE,
    "support": _NONE,
    "progress": _NONE,
    "rate": re.compile("satisfied|fair|unsatisfied"),
    "reopen": _NONE,  # 没解决
    "pass": _NONE,
    "redo": _NONE,
    "ask_assign": _NONE,
    "assign": _INDEX,  # of the community's parties
    "allow": _NONE,
    "deny": _NONE,
    "watch": _NONE,
    "return_why": _INDEX,  # of quick.RETURNS
    "extend_by": _SPAN,
}
"""Every verb a button may say, and what may follow it."""

_NUMBER = r"(?:0|[1-9]\d{0,18})"
_FORM = re.compile(rf"{_MARK}:(?P<verb>[a-z_]+):(?P<ticket>{_NUMBER}):(?P<epoch>{_NUMBER})(?::(?P<arg>\w+))?", re.ASCII)


@dataclass(frozen=True)
class Pressed:
    """A button was pressed; `epoch` is the ticket's when the button was made, so that a stale one is noticed."""

    verb: str
    ticket: int
    epoch: int
    arg: str | None = None


def encode(verb: str, ticket: int, epoch: int, arg: str | None = None) -> str:
    """The callback data of a button. ValueError for what decode() would not take back."""
    data = f"{_MARK}:{verb}:{ticket}:{epoch}" + ("" if arg is None else f":{arg}")
    if decode(data) is None:
        raise ValueError(f"no button may say {data!r}")
    return data


def decode(data: str) -> Pressed | None:
    """What was pressed; None for anything that no button of ours says. Never raises."""
    form = _FORM.fullmatch(data)
    if form is None or form["verb"] not in ARGUMENTS:
        return None
    ticket, epoch, arg = int(form["ticket"]), int(form["epoch"]), form["arg"]
    if max(ticket, epoch) > _LARGEST or ARGUMENTS[form["verb"]].fullmatch(arg or "") is None:
        return None
    return Pressed(form["verb"], ticket, epoch, arg)
