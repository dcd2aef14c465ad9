"""The verbs that keep the register: migrate, apply, invite."""

from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bot.cli.opening import desk_for, settings_for

if TYPE_CHECKING:
    from bot.settings import Settings
    from tracker.desk import Desk

ROLES = "liaison:PARTY deputy:PARTY grid_worker:GRID mediator:POINT coordinator secretary"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
def migrate() -> None:
    """升级数据库结构 · bring the database to the current schema."""
    from tracker.clock import SystemClock
    from tracker.desk import Desk

    desk = Desk(settings_for(need_token=False).database_url, SystemClock())
    try:
        desk.migrate()
        desk.check()
    finally:
        desk.close()
    click.echo("数据库已是最新结构 · the database has the current schema")


@click.command()
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="只看不改 · show the changes, make none")
def apply(file: Path, dry_run: bool) -> None:
    """检查社区文件并更新登记 · check a community file and bring the database in line."""
    from tracker.community import load

    with desk_for(settings_for(need_token=False)) as desk:
        for doubt in load(file).warnings:
            click.echo(doubt, err=True)
        changes = desk.apply(file, dry_run=dry_run)
    for line in changes:
        click.echo(line)
    if not changes:
        click.echo("没有变化 · nothing to change")
    elif dry_run:
        click.echo("以上均未执行 · none of this was done (--dry-run)")


@click.command()
@click.argument("role")
@click.argument("name")
@click.option("--community", metavar="NAME", help="哪个社区,只有一个时可省略 · which one, where there are several")
def invite(role: str, name: str, community: str | None) -> None:
    """生成一次性邀请链接 · a one-time link and QR code by which a person takes a role.

    ROLE: liaison:PARTY deputy:PARTY grid_worker:GRID mediator:POINT coordinator secretary
    """
    settings = settings_for(need_token=False)
    with desk_for(settings) as desk:
        token, until = _invitation(desk, community, role, name)
        zone = _zone(desk, community)
    username = _username(settings)
    click.echo(f"{name} · {role}")
    if username:
        _show_link(f"https://t.me/{username}?start={token}")
    else:
        click.echo(f"Telegram 未应答,请本人向机器人发送 · Telegram did not answer; send the bot: /start {token}")
    click.echo(f"有效至 · valid until {_spoken(until, zone)}")


def _invitation(desk: "Desk", community: str | None, role: str, name: str) -> tuple[str, datetime]:
    from bot.cli.mistakes import Mistake
    from tracker.errors import NoSuchParty, NoSuchRole

    try:
        if invitation := desk.invite(community, role, name):
            return invitation
    except (NoSuchRole, NoSuchParty):
        raise Mistake(f"there is no role {role}: roles are {ROLES}; {_names(desk, community)}") from None
    known = ", ".join(each.name for each in desk.communities())
    if not known:
        raise Mistake("there is no community yet: run linliban apply FILE first")
    raise Mistake(f"there is no community {community}; there are: {known}" if community else
                  f"there are several communities: name one with --community ({known})")  # fmt: skip


def _names(desk: "Desk", community: str | None) -> str:
    known = [each for each in desk.communities() if community in (None, each.name)]
    parties = [name for each in known for name in each.parties]
    grids = [name for each in known for name in each.grids]
    return f"parties are {', '.join(parties) or 'none'}; grids are {', '.join(grids) or 'none'}"


def _zone(desk: "Desk", community: str | None) -> str:
    return next((each.timezone for each in desk.communities() if community in (None, each.name)), "UTC")


def _spoken(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _username(settings: "Settings") -> str | None:
    """The bot's name for links; None while there is no token or Telegram cannot be reached."""
    import asyncio

    from telegram.error import TelegramError

    from bot.wire import Line

    async def ask() -> str | None:
        line = Line(settings)
        try:
            return (await line.get_me()).username
        except TelegramError:
            return None
        finally:
            await line.hang_up()

    return asyncio.run(ask()) if settings.bot_token.get_secret_value() else None


def _show_link(link: str) -> None:
    import segno

    drawn = StringIO()
    segno.make_qr(link).terminal(out=drawn, compact=True)
    click.echo(f"{link}\n{drawn.getvalue()}")
