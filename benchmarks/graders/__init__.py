"""Three graders on one small sheet, behind one interface: `prepare` once, `grade` one submission in a fresh place."""
