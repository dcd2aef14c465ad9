"""What people mean: measured on labelled messages, then trap by trap."""
