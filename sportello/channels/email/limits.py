"""How much of one mail we read. Real mail stays far below; hostile mail stops here, and the original is always kept."""

MAX_DEPTH = 50
"""Multiparts inside multiparts. Real mailers nest four deep; each level costs one more pass over the bytes."""

MAX_PARTS = 1_000
"""Parts looked at. A mail with a hundred photographs has a hundred and three; a hundred thousand is an attack."""

MAX_HEADER_BYTES = 2_000_000
"""Of one header block. The trace of a mail through twenty servers is some 40,000."""

MAX_FIELD_BYTES = 64_000
"""Of one header field: some two thousand recipients."""

MAX_ADDRESSES = 1_000
"""Of one field. More than a shop's customer can know."""

MAX_REFERENCES = 100
"""Message ids remembered of a thread: the first, and the latest."""

MAX_ID = 250
"""Characters of a Message-ID. Longer ones are replaced by their hash, the same each time."""

MAX_TEXT = 500_000
"""Characters of text shown: two hundred pages. The rest is in the original."""

MAX_HTML = 2_000_000
"""Characters of HTML cleaned. Cutting here bounds the time of cleaning to a tenth of a second."""

MAX_NAME = 200
"""Characters of a subject's, a person's or a file's name that we keep. Databases have columns."""

MAX_SUBJECT = 300
"""Characters of a subject."""

MAX_REPORT = 200_000
"""Bytes of a delivery report searched for the reason of a failure."""

MAX_TNEF_OBJECTS = 2_000
"""Objects inside a winmail.dat. The reader copies the rest of the file for each: more would take minutes."""
