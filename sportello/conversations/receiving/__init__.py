"""From what a channel understood to rows, fifty at a time: that is the speed.

`arrived.py` what comes in · `batch.py` decides in memory from the facts of a few queries, then writes with a few
inserts · `bounced.py` reports that a message of ours did not arrive.
"""
