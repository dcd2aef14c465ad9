"""A practice Telegram on loopback: its own world, which knows neither the bot nor the tracker."""
