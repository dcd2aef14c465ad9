"""The templates, one environment a language: the only place that knows Jinja2. Escapes by default."""

from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from bot.messages import names, times
from bot.messages.catalogue import LANGUAGES, translations
from bot.messages.cleaning import clean, line
from bot.messages.keyboards import MOST_PARTIES

TEMPLATES = Path(__file__).parent / "templates"


@cache
def stationery(language: str) -> Environment:
    """The environment of a language; Chinese for one we do not have."""
    language = language if language in LANGUAGES else "zh"
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(dots=names.DOTS, most_parties=MOST_PARTIES)
    for kind in names.NAMES:
        environment.filters[kind] = partial(names.name, kind=kind, language=language)
    environment.filters["parts"] = partial(names.names, kind="part", language=language)
    environment.filters["role"] = partial(names.role, language=language)
    environment.filters["words"] = clean
    environment.filters["line"] = line
    environment.filters["span"] = partial(times.span, language=language)
    environment.filters["duration"] = partial(times.duration, language=language)
    environment.filters["ago"] = partial(times.ago, language=language)
    environment.filters["when"] = pass_context(partial(_when, language=language))
    environment.filters["day"] = pass_context(partial(_day, language=language))
    return environment


def write(template: str, language: str, **data: object) -> str:
    """The template as lines: blank ones serve its author and are dropped, invisible characters with them."""
    return clean(stationery(language).get_template(template).render(data))


def _when(context: Context, moment: datetime, *, language: str) -> str:
    scene = context["scene"]
    return times.when(moment, scene.now, scene.timezone, language)


def _day(context: Context, date_: date, *, language: str) -> str:
    return times.day(date_, language, times.local_day(context["scene"].now, context["scene"].timezone))
