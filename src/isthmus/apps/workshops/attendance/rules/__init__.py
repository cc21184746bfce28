"""Lists of marks that are merged, and the sessions at which a person was."""
