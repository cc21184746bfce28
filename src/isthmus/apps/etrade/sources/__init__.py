"""Where documents come from: folders, databases and addresses, each read since a cursor."""
