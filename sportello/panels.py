"""What is shown beside what."""
