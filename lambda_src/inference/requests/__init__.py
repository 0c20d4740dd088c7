"""What callers send, checked: each module reads one kind of it, or names the field that is wrong."""
