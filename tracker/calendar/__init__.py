"""Working time: spans such as `4wh`, opening hours, holidays with their make-up days, quiet hours. Pure."""

from tracker.calendar.spans import Span, parse_span
from tracker.calendar.week import Calendar

__all__ = ["Calendar", "Span", "parse_span"]
