"""The verb doctor: says what is well and what is not, with the cure."""

import click

from bot.cli.opening import settings_for


@click.command()
def doctor() -> int:
    """体检:哪里不对、怎么办 · what is well, what is not, and the cure; exit code 1 on ✗."""
    import asyncio

    return asyncio.run(_examine())


async def _examine() -> int:
    from bot.doctor import examine
    from tracker.clock import SystemClock

    complaints = 0
    async for finding in examine(settings_for(need_token=False), SystemClock()):
        click.echo(f"{'✓' if finding.ok else '✗'} {finding.text}")
        if not finding.ok:
            complaints += 1
            click.echo(f"    → {finding.cure}")
    return 1 if complaints else 0
