"""The node's own settings; passwords cost nothing to check and are asked for again after an hour only."""

from isthmus.node.settings import *  # noqa: F403  Django's way to derive settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600
