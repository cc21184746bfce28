"""A node's own settings, with the application of the benchmarks beside its own."""

from isthmus.node.settings import *  # noqa: F403  the node's settings, all of them

INSTALLED_APPS = [*INSTALLED_APPS, "onerow"]  # noqa: F405  comes with the star import
