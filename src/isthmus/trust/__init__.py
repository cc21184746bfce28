"""Whom this node trusts and with which keys: own keys, partners, their certificates, the ceremony."""
