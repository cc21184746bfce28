"""What was really shipped: one row a shipment, with the trap that is set on it. SQL with draws from MD5."""

from bench.corridor.settings import Corridor
from bench.corridor.vocabulary import CURRENCIES, FIRMS

MACROS = """
CREATE MACRO low(purpose, n) AS md5_number_lower(getvariable('seed') || purpose || n);
CREATE MACRO u(h, place) AS CAST((h >> (16 * place)) & 65535 AS INTEGER);
CREATE MACRO hit(h, place, share) AS u(h, place) * 10000 < share * 65536;
CREATE MACRO among(h, place, many) AS (u(h, place) * CAST(many AS BIGINT)) // 65536;
CREATE MACRO among_many(h, many) AS CAST((h >> 16) % many AS BIGINT);
CREATE MACRO bell(h) AS u(h, 0) + u(h, 1) + u(h, 2) + u(h, 3) - 131070;
"""
"""``bell`` is near a normal curve: mean 0, standard deviation about 37,800."""


def traps_case(traps: dict[str, int]) -> str:
    """The trap of a shipment by one draw: the shares stand one after the other."""
    edges, start = [], 0
    for name, share in traps.items():
        edges.append(f"WHEN draw < {start + share} THEN '{name}'")
        start += share
    return f"CASE {' '.join(edges)} END" if edges else "NULL"


def statements(corridor: Corridor) -> list[str]:
    """Tables ``goods``, ``relations``, ``rates`` and ``shipments``."""
    n = corridor.exports
    relations, exporters, consignees = max(n // 9, 5), max(n // 30, 4), max(n // 45, 3)
    goods = 1200
    # Quadratic draws favour low numbers; the largest firm then has about 1 / sqrt(firms) of the trade.
    largest = int(65536 * 10 / (consignees**0.5 + 10)) if corridor.skewed else 0
    return [
        MACROS,
        f"""
CREATE TABLE goods AS
SELECT g, printf('%02d%02d%02d', CASE WHEN chapter >= 77 THEN chapter + 1 ELSE chapter END, heading,
    sub) AS hs,
       50 + among(h, 2, 4000) AS cents_a_kg,
       CASE WHEN u(h, 1) < 30000 THEN 'KGM' WHEN u(h, 1) < 45000 THEN 'H87' WHEN u(h, 1) < 55000 THEN 'LTR'
            WHEN u(h, 1) < 60000 THEN 'PR' ELSE 'MTR' END AS unit,
       5 + among(h, 3, 4000) AS grams_a_unit_ten
FROM (SELECT g, low('goods', g) AS h, 1 + g % 96 AS chapter, 1 + (g // 96) % 4 AS heading,
             10 * (1 + (g // 384)) AS sub FROM range({goods}) AS t(g))""",
        f"""
CREATE TABLE relations AS
SELECT r, (among(a, 0, 65536) * among(a, 0, 65536) * {exporters}) // 4294967296 AS exporter,
       CASE WHEN u(b, 3) < {largest} THEN 0
            ELSE (among(a, 1, 65536) * among(a, 1, 65536) * {consignees}) // 4294967296 END AS consignee,
       (among(a, 2, 65536) * among(a, 2, 65536) * {goods}) // 4294967296 AS good_a,
       among(a, 3, {goods}) AS good_b,
       CAST([60, 120, 250, 500, 900, 1600, 3000, 6000, 11000, 19000][1 + among(b, 0, 10)]
            * (1000 + among(b, 1, 1000)) AS BIGINT) AS lot_grams,
       hit(b, 2, {corridor.noise.fixed_lots}) AS fixed,
       ['road', 'road', 'road', 'sea', 'sea', 'air'][1 + among(c, 0, 6)] AS mode,
       ['USD', 'USD', 'CNY', 'EUR'][1 + among(c, 1, 4)] AS export_currency,
       ['USD', 'THB', 'THB', 'MMK'][1 + among(c, 2, 4)] AS import_currency,
       u(c, 3) % 400 - 200 AS margin_bias
FROM (SELECT r, low('rel-a', r) AS a, low('rel-b', r) AS b, low('rel-c', r) AS c
      FROM range({relations}) AS t(r))""",
        """
CREATE TABLE rates AS
SELECT currency, day, CAST(base * (1000000 + drift * (d - 200) + wave) AS BIGINT) AS per_billion_usd
FROM (SELECT currency, base, DATE '2025-06-01' + CAST(d AS INTEGER) AS day, d, slope AS drift,
             u(low('rate' || currency, d), 0) % 2000 AS wave
      FROM (VALUES """
        + ", ".join(
            f"('{code}', {base}, {0 if code == 'USD' else 60 - 20 * i})"
            for i, (code, base) in enumerate(CURRENCIES.items())
        )
        + """) AS c(currency, base, slope), range(800) AS t(d))""",
        "UPDATE rates SET per_billion_usd = 1000000000 WHERE currency = 'USD'",
        f"""
CREATE TABLE drawn AS
SELECT n, CASE WHEN hit(low('joined', n // 3), 0, 2500) THEN n // 3 * 3 ELSE n END AS head,
       low('ship-a', n) AS a, low('ship-b', n) AS b, low('ship-c', n) AS c, low('ship-d', n) AS d,
       low('ship-e', n) AS e, among(low('trap', n), 0, 10000) AS draw
FROM range({n}) AS t(n)""",
        f"""
CREATE TABLE shipments AS
SELECT n, head, a, b, c, d, e, r, exporter, consignee, mode, export_currency, import_currency, hs, unit,
       cents_a_kg, grams_a_unit_ten, margin_bias, day, trap,
       CASE WHEN fixed AND n = head THEN greatest(lot_grams // 500000, 1) * 500000
            WHEN u(b, 0) < 20000 THEN greatest((lot_grams * (32768 + u(b, 1)) // 65536) // 100000, 1) * 100000
            WHEN u(b, 0) < 48000 THEN greatest((lot_grams * (32768 + u(b, 1)) // 65536) // 1000, 1) * 1000
            ELSE greatest((lot_grams * (32768 + u(b, 1)) // 65536) // 10, 1) * 10 END AS grams
FROM (SELECT drawn.*, relations.* EXCLUDE (good_a, good_b), {traps_case(corridor.traps)} AS trap,
             CASE WHEN u(a, 1) < 50000 THEN good_a ELSE good_b END AS g,
             DATE '2026-01-01' + CAST(among(low('day', head), 0, 365) AS INTEGER) AS day
      FROM drawn JOIN relations ON r = among_many(low('which', head), {relations})) AS s
          JOIN goods USING (g)""",
        "DROP TABLE drawn",
        f"""
CREATE TABLE spellings AS SELECT range AS firm FROM range({min(FIRMS, max(exporters, consignees))})""",
    ]
