"""The network address behind a request, as far as throttling can tell one caller from another."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

UNKNOWN = "unknown"
_IPV6_PREFIX = 64


def caller_of(request: HttpRequest) -> str:
    """The caller's IPv4 address or IPv6 /64 network: one subscriber has a whole /64 to come from.

    Behind a trusted proxy it is the address that the proxy saw. ``unknown`` where there is none.
    """
    try:
        found = str(get_adapter().get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return UNKNOWN
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)
