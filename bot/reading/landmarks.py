"""The only place that lists what neighbours find their way by: squares, gates, parts of a building."""

from bot.reading.lexicon import word_list

# Whole places: a message that names one of them says where.
LANDMARKS: tuple[str, ...] = tuple(word_list("places")["landmarks"].split())
# Of these the thing itself is often the matter.
OFTEN_THE_MATTER: frozenset[str] = frozenset(word_list("places")["often_the_matter"].split())
# They say where only beside a building, else they are the matter itself.
PARTS: tuple[str, ...] = tuple(word_list("places")["parts"].split())
GATE = (
    "(?:[东南西北正大小后前侧][东南西北]?|[东南西北]{1,2}[侧边]?|[1-9一二三四五六]号)"
    "(?:大门|小门|门岗|门卫|门)(?!禁|锁|铃|面|窗|店|把|框)(?:口|外|内|里)?"
)
SIDE = (
    "(?:(?:东南|东北|西南|西北|正?[东南西北]|[前后左右里外上下])(?:侧|面|边|头|首)"
    "|旁边|旁|附近|对面|对过|门口|门前|后门|前门|后面|中间|之间|背后|背面|拐角处?|转角处?|墙角|墙边"
    "|路口|入口处?|出口处?|出入口|尽头|里面|里头|外面|上方|下方|下面|边上|周围|楼下|顶上|一角)"
)
# 「南区」「二期」「C区」
AREA = "(?:[东南西北中](?:一|二)?区|[A-HA-h1-9一二三四五六](?:区|期)(?![域间])|老区|新区)"
# A quarter's name has two characters before its kind: 「绿岛花园」「西渚花苑」.
QUARTER_KINDS = "花园|花苑|家园|新村|新苑|嘉园|佳苑|雅苑|公寓|名苑"
NO_QUARTER: tuple[str, ...] = tuple(word_list("places")["no_quarter"].split())


def alternatives(words: tuple[str, ...]) -> str:
    """Return `words` as a pattern in which a longer one beats a shorter one."""
    return "|".join(sorted(set(words), key=len, reverse=True))
