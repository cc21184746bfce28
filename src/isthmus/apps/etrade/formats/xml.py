"""Reading XML from strangers, with this application's codes of refusal; see ``kit.xml``."""

from functools import partial

from isthmus.kit import xml
from isthmus.kit.xml import MAX_BYTES, line_of

parse_xml = partial(xml.parse_xml, codes="etrade.xml")

__all__ = ["MAX_BYTES", "line_of", "parse_xml"]
