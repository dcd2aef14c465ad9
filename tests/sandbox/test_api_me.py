"""How a bot presents itself: commands by scope and language, names, descriptions, the menu button."""

from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeChat, MenuButtonWebApp, WebAppInfo

from sandbox.town import Town
from tests.sandbox.town import ANNA, SQUARE, Wire


async def test_commands_are_kept_by_scope_and_language(bot: Bot) -> None:
    await bot.set_my_commands([("help", "帮助")])
    await bot.set_my_commands([("report", "报修"), ("mine", "我的")], BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("report", "Report")], BotCommandScopeAllGroupChats(), language_code="en")
    await bot.set_my_commands([("stats", "统计")], BotCommandScopeChat(SQUARE))
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    groups = await bot.get_my_commands(BotCommandScopeAllGroupChats())
    assert [command.description for command in groups] == ["报修", "我的"]
    english = await bot.get_my_commands(BotCommandScopeAllGroupChats(), language_code="en")
    assert [command.description for command in english] == ["Report"]
    await bot.delete_my_commands(BotCommandScopeAllGroupChats())
    assert await bot.get_my_commands(BotCommandScopeAllGroupChats()) == ()
    assert [command.command for command in await bot.get_my_commands(BotCommandScopeChat(SQUARE))] == ["stats"]


async def test_a_scope_names_a_chat_the_bot_knows(wire: Wire) -> None:
    scope = {"type": "chat", "chat_id": -1009999999999}
    refusal = await wire.refusal("setMyCommands", commands=[], scope=scope)
    assert refusal == (400, "Bad Request: chat not found")


async def test_a_hundred_commands_are_the_most(wire: Wire) -> None:
    commands = [{"command": f"c{number}", "description": "x"} for number in range(101)]
    assert (await wire.send("setMyCommands", commands=commands)).status_code == 400
    assert await wire.ask("setMyCommands", commands=commands[:100]) is True


async def test_words_about_the_bot_in_two_languages(bot: Bot, wire: Wire) -> None:
    await bot.set_my_description("看到底的邻里助手")
    await bot.set_my_description("Sees it through", language_code="en")
    await bot.set_my_short_description("邻里办")
    assert (await bot.get_my_description()).description == "看到底的邻里助手"
    assert (await bot.get_my_description(language_code="en")).description == "Sees it through"
    assert (await bot.get_my_description(language_code="fr")).description == "看到底的邻里助手"
    assert (await bot.get_my_short_description()).short_description == "邻里办"
    assert (await bot.get_my_name()).name == "小助手"
    await bot.set_my_name("邻里办")
    assert (await bot.get_my_name()).name == "邻里办"
    refusal = await wire.refusal("setMyDescription", description="字" * 513)
    assert refusal == (400, "Bad Request: bot description is too long")


async def test_menu_buttons_live_in_private_chats(bot: Bot, wire: Wire, town: Town) -> None:
    town.start(ANNA)
    await bot.set_chat_menu_button(ANNA, MenuButtonWebApp("地图", WebAppInfo("https://example.com")))
    assert (await bot.get_chat_menu_button(ANNA)).type == "web_app"
    assert (await bot.get_chat_menu_button()).type == "commands"
    assert (await wire.refusal("setChatMenuButton", chat_id=SQUARE))[0] == 400


async def test_who_logged_out_is_gone(bot: Bot, wire: Wire) -> None:
    assert await bot.close()
    assert await bot.log_out()
    assert await wire.refusal("getMe") == (400, "Logged out")
