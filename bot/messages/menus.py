"""What can be asked of the bot: the only place that lists its commands for Telegram's menu and the lines of /help."""

from bot.messages.catalogue import mark, translations

EMERGENCY = "110 / 119 / 120"  # for a community whose file names none

_REPORT = ("report", mark("报一件事"))
_STATUS = ("status", mark("查进度"))
_HELP = ("help", mark("怎么用"))
_PRIVACY = ("privacy", mark("您的隐私"))
_REOPEN = ("reopen", mark("没解决，请再办"))
_ASSIGN = ("assign", mark("派给一个单位"))

MENUS: dict[str, tuple[tuple[str, str], ...]] = {
    "group": (_REPORT, _STATUS, _HELP, _PRIVACY),
    "resident": (_REPORT, _STATUS, ("mine", mark("我报的事")), _REOPEN, _HELP, _PRIVACY),
    "worker": (
        ("todo", mark("我的待办")),
        ("take", mark("接单")),
        ("done", mark("办好了")),
        ("note", mark("补充说明")),
        ("extend", mark("要更多时间")),
        ("return", mark("不归我管")),
        ("ticket", mark("替居民报一件事（网格员）")),
        ("ask", mark("问报事人一句")),
        _ASSIGN,
        _HELP,
    ),
    "coordinator": (
        ("overdue", mark("超期的事")),
        ("todo", mark("我的待办")),
        _ASSIGN,
        ("nudge", mark("催办")),
        ("urgent", mark("加急")),
        ("reject", mark("不予受理")),
        ("close", mark("结案")),
        _REOPEN,
        ("stats", mark("数字")),
        ("bind", mark("登记一个群")),
        ("invite", mark("发邀请链接")),
        _HELP,
    ),
}

HELP: dict[str, tuple[str, ...]] = {
    "resident": (
        mark("📣 报事：发「#报修」加一句话，什么事、在哪里。"),
        mark("📷 照片：和话一起发，一张近的，一张远的。"),
        mark("🔎 进度：回复那件事的消息，说「进度」；您家也有，就说「+1」。"),
        mark("🔁 没办好：回复那件事的消息，说「没解决」加原因。"),
        mark("☎️ 找人：有危险先打 %(numbers)s，别的请联系社区。"),
    ),
    "worker": (
        mark("🔔 有任务我发给您，点「接单」；不归您管就点「不归我管」。"),
        mark("🏁 办好了：回复任务，发一张照片，写「办好了」加一句话。"),
        mark("⏳ 来不及：点「更多时间」，由协调员决定。"),
        mark("💬 有进展：点「补充说明」，邻居们看得到。"),
        mark("📋 待办：发 /todo，网格员替居民报事发 /ticket"),
    ),
    "coordinator": (
        mark("🔴 超期：我私信告诉您；点「改派」或「这件我盯着」。"),
        mark("🙋 退单、延期：点「同意」或「驳回」。"),
        mark("📋 列表：/overdue 超期，/todo 等您办，/stats 数字"),
        mark("👤 处理：/assign 编号 单位，/urgent 加急，/reject 原因，/close 原因"),
        mark("🔧 登记：群里发 /bind 群名；请人进来发 /invite liaison:单位 姓名"),
    ),
}

TWELVE_WORDS = {
    "接单": mark("接单"),
    "退单 原因": mark("退单"),
    "办好了 说明": mark("办好了"),
    "延期 2天 原因": mark("延期"),
    "补充 说明": mark("补充说明"),
    "进度": mark("查进度"),
    "+1": mark("我家也有"),
    "没解决 原因": mark("重新办理"),
    "催办": mark("催办"),
    "改派 单位": mark("改派"),
    "不予受理 原因": mark("不予受理"),
    "结案 原因": mark("结案"),
}
"""What is said in reply to a message about a ticket instead of pressing a button (CONTRACT), and what it does.

The words are Chinese in every language, since they are what a reader looks for.
"""


def menu(scope: str, language: str) -> list[tuple[str, str]]:
    """Command and description for Telegram's menu; scope is group, resident, worker or coordinator."""
    _ = translations(language).gettext
    return [(command, _(description)) for command, description in MENUS[scope]]


def help_lines(part: str, language: str, *, emergency: str = EMERGENCY) -> list[str]:
    """Five lines for who asks; staff are told the twelve words, too. An unknown part is a resident."""
    _ = translations(language).gettext
    lines = [_(text) % {"numbers": emergency} for text in HELP.get(part, HELP["resident"])]
    if part not in ("worker", "coordinator"):
        return lines
    words = _("、").join(f"「{word}」" + _gloss(word, language) for word in TWELVE_WORDS)
    return [*lines, _("✍️ 不点按钮也行，回复那件事的消息，说这十二个词：%(words)s") % {"words": words}]


def _gloss(word: str, language: str) -> str:
    """What a word does, for a reader to whom the word itself does not say it."""
    meaning = translations(language).gettext(TWELVE_WORDS[word])
    return "" if meaning == TWELVE_WORDS[word] else f" ({meaning})"
