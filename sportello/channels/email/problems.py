"""What may be wrong with a mail, as sentences for the agent: marked for translation, translated where shown."""


def _(sentence: str) -> str:
    """Mark for translation without asking Django: these modules run without settings."""
    return sentence


NO_ID = _("The mail has no Message-ID: one was made from its content.")
TWO_IDS = _("The mail has more than one Message-ID: the first was taken.")
NO_SENDER = _("The mail does not say who sent it.")
TWO_SENDERS = _("The mail has more than one sender: the first was taken.")
BAD_SENDER = _("The sender's address is not well formed.")
NO_DATE = _("The mail has no date.")
BAD_DATE = _("The date of the mail cannot be read.")
FUTURE_DATE = _("The date of the mail lies after the day it travelled.")
BAD_CHARSET = _("The text is not in the encoding it claims: it was read as well as possible.")
UNKNOWN_CHARSET = _("The text is in an unknown encoding: it was read as well as possible.")
MOJIBAKE = _("The text was garbled by the sender's program and has been repaired.")
BAD_TRANSFER = _("A part of the mail is damaged: it was read as far as possible.")
BAD_BOUNDARY = _("The parts of the mail are not separated as announced: they were told apart as well as possible.")
CUT_SHORT = _("The mail ends before it should: something may be missing.")
TOO_DEEP = _("The mail has parts nested too deeply: the innermost were left packed.")
TOO_MANY_PARTS = _("The mail has too many parts: the last ones were left out.")
LONG_HEADER = _("The header of the mail is too long: it was read only in part.")
TEXT_CUT = _("The text is too long to show: the rest is in the original.")
ENCRYPTED = _("The mail is encrypted: its content cannot be read here.")
TNEF_UNREADABLE = _("A winmail.dat could not be unpacked: it was kept as it came.")
CERTIFIED = _("Certified mail (PEC): sender and text are those of the enclosed message.")
OUTSIDE = _("A file is not in the mail but elsewhere: it was not fetched.")
FRAGMENT = _("The mail is one fragment of a larger one.")
EMPTY = _("The mail is empty.")
