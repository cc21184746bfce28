"""The composition root: settings, URLs, command line and demo, where the layers below are put together."""
