"""The only writers of experts, at the person's own node and at the nodes that received a profile."""
