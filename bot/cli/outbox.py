"""The verb outbox: what waits to be said, what went wrong and why; and to send one again."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from bot.cli.opening import desk_for, settings_for

if TYPE_CHECKING:
    from tracker.desk import Desk
    from tracker.views import Again, NoticeLine, Outgoing, Wait

STATES = ("waiting", "unsure", "dead")
NAMES = {"waiting": "等待 · waiting", "unsure": "不确定送到没有 · unsure", "dead": "送不到 · dead"}
REASONS = {
    "in_flight": "已交给 Telegram,等回音 · on its way, no answer yet",
    "unbound": "这个群还没绑定 · its group is not bound yet: /bind in the group",
    "blocked": "那里收不到 · nobody hears us there",
    "quiet": "安静时段,等到 · quiet hours until",
    "later": "等到 · not before",
    "gathering": "攒成一条清单,等到 · being gathered into a list until",
    "pace": "那里要慢一点,等到 · the place's pace, until",
    "turn": "排在别的后面 · behind others of the same place",
    "next": "下一轮就发,机器人在运行吗? · goes next; is the bot running?",
}
UNBLOCK = {
    "private": "请本人打开机器人按 Start · the person must open the bot and press Start",
    "": "把机器人请回群里并设为管理员 · bring the bot back into the group, as an administrator",
}


@click.group(invoke_without_command=True)
@click.option("--community", metavar="NAME", help="只看这个社区 · this community's only")
@click.option("--state", type=click.Choice([*STATES, "all"]), default="all", show_default=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="每种最多几条 · at most, of each")
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON 对象 · one JSON object a line")
@click.pass_context
def outbox(context: click.Context, community: str | None, state: str, limit: int, as_json: bool) -> int | None:
    """待发消息:等什么、哪条没送到、为什么 · what waits to be said, what went wrong, and why.

    `linliban outbox send 17` 再发一次 · sends one again.
    """
    if context.invoked_subcommand is not None:
        return None
    wanted = STATES if state == "all" else (state,)
    with desk_for(settings_for(need_token=False)) as desk:
        found = _outgoing(desk, community, wanted, limit)
    if as_json:
        for line in found.lines:
            click.echo(json.dumps(_object(line), ensure_ascii=False))
    else:
        _show(found, wanted)
    return 0


def _outgoing(desk: "Desk", community: str | None, wanted: tuple[str, ...], limit: int) -> "Outgoing":
    from bot.cli.mistakes import Mistake

    found = desk.outgoing(community, wanted, limit)
    if found is None:
        known = ", ".join(each.name for each in desk.communities())
        raise Mistake(f"there is no community {community}; there are: {known or 'none, run linliban apply FILE first'}")
    return found


def _show(found: "Outgoing", wanted: tuple[str, ...]) -> None:
    for state in wanted:
        lines = [line for line in found.lines if (line.wait is not None) == (state == "waiting")]
        lines = lines if state == "waiting" else [line for line in lines if line.state == state]
        click.echo(f"{NAMES[state]}: {found.counts[state]}")
        for line in lines:
            click.echo(f"  {_said(line)}")
        if left := found.counts[state] - len(lines):
            click.echo(f"  … 还有 {left} 条,--limit 看更多 · {left} more, see --limit")


def _said(line: "NoticeLine") -> str:
    tickets = " ".join(f"#{number}" for number in line.tickets)
    parts = [str(line.id), line.tells, tickets, f"→ {_place(line)}", _moment(line.since, line.timezone)]
    if line.attempts:
        parts.append(f"试过 {line.attempts} 次 · {line.attempts} tried")
    parts.append(_why(line.wait, line) if line.wait else "")
    parts.append(f"({line.error})" if line.error else "")
    return "  ".join(filter(None, parts))


def _place(line: "NoticeLine") -> str:
    """A place without a name of ours is called by its kind and number."""
    name = line.place or f"{line.place_kind} {line.place_id}"
    return f"{name} [{' '.join(line.roles)}]" if line.roles else name


def _why(wait: "Wait", line: "NoticeLine") -> str:
    said = [REASONS[wait.reason]]
    if wait.reason == "blocked":
        said += [f"({wait.said})", _cure(line.place_kind)]
    elif wait.until is not None and wait.reason != "in_flight":
        said.append(_moment(wait.until, line.timezone))
    return " ".join(said)


def _cure(place_kind: str) -> str:
    return UNBLOCK.get(place_kind, UNBLOCK[""])


def _moment(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%m-%d %H:%M:%S}"


def _object(line: "NoticeLine") -> dict[str, Any]:
    why = line.wait and {"reason": line.wait.reason, "until": _iso(line.wait.until), "said": line.wait.said}
    return {
        "id": line.id,
        "state": "waiting" if line.wait else line.state,
        "kind": line.kind,
        "tells": line.tells,
        "tickets": list(line.tickets),
        "community": line.community,
        "place": {"name": line.place, "kind": line.place_kind, "number": line.place_id, "roles": list(line.roles)},
        "since": _iso(line.since),
        "attempts": line.attempts,
        "why": why,
        "error": line.error,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


@outbox.command()
@click.argument("ids", metavar="ID...", type=click.IntRange(1, 2**63 - 1), nargs=-1, required=True)
def send(ids: tuple[int, ...]) -> int:
    """把没送到或不确定的再发一次,并注明重发 · send unsure or dead ones again, marked as a repeat."""
    with desk_for(settings_for(need_token=False)) as desk:
        answers = [desk.send_again(each) for each in dict.fromkeys(ids)]
    for answer in answers:
        done = answer.code == "again"
        click.echo(_answer(answer) if done else f"linliban: {_answer(answer)}", err=not done)
    return 0 if all(answer.code == "again" for answer in answers) else 1


def _answer(answer: "Again") -> str:
    which = " ".join([str(answer.id), *(f"#{number}" for number in answer.tickets)])
    said = {
        "again": "再发一次,会注明重发 · goes out again, marked as a repeat",
        "unknown": "没有这一条 · there is no such notice: linliban outbox lists them",
        "on_its_way": "正等着发,不必再发 · is on its way; linliban outbox --state waiting says what it waits for",
        "sent": "已经送到 · has been sent",
        "in_a_list": f"已并入清单 {answer.list_id} · is told in list {answer.list_id}: send that one",
        "over": "它说的事已经变了,不再发 · what it told is no longer so, or was told since; it is not sent",
        "blocked": f"那里收不到 · nobody hears us there: {_cure(answer.place_kind)}; then send it",
        "unbound": "这个群还没绑定 · its group is not bound yet: write /bind in the group, then send it",
    }
    return f"{which}: {said[answer.code]}"
