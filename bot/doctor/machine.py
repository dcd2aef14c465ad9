"""Looks at the machine: disk, clock, the database's file, the database."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from bot.doctor.finding import Finding, ill, well
from tracker.desk import Desk
from tracker.errors import DatabaseAway, OldSchema

ROOM = 500_000_000  # bytes: photos, backups and SQLite's journal need some air
DRIFT = timedelta(seconds=30)
MOUNTS = Path("/proc/mounts")
NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone"}


def disk(folder: Path) -> Finding:
    """Free space where our data lies, or will."""
    free = shutil.disk_usage(_nearest(folder)).free
    said = f"磁盘剩余 · disk: {free // 1_000_000} MB ({folder})"
    return well(said) if free >= ROOM else ill(said, "清理到 500 MB 以上 · make at least 500 MB free")


def clock(ours: datetime, theirs: datetime) -> Finding:
    """Our clock beside Telegram's; a wrong one makes every deadline wrong."""
    drift = abs(ours - theirs)
    said = f"时钟与 Telegram 相差 · clock beside Telegram's: {drift.total_seconds():.0f} s"
    return (
        well(said)
        if drift <= DRIFT
        else ill(said, "打开网络校时 · turn on time synchronisation (timedatectl set-ntp true)")
    )


def database(desk: Desk) -> Finding:
    """Whether it answers and has the program's schema."""
    try:
        desk.check()
    except OldSchema as error:
        return ill(f"数据库结构过旧 · old schema: {error.current} → {error.wanted}", "linliban migrate")
    except DatabaseAway as error:
        return ill(
            f"数据库连不上 · {error}", "启动数据库,或改 LINLIBAN_DATABASE_URL · start it, or correct the address"
        )
    return well("数据库可用,结构最新 · database answers, schema current")


def sqlite_file(url: str) -> Iterator[Finding]:
    """SQLite's own needs: a file that can be written, on a disk of this machine."""
    found = re.match(r"sqlite:///([^?]+)", url)
    if found is None:
        return
    file = Path(found[1])
    if not file.exists():
        yield ill(f"还没有数据库 · there is no database yet: {file}", "linliban migrate")
        return
    if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        yield ill(f"数据库文件不可写 · cannot be written: {file}", f"chown -R $USER {file.parent}")
    kind = filesystem(file.resolve(), MOUNTS.read_text()) if MOUNTS.exists() else None
    if kind in NETWORK:
        yield ill(f"数据库在网络盘上 · the database is on a network disk ({kind})",
                  "移到本机磁盘,或改用 PostgreSQL · move it to a disk of this machine, or use PostgreSQL")  # fmt: skip


def filesystem(path: PurePath, mounts: str) -> str | None:
    """The kind of file system a path lies on, by a table like /proc/mounts."""
    rows = (line.split() for line in mounts.splitlines())
    holders = [(len(row[1]), row[2]) for row in rows if len(row) > 2 and path.is_relative_to(row[1])]
    return max(holders)[1] if holders else None


def _nearest(folder: Path) -> Path:
    folder = folder.resolve()
    return next(each for each in (folder, *folder.parents) if each.exists())
