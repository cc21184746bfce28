"""What a list of participants says, and whom of it the workshop knows already."""
