"""What people type: at the doors, about themselves, about each other."""
