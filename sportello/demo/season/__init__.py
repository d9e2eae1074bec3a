"""The story of a season, as plain dataclasses: no database, no clock of its own, the same every time."""
