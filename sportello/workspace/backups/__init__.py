"""The whole installation in one file: database, files, and the key that opens what is encrypted in both.

The database is copied first, as of one moment, and then the files. A file is on disk before the row that names it and
never changes, so every row of the copy finds its file, however much arrives meanwhile.
"""

FORMAT = 1
MANIFEST = "manifest.json"
KEY = "secret_key"
FILES = "files/"
