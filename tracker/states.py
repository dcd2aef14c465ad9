"""The life of a ticket on one screen: statuses, actions, the transition table, and who may."""

from enum import StrEnum

from tracker.errors import NotNow


class Status(StrEnum):
    CAPTURED = "captured"  # 已收到
    DISPATCHED = "dispatched"  # 待接单
    IN_PROGRESS = "in_progress"  # 办理中
    HANDLED = "handled"  # 待核查
    CONFIRMING = "confirming"  # 待评价
    CLOSED = "closed"  # 已结案
    REJECTED = "rejected"  # 不予受理


class Action(StrEnum):
    DISPATCH = "dispatch"  # 派单, 改派
    ACCEPT = "accept"  # 接单
    RETURN = "return"  # 不归我管: asks, a coordinator decides
    ALLOW_RETURN = "allow_return"  # 同意
    DENY_RETURN = "deny_return"  # 驳回
    EXTEND = "extend"  # 更多时间: asks, a coordinator decides
    ALLOW_EXTENSION = "allow_extension"
    DENY_EXTENSION = "deny_extension"
    FINISH = "finish"  # 办好了
    PASS = "pass"  # 核查通过
    REDO = "redo"  # 退回重办
    RATE = "rate"  # 满意, 基本满意, 不满意
    REOPEN = "reopen"  # 没解决, /reopen
    NOTE = "note"  # 补充说明
    RAISE = "raise"  # /urgent
    NUDGE = "nudge"  # 催办: the party is reminded now, at most once a day
    WATCH = "watch"  # 这件我盯着
    REJECT = "reject"
    CLOSE = "close"
    LAPSE = "lapse"  # the reporter stayed silent: closed as not rated
    RECORD = "record"  # praise is kept and closed at once


class Part(StrEnum):
    """What a person is to one ticket."""

    BOT = "bot"
    REPORTER = "reporter"
    LIAISON = "liaison"  # of the lead party, and his deputy
    GRID_WORKER = "grid_worker"  # of the ticket's grid
    COORDINATOR = "coordinator"


OPEN = (Status.CAPTURED, Status.DISPATCHED, Status.IN_PROGRESS, Status.HANDLED, Status.CONFIRMING)
ENDED = (Status.CLOSED, Status.REJECTED)
CHASED = (Status.CAPTURED, Status.DISPATCHED, Status.IN_PROGRESS, Status.HANDLED)  # somebody owes a step

_S, _A = Status, Action

TRANSITIONS: dict[tuple[Status, Action], Status] = {
    (_S.CAPTURED, _A.DISPATCH): _S.DISPATCHED,
    (_S.CAPTURED, _A.RECORD): _S.CLOSED,
    (_S.CAPTURED, _A.REJECT): _S.REJECTED,
    (_S.DISPATCHED, _A.ACCEPT): _S.IN_PROGRESS,
    (_S.DISPATCHED, _A.RETURN): _S.DISPATCHED,
    (_S.DISPATCHED, _A.ALLOW_RETURN): _S.CAPTURED,
    (_S.DISPATCHED, _A.DENY_RETURN): _S.DISPATCHED,
    (_S.DISPATCHED, _A.DISPATCH): _S.DISPATCHED,
    (_S.DISPATCHED, _A.FINISH): _S.CONFIRMING,  # done on the spot: acceptance is implied
    (_S.DISPATCHED, _A.REJECT): _S.REJECTED,
    (_S.IN_PROGRESS, _A.FINISH): _S.CONFIRMING,  # or handled, where the category asks for a check
    (_S.IN_PROGRESS, _A.EXTEND): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _A.ALLOW_EXTENSION): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _A.DENY_EXTENSION): _S.IN_PROGRESS,
    (_S.IN_PROGRESS, _A.DISPATCH): _S.DISPATCHED,
    (_S.IN_PROGRESS, _A.REJECT): _S.REJECTED,
    (_S.HANDLED, _A.PASS): _S.CONFIRMING,
    (_S.HANDLED, _A.REDO): _S.IN_PROGRESS,
    (_S.HANDLED, _A.REOPEN): _S.IN_PROGRESS,
    (_S.CONFIRMING, _A.RATE): _S.CLOSED,
    (_S.CONFIRMING, _A.REOPEN): _S.IN_PROGRESS,
    (_S.CONFIRMING, _A.LAPSE): _S.CLOSED,
    (_S.CLOSED, _A.RATE): _S.CLOSED,  # a rating given late is still a rating
    (_S.CLOSED, _A.REOPEN): _S.IN_PROGRESS,
    (_S.DISPATCHED, _A.NUDGE): _S.DISPATCHED,
    (_S.IN_PROGRESS, _A.NUDGE): _S.IN_PROGRESS,
    (_S.REJECTED, _A.DISPATCH): _S.DISPATCHED,  # a coordinator changes his mind
    **{(status, _A.CLOSE): _S.CLOSED for status in OPEN},
    **{(status, _A.NOTE): status for status in OPEN},
    **{(status, _A.RAISE): status for status in CHASED},
    **{(status, _A.WATCH): status for status in CHASED},
}

_STAFF = frozenset({Part.LIAISON, Part.GRID_WORKER})
_DISPATCHERS = frozenset({Part.GRID_WORKER, Part.COORDINATOR})
_COORDINATORS = frozenset({Part.COORDINATOR})

MAY: dict[Action, frozenset[Part]] = {
    _A.DISPATCH: _DISPATCHERS | {Part.BOT},
    _A.ACCEPT: _STAFF,
    _A.RETURN: _STAFF,
    _A.ALLOW_RETURN: _COORDINATORS,
    _A.DENY_RETURN: _COORDINATORS,
    _A.EXTEND: _STAFF,
    _A.ALLOW_EXTENSION: _COORDINATORS,
    _A.DENY_EXTENSION: _COORDINATORS,
    _A.FINISH: _STAFF,
    _A.PASS: _DISPATCHERS,  # never the one who handled it: tickets.py guards
    _A.REDO: _DISPATCHERS,
    _A.RATE: frozenset({Part.REPORTER}),
    _A.REOPEN: frozenset({Part.REPORTER, Part.COORDINATOR}),
    _A.NOTE: _STAFF | {Part.REPORTER, Part.COORDINATOR},
    _A.RAISE: _COORDINATORS,
    _A.NUDGE: _DISPATCHERS | {Part.REPORTER},
    _A.WATCH: _COORDINATORS,
    _A.REJECT: _COORDINATORS,
    _A.CLOSE: _COORDINATORS,
    _A.LAPSE: frozenset({Part.BOT}),
    _A.RECORD: frozenset({Part.BOT}),
}


def move(status: Status, action: Action, *, number: str) -> Status:
    """Where the action leads from here; raises NotNow where it leads nowhere."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise NotNow(number=number, action=action, status=status) from None


class Urgency(StrEnum):
    CRITICAL = "critical"  # 特急
    URGENT = "urgent"  # 紧急
    NORMAL = "normal"  # 一般
    COMPLEX = "complex"  # 复杂
    INQUIRY = "inquiry"  # 咨询


class Score(StrEnum):
    """What a reporter may answer (CONTRACT); silence is none of them."""

    SATISFIED = "satisfied"  # 满意
    FAIR = "fair"  # 基本满意
    UNSATISFIED = "unsatisfied"  # 不满意


class RoleKind(StrEnum):
    LIAISON = "liaison"
    DEPUTY = "deputy"
    GRID_WORKER = "grid_worker"
    MEDIATOR = "mediator"
    COORDINATOR = "coordinator"
    SECRETARY = "secretary"


class Phase(StrEnum):
    """What the clock of a ticket waits for."""

    ASSIGN = "assign"  # a coordinator or grid worker names the party
    ACCEPT = "accept"
    RESOLVE = "resolve"
    CHECK = "check"
    CONFIRM = "confirm"
