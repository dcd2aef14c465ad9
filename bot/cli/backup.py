"""The verb backup: a copy of the database, taken while the bot runs."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.opening import settings_for

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE, required=False)
def backup(file: Path | None) -> None:
    """备份数据库,机器人照常运行 · copy the database while the bot runs; the copy is read back before it is named.

    FILE: 默认 · by default DATA_DIR/backups/linliban-YYYYMMDD-HHMMSS.db (PostgreSQL: .dump), UTC
    """
    from tracker.desk import back_up, backup_ending

    settings = settings_for(need_token=False)
    name = f"linliban-{datetime.now(UTC):%Y%m%d-%H%M%S}{backup_ending(settings.database_url)}"
    wanted = file or settings.data_dir / "backups" / name
    back_up(settings.database_url, wanted)
    click.echo(f"已备份 · backed up: {wanted} ({wanted.stat().st_size / 1_000_000:.1f} MB)")
