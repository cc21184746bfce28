"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.node.settings")

_pages = get_wsgi_application()

from isthmus.exchange.doorway import Doorway  # noqa: E402  needs the models, which are loaded by now

application = Doorway(_pages)
