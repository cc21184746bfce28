"""Django's registration of the composition root, for its templates and catalogues."""

from django.apps import AppConfig


class NodeConfig(AppConfig):
    """The front page and what belongs to no layer below."""

    name = "isthmus.node"
    label = "node"
    default = True
