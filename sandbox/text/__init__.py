"""What Telegram does with the words of a message: cleaning, markup, entities, lengths in UTF-16."""
