"""The text function: embeds, compares and groups texts of cards. Made where `text` is set."""
