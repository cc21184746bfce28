"""The commands of the node, imported one by one when they are called."""
