"""What happened, in one stream: the timeline, the audit, live updates and every figure read it."""
