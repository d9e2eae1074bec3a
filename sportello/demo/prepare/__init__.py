"""The story, written down: rows in batches, straight through the models, with everything that hangs on them."""
