"""A node behind a real nginx with TLS, by the site that `isthmus operate proxy` writes."""

import datetime
import http.server
import json
import os
import random
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from isthmus.wire import batch
from tests.foreign import ForeignNode
from tests.processes.nodes import ROOT, RealNode, free_port

NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
pytestmark = [
    pytest.mark.processes,
    pytest.mark.once,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt install nginx-light)"),
]
MIB = 1024 * 1024
INBOX = "/exchange/v1/inbox"
MAIN = """
user root;
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site;
}}
"""


def make_certificate(folder: Path) -> None:
    """A self-signed certificate for localhost, as the proxy's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def write_site(folder: Path, home: Path, bind: str, ports: tuple[int, int]) -> None:
    """What `isthmus operate proxy nginx` writes for a node, as an operator would call it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
    given = {"ISTHMUS_HOME": str(home), "ISTHMUS_BIND": bind, "PYTHONPATH": str(ROOT / "src")}
    command = ["operate", "proxy", "nginx", "--to", str(folder / "site")]
    command += ["--certificate", str(folder / "certificate.pem"), "--key", str(folder / "key.pem")]
    command += ["--http-port", str(ports[0]), "--https-port", str(ports[1])]
    done = subprocess.run(
        [sys.executable, "-m", "isthmus.node", *command],
        env={**environment, **given, "ISTHMUS_URL": f"https://localhost:{ports[1]}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[httpx.Client]:
    """nginx in a folder of its own, and a client that trusts its certificate."""
    main = folder / "nginx.conf"
    main.write_text(MAIN.format(folder=folder))
    command = [str(NGINX), "-e", str(folder / "error.log"), "-c", str(main), "-p", str(folder)]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    trusted = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
    try:
        with httpx.Client(verify=trusted, base_url=f"https://localhost:{port}", timeout=60) as client:
            end = time.monotonic() + 20
            while True:
                try:
                    client.get("/.well-known/none")
                    break
                except httpx.TransportError:
                    assert time.monotonic() < end, (folder / "error.log").read_text()
                    time.sleep(0.1)
            yield client
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def partner() -> ForeignNode:
    return ForeignNode()


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture(scope="module")
def node(
    tmp_path_factory: pytest.TempPathFactory, partner: ForeignNode, ports: tuple[int, int]
) -> Iterator[RealNode]:
    """A running node whose address is the proxy's, with a confirmed partner."""
    made = RealNode("mm", tmp_path_factory.mktemp("node") / "mm")
    made.make()
    with (made.home / "isthmus.env").open("a") as file:
        file.write(f"ISTHMUS_URL=https://localhost:{ports[1]}\nISTHMUS_TRUSTED_PROXY=true\n")
    made.run("meet", partner.card_token, partner.words)
    made.start()
    try:
        made.wait_until_ready()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, node: RealNode, ports: tuple[int, int]
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    write_site(folder, node.home, f"127.0.0.1:{node.port}", ports)
    with nginx(folder, ports[1]) as opened:
        yield opened


def test_people_are_led_to_https(client: httpx.Client, ports: tuple[int, int]) -> None:
    answer = httpx.get(f"http://localhost:{ports[0]}/account/login/?next=/people/")
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://localhost:{ports[1]}/account/login/?next=/people/"


def test_the_sign_in_page_comes_with_safe_cookies_and_headers(client: httpx.Client) -> None:
    answer = client.get("/account/login/")
    assert answer.status_code == 200
    assert "<form" in answer.text
    for cookie in answer.headers.get_list("Set-Cookie"):
        assert "Secure" in cookie, cookie
        assert "SameSite" in cookie, cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "nginx/" not in answer.headers["Server"], "the release of the proxy is nobody's business"


def test_signing_in_over_the_proxy_passes_the_csrf_check(client: httpx.Client) -> None:
    page = client.get("/account/login/")
    token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    given = {"login": "nobody@node.example", "password": "wrong", "csrfmiddlewaretoken": token}
    headers = {"Referer": str(page.url), "Origin": str(page.url).rpartition("/account")[0]}
    answer = client.post("/account/login/", data=given, headers=headers)
    assert answer.status_code == 200, "refused for the password, not for the origin"
    foreign = client.post(
        "/account/login/", data=given, headers={**headers, "Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403


def test_a_batch_of_almost_8_mib_crosses(client: httpx.Client, partner: ForeignNode) -> None:
    random.seed(7)
    tokens = []
    while sum(map(len, tokens)) < 7 * MIB:
        filler = random.randbytes(330_000).hex()
        tokens.append(partner.send("etrade.export-declaration/1", {"declaration_number": filler}))
    body = batch.pack(tokens)
    headers = {
        "Authorization": partner.authorization("POST", INBOX, body),
        "Content-Type": batch.LINES,
    }
    answer = client.post(INBOX, content=body, headers=headers)
    assert answer.status_code == 200, answer.text[:500]
    assert len(answer.json()["answers"]) == 1, "one receipt for all of them"


def test_a_body_of_8_mib_reaches_the_node_and_a_larger_one_does_not(
    client: httpx.Client, partner: ForeignNode
) -> None:
    def push(size: int) -> httpx.Response:
        body = random.randbytes(size)
        return client.post(
            INBOX, content=body, headers={"Authorization": partner.authorization("POST", INBOX, body)}
        )

    judged = push(8 * MIB)
    assert judged.headers["Content-Type"] == "application/problem+json", "the node has read all of it"
    assert 400 <= judged.status_code < 500
    assert judged.status_code != 413
    turned_away = push(10 * MIB)
    assert turned_away.status_code == 413
    assert "nginx" in turned_away.text


def test_pages_take_no_large_bodies(client: httpx.Client) -> None:
    assert client.post("/account/login/", content=b"x" * 3 * MIB).status_code == 413


def test_the_measures_are_not_public(client: httpx.Client, node: RealNode) -> None:
    assert client.get("/metrics").status_code == 404
    direct = httpx.get(f"http://127.0.0.1:{node.port}/metrics")
    assert direct.status_code == 200
    assert 'isthmus_stream_records_total{partner="cn"' in direct.text or "isthmus_build_info" in direct.text
    assert "isthmus_processes 4" in direct.text


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps(self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_what_visitors_claim_about_themselves_is_stripped(tmp_path: Path, ports: tuple[int, int]) -> None:
    make_certificate(tmp_path)
    mine = (free_port(), free_port())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as echo:
        threading.Thread(target=echo.serve_forever, daemon=True).start()
        write_site(tmp_path, tmp_path, f"127.0.0.1:{echo.server_port}", mine)
        with nginx(tmp_path, mine[1]) as client:
            claimed = {
                "X-Forwarded-For": "10.9.9.9",
                "X-Forwarded-Proto": "http",
                "X-Forwarded-Host": "evil.example",
                "X-Forwarded-Port": "1",
                "X-Real-IP": "10.9.9.9",
                "Forwarded": "for=10.9.9.9",
            }
            came = client.get("/", headers=claimed).json()
        echo.shutdown()
    names = [name.lower() for name, _value in came]
    seen = {name.lower(): value for name, value in came}
    assert seen["x-forwarded-for"] in {"127.0.0.1", "::1"}
    assert seen["x-forwarded-proto"] == "https"
    assert seen["x-real-ip"] == seen["x-forwarded-for"]
    assert seen["host"] == "localhost"
    assert not {"x-forwarded-host", "x-forwarded-port", "forwarded"} & set(names)
    assert names.count("x-forwarded-for") == 1
    assert "10.9.9.9" not in json.dumps(came)
