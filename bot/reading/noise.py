"""The only place that tells what is no report: empty tags, tests, adverts, old news, thanks, small talk."""

import re
from functools import cache

from bot.reading.lexicon import pattern, word_list
from bot.reading.tags import EMOJI

BARE_TAG, TEST, ADVERT, FORWARDED = "bare_tag", "test", "advert", "forwarded"
THANKS, SMALL_TALK, CHATTER, NUMBER_ONLY = "thanks", "small_talk", "chatter", "number_only"
WHY = {
    BARE_TAG: "只有标签或@,没有说什么事",
    TEST: "看起来是测试或误发",
    ADVERT: "看起来是广告或买卖",
    FORWARDED: "是转发的旧消息,或已经有单",
    THANKS: "是感谢,或事情已经好了",
    SMALL_TALK: "是跟机器人说话,或问怎么用",
    CHATTER: "是闲聊,没有要办的事",
    NUMBER_ONLY: "只有单号",
}
# What a text may be taken for by mistake: none of these is believed where life is at risk.
DOUBTFUL = {ADVERT, THANKS, SMALL_TALK, CHATTER}
PLACEHOLDER = re.compile(r"\[(?:图片|照片|视频|语音|表情|动画表情|文件|动图|sticker|photo)\]", re.IGNORECASE)
SILENT = re.compile(rf"[\s{EMOJI}\W_]")
SHORT, LONGEST_JOKE = 30, 14


def refused(body: str, tag: str | None, *, number: bool) -> str | None:
    """Return why `body` (plain, without tags and mentions) asks for nothing, or None where it does."""
    words = PLACEHOLDER.sub("", body)
    if not _bare(words):
        return BARE_TAG
    if number and not re.sub(r"[A-Za-z]{1,9}[ -]?\d{1,9}|\W", "", words):
        return NUMBER_ONLY
    if is_test(words):
        return TEST
    if is_forwarded(words):
        return FORWARDED
    if is_advert(words) and tag not in {"投诉", "表扬", "议题", "建议"}:
        return ADVERT
    if is_chatter(words):
        return CHATTER
    if tag != "表扬" and (is_over(words) or is_thanks(words)):
        return THANKS
    return SMALL_TALK if is_small_talk(words) else None


def is_test(words: str) -> bool:
    """Whether nothing but the trying out is said: 「测试 测试」, 「手滑了」."""
    if _sign("mistake").search(words) and len(_bare(words)) <= LONGEST_JOKE and not re.search(r"\d", words):
        return True
    if not _sign("testing").search(words):
        return False
    rest = _sign("test_filler").sub("", _bare(_sign("testing").sub("", words)))
    return len(rest) <= 1 or _sign("ignore_me").search(words) is not None


def is_forwarded(words: str) -> bool:
    if _sign("has_ticket").search(words) and not _sign("still").search(words):
        return True
    if _sign("quote").search(words):
        return True
    return bool(_sign("forward").search(words)) and not _sign("for_somebody").search(words)


def is_advert(words: str) -> bool:
    """Whether something is for sale: goods and a way to get them, or goods twice, and nothing to complain of."""
    selling = {match[0] for match in _sign("selling").finditer(words)}
    sure = len(selling) >= 2 or (bool(selling) and _sign("contact").search(words) is not None)
    return sure and not _sign("complains").search(words)


def is_small_talk(words: str) -> bool:
    bare = _bare(words)
    if _sign("greeting").search(bare):
        rest = _sign("greeting_filler").sub("", _sign("greeting").sub("", bare))
        if len(rest) <= 2:
            return True
    return _sign("about_bot").search(words) is not None and len(bare) <= SHORT and not re.search(r"\d", bare)


def is_chatter(words: str) -> bool:
    return not _sign("laugh").sub("", _bare(words))


def is_thanks(words: str) -> bool:
    if not _sign("thank").search(words):
        return False
    if len(_sign("thank_filler").sub("", _bare(words))) <= 1:
        return True
    return _sign("thanked").search(words) is not None and not tells_trouble(words)


def is_over(words: str) -> bool:
    """Whether it is mended: 「灯不亮 —— 已经好了」, but not 「修好了又坏」 nor 「什么时候修好」."""
    done = list(_sign("done").finditer(words))
    if not done:
        return False
    before, after = words[: done[-1].start()], words[done[-1].end() :]
    if _sign("not_done").search(before) or _sign("again").search(after):
        return False
    return not tells_trouble(_sign("thank_filler").sub("", after).replace("不用", ""))


def tells_trouble(words: str) -> bool:
    """Whether `words` name something wrong or wanted."""
    return _sign("trouble").search(words) is not None


def supports(words: str) -> bool:
    """Whether `words` only join in what somebody else said."""
    return _sign("support").match(words) is not None and len(_bare(words)) <= SHORT


def praises(words: str, tag: str | None) -> bool:
    """Whether `words` praise, and complain of nothing."""
    praise = _sign("praise")
    return tag == "表扬" or (praise.search(words) is not None and not tells_trouble(praise.sub("", words)))


def _bare(words: str) -> str:
    return SILENT.sub("", words)


@cache
def _sign(name: str) -> re.Pattern[str]:
    return pattern(word_list("noise")["words"][name])
