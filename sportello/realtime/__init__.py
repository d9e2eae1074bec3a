"""Pages that update by themselves: one stream of signals for each open page.

A signal says only that something newer than event N happened to a topic; the page then asks for what is new as HTML.
So the page, the answer to a click, the live update and the catch-up after a gap are the same fragment, and what a
person may see is checked each time it is asked for (docs/decisions/0005-signals-not-html.md).

    since = reader.latest()                # first thing in the view, before it reads what it shows
    <live-feed data-topics="conversation:12 inbox" data-since="{{ since }}"></live-feed>
    <section hx-get="…" hx-trigger="live:conversation from:document">

Wiring: `settings.LIVE` names a `Wiring` (see `topics.py`); "*" reacts with `live.announce`.
"""
