"""Doors, people, teams, and each one's own page."""
