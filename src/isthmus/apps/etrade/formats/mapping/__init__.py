"""Documents of any shape through a mapping: which column, path or expression is which field of a record."""
