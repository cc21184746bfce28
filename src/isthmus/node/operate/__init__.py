"""What a server needs around a node, written from the node's own settings: units, sites, log rules."""
