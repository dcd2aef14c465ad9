"""What the bot says: facts in, messages out. Pure; Chinese is the source, other languages are catalogues."""
