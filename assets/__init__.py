"""Files that come with a2f-live and what they were made with; nothing in the package imports from here."""
