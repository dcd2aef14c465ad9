"""The case side: tickets, clocks and the people who answer for them, and has never heard of a chat."""
