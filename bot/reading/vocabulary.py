"""The only place that says which tags, categories and names a community uses, and which come built in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar


@dataclass(frozen=True)
class CategoryWords:
    """One category: `builtin` names the word knowledge it inherits; one with a built-in name inherits by it."""

    name: str
    keywords: tuple[str, ...] = ()
    urgency: str | None = None
    builtin: str | None = None


@dataclass(frozen=True)
class TagWords:
    """One tag with the other ways people write it; `category` is meant where no keyword says better."""

    name: str
    aliases: tuple[str, ...] = ()
    category: str | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Vocabulary:
    """What a community says: `bot_names` without @; `places` are names of its grids and quarters."""

    categories: tuple[CategoryWords, ...]
    tags: tuple[TagWords, ...]
    bot_names: tuple[str, ...] = ()
    prefix: str = "XZ"
    emergency: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    places: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Counted once: patterns are looked up by the vocabulary for every message."""
        return hash((self.categories, self.tags, self.bot_names, self.prefix, self.places))

    def extended(
        self,
        *,
        categories: tuple[CategoryWords, ...] = (),
        tags: tuple[TagWords, ...] = (),
        **changes: object,
    ) -> "Vocabulary":
        """Return this vocabulary with a community's own words: theirs replace a category of the same name,
        a tag of the same name keeps our spellings of it too; `changes` are other fields, as given."""
        return replace(
            self,
            categories=_merged(self.categories, categories),
            tags=_merged(self.tags, tuple(map(self._with_our_spellings, tags))),
            **changes,  # type: ignore[arg-type]  # replace() checks the names itself
        )

    def _with_our_spellings(self, tag: TagWords) -> TagWords:
        ours = self.tag_named.get(tag.name)
        if ours is None:
            return tag
        aliases = dict.fromkeys((*tag.aliases, *ours.aliases))
        return replace(tag, aliases=tuple(aliases), category=tag.category or ours.category)

    @cached_property
    def tag_named(self) -> Mapping[str, TagWords]:
        return {tag.name: tag for tag in self.tags}

    @cached_property
    def tag_spelt(self) -> Mapping[str, str]:
        """Every spelling in lower case, to the name of its tag; a tag's own name beats another's alias."""
        aliases = {alias.lower(): tag.name for tag in self.tags for alias in tag.aliases}
        return aliases | {tag.name.lower(): tag.name for tag in self.tags}


Words = TypeVar("Words", bound=CategoryWords | TagWords)


def _merged(ours: tuple[Words, ...], theirs: tuple[Words, ...]) -> tuple[Words, ...]:
    named: dict[str, Words] = {word.name: word for word in (*ours, *theirs)}
    return tuple(named.values())


CATEGORIES = {
    "public_facility": "公共设施维修",
    "lift_utilities": "电梯与水电气暖",
    "leak_drainage": "漏水与下水",
    "sanitation": "环境卫生",
    "noise": "噪音扰民",
    "parking_charging": "停车与充电",
    "safety_hazard": "安全隐患",
    "neighbour_dispute": "邻里纠纷",
    "property_service": "物业服务与收费",
    "public_topic": "公共议题",
    "help_inquiry": "求助与咨询",
}


def _tag(name: str, aliases: str, category: str | None = None) -> TagWords:
    return TagWords(name, tuple(aliases.split()), category)


# Aliases are other words for it, and what input methods make of the name.
TAGS = (
    _tag("报修", "保修 抱修 爆修 暴修 宝修 饱修 报休 报秀 报绣 报朽 报俢 抱休 保休 维修 报障 申请维修", "公共设施维修"),
    _tag("投诉", "头诉 投速 投宿 投素 投数 偷诉 透诉 投述 举报", "物业服务与收费"),
    _tag("诉求", "素求 述求 诉球 讼求 速求 诉裘 肃求 反映 反应问题"),
    _tag("建议", "建意 建义 建仪 件议 见议 健议 提议", "公共议题"),
    _tag("求助", "求住 求组 球助 求肋 求阻 救助 求救 帮忙 求帮忙", "求助与咨询"),
    _tag("咨询", "资询 咨讯 资讯 咨旬 咨洵 姿询 咨寻 滋询 请问", "求助与咨询"),
    _tag("调解", "条解 调节 调结 调借 调姐 挑解 掉解", "邻里纠纷"),
    _tag("议题", "意题 义题 议提 易题 议体 议替 议事", "公共议题"),
    _tag("随手拍", "随手排 随手派 随拍 随守拍 遂手拍 顺手拍"),
    _tag("表扬", "表杨 表洋 表样 表羊 点赞 感谢信", "物业服务与收费"),
)

BUILTIN = Vocabulary(
    categories=tuple(CategoryWords(name, builtin=key) for key, name in CATEGORIES.items()),
    tags=TAGS,
    bot_names=("社区小助手", "linliban_bot"),
    emergency=MappingProxyType({"default": "110 / 119 / 120", "电梯": "96333"}),
)
