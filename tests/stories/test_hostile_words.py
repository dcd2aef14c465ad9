"""Whatever a neighbour types, nothing breaks, nothing is injected, nothing is lost."""

import pytest

from tests.world import Chat, Person, World, text_of

NASTY = [
    "#报修 <b>3号楼</b> 路灯 & 门禁 </a> _*[坏了](x)",
    "#报修 3号楼路灯不亮 " + "很黑" * 5000,
    "#报修 3号楼\u202e路灯\u2066不亮\u200b\u200d",
    "😀👨‍👩‍👧‍👦🀄 #报修 3号楼路灯不亮 " + "🧨" * 2000,
    "#报修 3号楼路灯不亮 {{ 7*7 }} {% raw %} %s %(x)s \\n",
    "#报修 3号楼路灯不亮 <script>alert(1)</script> &lt;b&gt;",
]


@pytest.mark.parametrize("words", NASTY, ids=["html", "long", "bidi", "emoji", "template", "script"])
async def test_words(world: World, south: Chat, firm: Chat, wang: Person, li: Person, chen: Person, words: str) -> None:
    await south.says(wang, words)
    card = south.hears("#XZ1", "3号楼")
    assert "49" not in text_of(card)  # nobody calculates what a neighbour wrote
    task = firm.hears("#XZ1", "接单")
    await li.presses(task, "接单")
    await firm.says(li, f"办好了 {words.removeprefix('#报修')}"[:3900], reply_to=task)
    result = south.hears("#XZ1", "满意")
    await wang.presses(result, "👍 满意")
    assert "已结案" in south.card("XZ1")
    assert not refused(world)


async def test_names_and_titles(world: World, south: Chat, firm: Chat) -> None:
    eve = world.person(666, "<b>&amp;</b>_*[\u202eeve](tg://x)" + "长" * 40, south.id, started=True)
    await south.says(eve, "#报修 3号楼路灯不亮")
    south.hears("#XZ1")
    await eve.phone.says(eve, "/start")
    assert eve.phone.said
    assert not refused(world)


async def test_not_a_person(world: World, south: Chat, wang: Person, chen: Person) -> None:
    await south.says(chen, "#报修 3号楼路灯不亮", anonymous=True)
    south.hears("自己")
    assert not any("#XZ1" in text_of(message) for message in south.said)


def refused(world: World) -> list[str]:
    """Calls of ours that the practice Telegram refused as malformed."""
    harmless = ("not modified", "chat not found")  # the second: a coordinator who has not started the bot yet
    errors = [str(call.error) for call in world.town.calls if call.status == 400]
    return [error for error in errors if not any(words in error for words in harmless)]
