"""Papers that applications make of their data: values, widths of columns, and the files of both kinds."""
