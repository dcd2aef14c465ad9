"""The only place that levels the ways one letter can be typed: width, script, dashes, invisible characters."""

import re
import unicodedata
from functools import cache

ZERO_WIDTH_JOINER = "\u200d"
KEYCAP = re.compile("(?<=[0-9#*])\ufe0f?\u20e3")
# They look like nothing, yet count as letters.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"

TRADITIONAL = dict(
    zip(
        "報修樓號單電門燈壞漏堵臺檯側邊東區園廣場車庫動態樁費氣熱壓燃煙著義議題訴諮詢調隨討論請謝"
        "戶鄰間層頂牆裝瀝鐵鋼圍欄桿護爾線鋪階無礙險傷見丟過來還們個這裡裏樣麼嗎吵鬧聲響樂戲機構"
        "辦證醫療兒嬰輪椅鑰鎖開關閉運動築壓報糞溝滲髒亂雜蟲蠅鼠殺綠養飛遛狗屍業務員隊領導應對幫"
        "協會廳點廢紙箱舊墻掛懸銹鏽斷裂塵圾掃潔撲滅閘監視攝頻話媽爺奶癱瘓獨殘蘇滬粵渝貴雲遼寧贛魯"
        "陝閩冀晉鄂湘桂瓊黃藍紅歲時專長風馬魚鳥龍龜貓雞鴨鵝豬羊買賣轉讓價錢萬億幾雙隻條張塊座幢棟",
        "报修楼号单电门灯坏漏堵台台侧边东区园广场车库动态桩费气热压燃烟着义议题诉咨询调随讨论请谢"
        "户邻间层顶墙装沥铁钢围栏杆护尔线铺阶无碍险伤见丢过来还们个这里里样么吗吵闹声响乐戏机构"
        "办证医疗儿婴轮椅钥锁开关闭运动筑压报粪沟渗脏乱杂虫蝇鼠杀绿养飞遛狗尸业务员队领导应对帮"
        "协会厅点废纸箱旧墙挂悬锈锈断裂尘圾扫洁扑灭闸监视摄频话妈爷奶瘫痪独残苏沪粤渝贵云辽宁赣鲁"
        "陕闽冀晋鄂湘桂琼黄蓝红岁时专长风马鱼鸟龙龟猫鸡鸭鹅猪羊买卖转让价钱万亿几双只条张块座幢栋",
        strict=True,
    )
)
LEVELLED = (
    TRADITIONAL
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | dict.fromkeys("•・‧∙⋅●", "·")
    | {"♯": "#", "﹟": "#", "〇": "零", "○": "零", "幺": "一", "①": "1"}
)


def clean(text: str) -> str:
    """Return `text` as people may see it: without characters that are invisible, reorder it or cannot be sent."""
    text = KEYCAP.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    if all(map(_visible, text)):
        return text
    return "".join(letter for at, letter in enumerate(text) if _visible(letter) or _joins_emoji(text, at))


def plain(text: str) -> str:
    """Return cleaned `text` in one spelling of each letter, as long as it was, so that positions agree."""
    return "".join(map(_levelled, text))


@cache
def _visible(letter: str) -> bool:
    if letter in "\n\t":
        return True
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn", "Co"} and letter not in BLANK_LETTERS


def _joins_emoji(text: str, at: int) -> bool:
    if text[at] != ZERO_WIDTH_JOINER or not 0 < at < len(text) - 1:
        return False
    before, after = unicodedata.category(text[at - 1]), unicodedata.category(text[at + 1])
    return before in {"So", "Sk", "Mn"} and after == "So"


@cache
def _levelled(letter: str) -> str:
    if letter in LEVELLED:
        return LEVELLED[letter]
    if letter != "\n" and letter.isspace():
        return " "
    if (digit := unicodedata.decimal(letter, None)) is not None:
        return str(int(digit))
    narrow = unicodedata.normalize("NFKC", letter)
    if len(narrow) != 1 or narrow.isspace():
        return letter
    return LEVELLED.get(narrow, narrow)
