"""What can happen to a ticket, and how it looks: opening, acting, asking, answering, showing."""
