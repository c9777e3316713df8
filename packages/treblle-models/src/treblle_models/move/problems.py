"""What stops the move, said so that the person at the keyboard knows what to do."""


class MoveError(Exception):
    """A step cannot go on. The message holds no password and no key."""
