"""What the browser asks of conversations: one file per kind of asking. Each view finds, acts, renders."""
