"""The reasons one tap gives: the only place that knows which are offered and what each says."""

from bot.messages.catalogue import mark, translations
from bot.messages.presses import Pressed

RETURNS = (mark("不在我们的范围"), mark("设施不是我们管"), mark("应由别的单位办"))
EXTENSIONS = {"1d": mark("等配件"), "2d": mark("等配件"), "3d": mark("等施工")}


def reason(pressed: Pressed, language: str) -> str | None:
    """The reason that a press of return_why or extend_by gives, in words; None where the press gives none."""
    msgid = None
    if pressed.verb == "return_why" and int(pressed.arg or 0) < len(RETURNS):
        msgid = RETURNS[int(pressed.arg or 0)]
    elif pressed.verb == "extend_by":
        msgid = EXTENSIONS.get(pressed.arg or "")
    return translations(language).gettext(msgid) if msgid else None
