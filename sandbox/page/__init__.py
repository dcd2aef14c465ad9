"""The practice page: three phones, a clock, a guided tour and the bot's raw calls, for the browser of this machine."""

from sandbox.page.routes import routes as routes
