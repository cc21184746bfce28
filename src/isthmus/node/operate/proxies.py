"""The sites of a TLS proxy in front of the node, for nginx and for Caddy.

They set what the node trusts when ISTHMUS_TRUSTED_PROXY is on (X-Forwarded-For and -Proto, one address each)
and strip what visitors send under these names. Batches may be 8 MiB, everything else is small.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from isthmus.kit.config import Config
from isthmus.kit.errors import BadInput

BODY = "2m"
"""Pages, forms, cards, chunks of files."""
BATCH = "9m"
"""A batch of at most 8 MiB, and a document that an officer hands in."""
BUNDLE = "101m"
"""A bundle that an operator reads in by the page: the page takes 100 MiB."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Ports and certificate of the proxy; the defaults are those of a public server with Let's Encrypt."""

    certificate: Path | None = None
    key: Path | None = None
    http_port: int = 80
    https_port: int = 443


def host_of(config: Config) -> str:
    """The node's public name; BadInput where it has no address with https."""
    address = urlsplit(config.url)
    if address.scheme != "https" or not address.hostname:
        raise BadInput(
            "operate.no-https",
            # untranslated: said before Django and its catalogues are set up
            f"The node's address is {config.url}: a proxy with TLS needs one with https.",
            # untranslated: as above
            next_step="Set ISTHMUS_URL=https://node.example.org in isthmus.env, then run this again.",
        )
    return address.hostname


_HEADERS = (
    ("Host", "$host"),
    ("X-Forwarded-For", "$remote_addr"),
    ("X-Forwarded-Proto", "https"),
    ("X-Real-IP", "$remote_addr"),
    ("X-Forwarded-Host", '""'),
    ("X-Forwarded-Port", '""'),
    ("Forwarded", '""'),
    ("Connection", '""'),
)
"""What the node gets; an empty value strips what the visitor sent."""


def nginx(config: Config, listening: Listening) -> str:
    """A site for nginx 1.22 (Debian 12)."""
    host = host_of(config)
    folder = Path("/etc/letsencrypt/live") / host
    certificate, key = (
        listening.certificate or folder / "fullchain.pem",
        listening.key or folder / "privkey.pem",
    )
    headers = "\n".join(f"    proxy_set_header {name} {value};" for name, value in _HEADERS)
    port = "" if listening.https_port == 443 else f":{listening.https_port}"
    return f"""# /etc/nginx/sites-available/isthmus
# Written by `isthmus operate proxy nginx` for the node {config.node_id}.
limit_conn_zone $binary_remote_addr zone=isthmus_address:1m;

upstream isthmus {{
    server {config.bind};
    keepalive 16;
}}

server {{
    listen {listening.http_port};
    listen [::]:{listening.http_port};
    server_name {host};
    server_tokens off;
    location /.well-known/acme-challenge/ {{ root /var/www/html; }}
    location / {{ return 308 https://$host{port}$request_uri; }}
}}

server {{
    listen {listening.https_port} ssl http2;
    listen [::]:{listening.https_port} ssl http2;
    server_name {host};
    server_tokens off;

    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;
    ssl_prefer_server_ciphers off;
    ssl_session_cache shared:isthmus_tls:2m;
    ssl_session_tickets off;

    # Slow visitors are the proxy's affair: the node sees a request once it is whole.
    client_header_timeout 15s;
    client_body_timeout 30s;
    send_timeout 60s;
    keepalive_timeout 65s;
    large_client_header_buffers 4 8k;
    client_max_body_size {BODY};
    limit_conn isthmus_address 32;
    limit_conn_status 429;

    proxy_http_version 1.1;
{headers}
    proxy_connect_timeout 5s;
    proxy_read_timeout 120s;
    proxy_request_buffering on;
    proxy_next_upstream off;

    gzip on;
    gzip_types text/css application/javascript image/svg+xml;

    location = /metrics {{ return 404; }}
    location /exchange/v1/ {{ client_max_body_size {BATCH}; proxy_pass http://isthmus; }}
    location /api/ {{ client_max_body_size {BATCH}; proxy_pass http://isthmus; }}
    location /etrade/ {{ client_max_body_size {BATCH}; proxy_pass http://isthmus; }}
    location ~ ^/exchange/partner/[^/]+/bundle/read/$ {{
        client_max_body_size {BUNDLE};
        proxy_pass http://isthmus;
    }}
    location / {{ proxy_pass http://isthmus; }}
}}
"""


def caddy(config: Config, listening: Listening) -> str:
    """A Caddyfile for Caddy 2.6 (Debian 12); Caddy fetches and renews its certificate by itself."""
    host = host_of(config)
    tls = f"\n    tls {listening.certificate} {listening.key}" if listening.certificate else ""
    site = host if listening.https_port == 443 else f"https://{host}:{listening.https_port}"
    ports = ""
    if (listening.http_port, listening.https_port) != (80, 443):
        ports = f"\n    http_port {listening.http_port}\n    https_port {listening.https_port}"
    return f"""# /etc/caddy/Caddyfile
# Written by `isthmus operate proxy caddy` for the node {config.node_id}.
{{{ports}
    servers {{
        timeouts {{
            read_header 15s
            read_body 60s
            write 120s
            idle 65s
        }}
        max_header_size 32KB
    }}
}}

{site} {{{tls}
    @closed path /metrics
    respond @closed 404

    @batch path /exchange/v1/* /api/* /etrade/*
    @bundle path_regexp ^/exchange/partner/[^/]+/bundle/read/$
    @small {{
        not path /exchange/v1/* /api/* /etrade/*
        not path_regexp ^/exchange/partner/[^/]+/bundle/read/$
    }}
    request_body @batch {{
        max_size 9MB
    }}
    request_body @bundle {{
        max_size 101MB
    }}
    request_body @small {{
        max_size 2MB
    }}

    encode gzip
    reverse_proxy {config.bind} {{
        header_up X-Forwarded-For {{remote_host}}
        header_up X-Forwarded-Proto https
        header_up X-Real-IP {{remote_host}}
        header_up -X-Forwarded-Host
        header_up -X-Forwarded-Port
        header_up -Forwarded
        transport http {{
            dial_timeout 5s
            response_header_timeout 120s
        }}
    }}
}}
"""
