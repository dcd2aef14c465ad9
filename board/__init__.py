"""The web side: health, metrics and pages, all asked of the same desk as the bot."""
