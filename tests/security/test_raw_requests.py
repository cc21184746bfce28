"""Requests as no honest client writes them, on a real socket: refused, answered in words, and survived."""

from pathlib import Path

import pytest

from tests.security.conftest import Victim

pytestmark = pytest.mark.once

REPOSITORY = Path(__file__).resolve().parents[2]
TRACES = (b"Traceback", b"django.", b"/src/isthmus", b"site-packages", b"SECRET_KEY")


def alive(victim: Victim) -> bool:
    return victim.ask("GET /.well-known/isthmus HTTP/1.1").status == 200


class TestFraming:
    """Where one server sees one request and the next one two, a stranger's request hides in a neighbour's."""

    @pytest.mark.parametrize(
        "lines",
        [
            ["Content-Length: 5", "Transfer-Encoding: chunked"],
            ["Content-Length: 5", "Content-Length: 6"],
            ["Content-Length: 5, 6"],
            ["Content-Length: +5"],
            ["Content-Length: 0x5"],
            ["Content-Length: -1"],
            ["Content-Length: 5_0"],
            ["Content-Length: ٥"],
            ["Content-Length : 5"],
            ["Transfer-Encoding: xchunked"],
            ["Transfer-Encoding: chunked, identity"],
            ["Transfer-Encoding : chunked"],
            ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
            [" folded: value"],
            ["No colon here"],
            ["Na me: value"],
            ["Name\x00: value"],
            ["Name: val\x00ue"],
        ],
        ids=lambda lines: " & ".join(lines).encode("ascii", "replace").decode().replace("\x00", "NUL"),
    )
    def test_a_request_with_two_meanings_is_none(self, victim: Victim, lines: list[str]) -> None:
        head = ["POST /account/login/ HTTP/1.1", "Host: localhost", *lines]
        smuggled = "\r\n".join(head).encode() + b"\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer = victim.send(smuggled)
        assert answer.status in {400, 411, 501}, answer
        assert answer.headers.get("connection", "").lower() != "keep-alive"
        assert alive(victim)

    @pytest.mark.parametrize("body", [b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"FFFFFFFFF\r\nx", b"zz\r\n"])
    def test_a_body_in_chunks_has_to_say_its_length(self, victim: Victim, body: bytes) -> None:
        for path in ("/exchange/v1/inbox", "/api/v1/records", "/account/login/"):
            answer = victim.ask(f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked", body=body)
            assert answer.status in {400, 411}, (path, answer)
        assert alive(victim)

    def test_a_compressed_body_is_not_opened(self, victim: Victim) -> None:
        import gzip

        bomb = gzip.compress(b"login=" + b"a" * 5_000_000)
        lines = ["Content-Encoding: gzip", "Content-Type: application/x-www-form-urlencoded"]
        lines.append(f"Content-Length: {len(bomb)}")
        assert victim.ask("POST /account/login/ HTTP/1.1", *lines, body=bomb).status == 403

    @pytest.mark.parametrize(
        "raw",
        [
            b"\r\n\r\n\r\n\r\n",
            b"GET /\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1 extra\r\nHost: localhost\r\n\r\n",
            b"get / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            bytes(range(256)) + b"\r\n\r\n",
        ],
    )
    def test_noise_is_no_request(self, victim: Victim, raw: bytes) -> None:
        answer = victim.send(raw)
        assert answer.status in {0, 400, 404, 405, 501, 505}, answer
        assert not any(trace in answer.body for trace in TRACES)
        assert alive(victim)


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/static/../../../../../../etc/passwd",
            "/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
            "/static/..%2f..%2f..%2f..%2fetc/passwd",
            "/static/%252e%252e/%252e%252e/etc/passwd",
            "/static/..\\..\\..\\etc\\passwd",
            "/static//etc/passwd",
            "/static/%00/etc/passwd",
            "/static/ui/isthmus.css%00.html",
            "//etc/passwd",
            "/..;/etc/passwd",
            "/.git/config",
            "/.git/HEAD",
            "/.env",
            "/isthmus.env",
            "/node.sqlite3",
            "/passphrase",
            "/secret_key",
            "/keys/",
            "/exchange/records/%2e%2e%2f%2e%2e%2fpassphrase/",
            "/exchange/v1/outbox/..%2f..%2fpassphrase",
            "/exchange/v1/attachments/" + "../" * 9 + "etc/passwd",
        ],
    )
    def test_nothing_outside_is_served(self, victim: Victim, path: str) -> None:
        answer = victim.ask(f"GET {path} HTTP/1.1")
        assert answer.status in {302, 400, 403, 404}, answer
        assert b"root:" not in answer.body
        secret = (victim.home / "passphrase").read_bytes()
        assert secret not in answer.body
        assert b"repositoryformatversion" not in answer.body
        assert not any(trace in answer.body for trace in TRACES)

    @pytest.mark.parametrize("host", ["evil.test", "localhost.evil.test", "localhost@evil.test", "", "a b"])
    def test_another_host_is_refused(self, victim: Victim, host: str) -> None:
        answer = victim.ask("GET /account/login/ HTTP/1.1", host=host)
        assert answer.status == 400
        assert b"evil" not in answer.body

    def test_two_hosts_are_refused(self, victim: Victim) -> None:
        answer = victim.ask("GET /account/login/ HTTP/1.1", "Host: evil.test")
        assert answer.status == 400

    def test_a_forwarded_host_is_not_believed(self, victim: Victim) -> None:
        lines = ["X-Forwarded-Host: evil.test", "Forwarded: host=evil.test", "X-Host: evil.test"]
        answer = victim.ask("GET /exchange/records/ HTTP/1.1", *lines)
        assert (answer.status, answer.headers["location"]) == (302, "/account/login/?next=/exchange/records/")

    def test_an_absolute_address_is_of_this_host_or_refused(self, victim: Victim) -> None:
        answer = victim.ask("GET http://evil.test/account/login/ HTTP/1.1")
        assert answer.status in {200, 400, 404}
        assert b"evil" not in answer.body


class TestMethods:
    @pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"])
    def test_no_page_answers_to_other_methods(self, victim: Victim, method: str) -> None:
        for path in ("/people/", "/exchange/v1/inbox", "/.well-known/isthmus"):
            answer = victim.ask(f"{method} {path} HTTP/1.1", "X-Secret: canary")
            assert answer.status in {400, 403, 405}, (path, answer)
            assert b"canary" not in answer.body

    @pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
    def test_a_method_is_not_overridden(self, victim: Victim, name: str) -> None:
        answer = victim.ask("GET /exchange/v1/inbox HTTP/1.1", f"{name}: POST")
        assert answer.status == 405

    def test_no_other_site_is_let_in(self, victim: Victim) -> None:
        lines = ["Origin: https://evil.test", "Access-Control-Request-Method: POST"]
        for method in ("OPTIONS", "GET"):
            for path in ("/api/v1/records", "/.well-known/isthmus", "/account/login/", "/exchange/v1/inbox"):
                answer = victim.ask(f"{method} {path} HTTP/1.1", *lines)
                assert not [name for name in answer.headers if name.startswith("access-control")]


class TestSizes:
    @pytest.mark.parametrize(
        ("first", "lines"),
        [
            ("GET /?q=" + "a" * 9000 + " HTTP/1.1", []),
            ("GET / HTTP/1.1", ["X-Long: " + "a" * 9000]),
            ("GET / HTTP/1.1", [f"X-{number}: a" for number in range(100)]),
            ("GET / HTTP/1.1", ["Cookie: " + "; ".join(f"c{n}=v" for n in range(2000))]),
        ],
        ids=["address", "header", "headers", "cookies"],
    )
    def test_a_head_that_is_too_long(self, victim: Victim, first: str, lines: list[str]) -> None:
        assert victim.ask(first, *lines).status in {400, 414, 431}
        assert alive(victim)

    @pytest.mark.parametrize(
        ("path", "length"),
        [
            ("/account/login/", 100_001),
            ("/people/invite/", 200_000_000),
            ("/exchange/partner/cn/bundle/read/", 50_000_000),
            ("/exchange/v1/inbox", 9 * 1024 * 1024 + 1),
            ("/api/v1/records", 10_000_000_000),
        ],
    )
    def test_a_body_that_is_too_long_is_refused_before_it_comes(
        self, victim: Victim, path: str, length: int
    ) -> None:
        answer = victim.ask(f"POST {path} HTTP/1.1", f"Content-Length: {length}", body=b"a" * 10)
        assert answer.status in {404, 413}
        assert alive(victim)

    def test_ten_thousand_parts_are_too_many(self, victim: Victim) -> None:
        part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        body = part * 1800 + b"--b--\r\n"
        fields = b"&".join(b"a%d=1" % number for number in range(10_000))
        for kind, sent in (
            ("multipart/form-data; boundary=b", body[:99_000]),
            ("application/x-www-form-urlencoded", fields[:99_000]),
        ):
            lines = [f"Content-Type: {kind}", f"Content-Length: {len(sent)}"]
            answer = victim.ask("POST /account/login/ HTTP/1.1", *lines, body=sent)
            assert answer.status in {400, 403}
            assert not any(trace in answer.body for trace in TRACES)


class TestAnswers:
    @pytest.mark.parametrize("sign", ["%0d%0aSet-Cookie:%20a=b", "%0aSet-Cookie:a=b", "\t", "%00", "%ff%fe"])
    def test_no_header_is_injected(self, victim: Victim, sign: str) -> None:
        for path in (f"/people/?next={sign}", f"/account/login/?next=/{sign}", f"/exchange/records/{sign}/"):
            answer = victim.ask(f"GET {path} HTTP/1.1")
            assert "a=b" not in answer.headers.get("set-cookie", "")
            assert answer.status in {200, 302, 400, 404}, path

    def test_the_server_does_not_say_what_it_is_built_of(self, victim: Victim) -> None:
        answer = victim.ask("GET /account/login/ HTTP/1.1")
        assert "python" not in str(answer.headers).lower()
        assert not [name for name in answer.headers if name.startswith("x-powered")]

    def test_the_node_is_as_it_was(self, victim: Victim) -> None:
        assert alive(victim)
        log = (victim.home / "node.log").read_text()
        assert "Traceback" not in log, log[-4000:]
