"""The only place that builds a town out of a scene: its people move in, found their groups and add the bot."""

from sandbox.scene.cast import Scene
from sandbox.town import Town


def settle(town: Town, scene: Scene, *, bot_status: str = "administrator") -> None:
    """Needs the town's bot. Those who pressed start long ago have an open private chat with nothing in it."""
    for actor in scene.actors:
        town.add_user(actor.user_id, actor.name)
        if actor.started:
            town.open_room(town.room(town.bot(), actor.user_id))
    for group in scene.groups:
        town.add_group(group.chat_id, group.title, group.members, group.kind)
        town.add_bot_to(group.chat_id, status=bot_status)
