"""What is remembered of a community's file holds until the next one is applied, by this machine or by another."""

from pathlib import Path

from tracker.clock import SystemClock
from tracker.desk import Desk, Visit
from tracker.states import Urgency
from tracker.views import NewReport

FILE = """
[community]
name = "幸福里"
prefix = "XF"
[[group]]
name = "幸福里居民群"
kind = "residents"
chat_id = -1001
[[party]]
name = "幸福物业"
kind = "property"
[[party]]
name = "业委会"
kind = "owners_committee"
[[person]]
name = "马主任"
user_id = 3001
roles = ["coordinator"]
[[category]]
name = "公共设施维修"
keywords = ["路灯"]
lead = "{lead}"
[limits.normal]
accept = "{accept}"
resolve = "3d"
"""


def applied(desk: Desk, folder: Path, **words: str) -> None:
    file = folder / "xf.toml"
    file.write_text(FILE.format(**words), encoding="utf-8")
    desk.apply(file)


def reported(desk: Desk, message: int) -> tuple[str | None, int]:
    """Who leads a new ticket, and within how many hours it is to be accepted."""
    report = NewReport(
        source=f"telegram:-1001:{message}", message=message, reporter="telegram:2001", at=desk.clock.now(),
        words="路灯不亮", masked="路灯不亮", title="路灯不亮", tag="报修", category="公共设施维修",
        urgency=Urgency.NORMAL, tier="group", place_text="", building="", unit="",
    )  # fmt: skip

    def work(visit: Visit) -> tuple[str | None, int]:
        place = visit.register.place("telegram:-1001")
        assert place is not None
        ticket, _ = visit.cases.open(place, report, None)
        view = visit.cases.view(ticket)
        assert view.accept_by is not None
        return view.lead, round((view.accept_by - visit.now).total_seconds() / 3600)

    return desk.visit(f"report {message}", work)


def test_another_machines_new_file_holds_from_the_next_message_on(database_url: str, tmp_path: Path) -> None:
    here, there = Desk(database_url, SystemClock()), Desk(database_url, SystemClock())
    applied(here, tmp_path, lead="幸福物业", accept="2h")
    assert reported(here, 1) == ("幸福物业", 2)
    assert here.communities()[0].categories[0].lead == "幸福物业"
    applied(there, tmp_path, lead="业委会", accept="5h")
    assert reported(here, 2) == ("业委会", 5)
    assert here.communities()[0].categories[0].lead == "业委会"
    here.close()
    there.close()


def test_what_was_only_tried_is_not_remembered(database_url: str, tmp_path: Path) -> None:
    desk = Desk(database_url, SystemClock())
    applied(desk, tmp_path, lead="幸福物业", accept="2h")
    file = tmp_path / "xf.toml"
    file.write_text(FILE.format(lead="业委会", accept="5h"), encoding="utf-8")
    assert desk.apply(file, dry_run=True)
    assert reported(desk, 1) == ("幸福物业", 2)
    assert desk.apply(file)
    assert reported(desk, 2) == ("业委会", 5)
    desk.close()
