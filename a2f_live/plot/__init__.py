"""Pictures to look at motion by: curves over the speech, and a drawn face. Writing them needs the extra `plot`."""
