"""What each side declared of the shipments: names, documents,
weights and values as two offices write them."""

from bench.corridor.settings import Corridor, Noise
from bench.corridor.vocabulary import FIRST, FORMS, SECOND, THIRD, sql_list

_F, _S, _T = len(FIRST), len(SECOND), len(THIRD)

NAMES = f"""
CREATE MACRO stem(f) AS {sql_list(FIRST)}[1 + (f * 7919) % {_F}] || ' '
    || {sql_list(SECOND)}[1 + ((f * 7919) // {_F}) % {_S}] || ' '
    || {sql_list(THIRD)}[1 + ((f * 7919) // {_F * _S}) % {_T}];
CREATE MACRO form(k) AS {sql_list(FORMS)}[1 + k % {len(FORMS)}];
CREATE MACRO typo(name, cut) AS substr(name, 1, 2 + cut % 9) || substr(name, 4 + cut % 9);
CREATE MACRO respelled(f, style) AS CASE style % 6
    WHEN 0 THEN upper(stem(f)) || ' ' || form(style)
    WHEN 1 THEN stem(f) || ', ' || form(f + 1)
    WHEN 2 THEN 'M/S ' || replace(replace(stem(f), 'International', 'Intl'), 'Trading', 'Trdg') || ' '
        || form(style)
    WHEN 3 THEN replace(upper(stem(f)), ' ', '-') || ' ' || upper(form(f))
    WHEN 4 THEN lower(stem(f)) || ' ' || form(f)
    ELSE '  ' || stem(f) || '   ' || replace(form(f), '.', ' ') END;
CREATE MACRO document(h, mode) AS CASE mode
    WHEN 'sea' THEN ['MAEU', 'COSU', 'ONEY', 'EGLV'][1 + u(h, 3) % 4] || printf('%09d', among_many(h,
        1000000000))
    WHEN 'air' THEN ['217', '603', '784'][1 + u(h, 3) % 3] || '-' || printf('%08d', among_many(h, 100000000))
    ELSE 'CMR-2026-' || printf('%07d', among_many(h, 10000000)) END;
CREATE MACRO other_form(doc, h) AS CASE u(h, 1) % 5
    WHEN 0 THEN replace(doc, '-', '') WHEN 1 THEN lower(doc) WHEN 2 THEN replace(doc, '-', ' ')
    WHEN 3 THEN substr(doc, 1, 4) || ' ' || substr(doc, 5) ELSE replace(doc, '-', '/') || ' ' END;
CREATE MACRO box(h) AS ['MSKU', 'TGHU', 'CBHU', 'EISU'][1 + u(h, 3) % 4] || printf('%07d', among_many(h,
    10000000));
CREATE MACRO truck(h) AS printf('%dK-%04d', 1 + u(h, 3) % 9, among_many(h, 3000));
"""


def _name(firm: str, mark: str, noise: Noise) -> str:
    """A firm as one office writes it, by draws of its own."""
    h = f"low('{mark}', row)"
    return f"""CASE WHEN hit({h}, 0, {noise.name_missing}) THEN NULL
        WHEN hit({h}, 1, {noise.name_typo}) THEN typo(stem({firm}) || ' ' || form({firm}), u({h}, 2))
        WHEN hit({h}, 2, {noise.name_spelled}) THEN respelled({firm}, u({h}, 3))
        ELSE rtrim(stem({firm}) || ' ' || form({firm})) END"""


def _columns(side: str, noise: Noise) -> str:
    """The match block of one side from ``rows`` (one row a declared item)."""
    missing = noise.doc_missing_export if side == "e" else noise.doc_missing_import
    doc = f"low('{side}doc', row)"
    marks = f"low('{side}marks', row)"
    return f"""
    substr(md5(getvariable('seed') || '{side}' || row), 1, 14) AS id, CAST(date AS VARCHAR) AS date, hs,
        hs_version,
    origin, consigned_from, partner, regime,
    printf('%d.%03d', kg // 1000, kg % 1000) AS net_kg,
    printf('%d.%03d', gross // 1000, gross % 1000) AS gross_kg,
    printf('%d.%02d', cents // 100, cents % 100) AS value, currency, incoterm,
    {_name("exporter", side + "exporter", noise)} AS exporter,
    {_name("200000 + consignee", side + "consignee", noise)} AS consignee,
    CASE WHEN own_doc = 2 OR hit({doc}, 0, {missing}) THEN NULL
         WHEN own_doc = 1 OR hit({doc}, 1, {noise.doc_other if side == "i" else 0})
              THEN document(low('house', row), mode)
         WHEN hit({doc}, 2, {noise.doc_typo}) THEN typo(document(low('doc', head), mode), u({doc}, 3))
         WHEN hit({doc}, 3, {noise.doc_other_form}) THEN other_form(document(low('doc', head), mode), {doc})
         ELSE document(low('doc', head), mode) END AS transport_doc,
    CASE WHEN mode = 'sea' AND NOT hit({marks}, 0, {noise.marks_missing}) THEN box(low('box',
        head)) END AS container,
    CASE WHEN mode = 'road' AND NOT hit({marks}, 1, {noise.marks_missing}) THEN truck(low('truck',
        head)) END AS plate,
    CASE WHEN hit({marks}, 2, 1000) THEN '6MM' || substr(md5('ucr' || head), 1, 12) END AS ucr,
    CASE WHEN hit({marks}, 3, 9000) THEN packages END AS packages,
    printf('%d.%03d', amount // 1000, amount % 1000) AS quantity, amount_unit AS unit"""


def statements(corridor: Corridor) -> list[str]:
    """Tables ``exports``, ``imports``, ``links`` and ``traps``, the truth by the declared ids."""
    noise = corridor.noise
    return [
        NAMES,
        """
CREATE TABLE facts AS
SELECT *, greatest((grams * cents_a_kg // 1000) * (92000 + among(c, 0, 16000)) // 100000, 100) AS fob,
       10600 + margin_bias + bell(d) * """
        + str(noise.margin_spread)
        + """ // 37800 AS margin,
       day + CAST(CASE mode WHEN 'air' THEN u(f, 1) % 5 WHEN 'road' THEN u(f, 1) % 12
                  ELSE 8 + u(f, 1) % 40 END + CASE WHEN u(f, 2) < 2000 THEN u(f, 3) % 20 ELSE 0 END
                  + CASE WHEN trap = 'lag' THEN 90 + u(e, 2) % 50 ELSE 0 END AS INTEGER) AS landed,
       1 + grams // 40000 AS packages, 2 + u(e, 0) % 3 AS parts
FROM (SELECT *, low('way', head) AS f FROM shipments)""",
        """
CREATE TABLE export_rows AS
SELECT f.*, part, copy, 'e' || n || '/' || part || '/' || copy AS row,
       CASE WHEN trap = 'merged' THEN CASE WHEN part < parts - 1 THEN grams // parts
            ELSE grams - (parts - 1) * (grams // parts) END ELSE grams END AS kg,
                x.per_billion_usd AS per_billion
FROM (SELECT *, unnest(range(CASE WHEN trap = 'merged' THEN parts ELSE 1 END)) AS part FROM facts
      WHERE trap IS DISTINCT FROM 'missing_export') AS f
CROSS JOIN (SELECT unnest([0, 1]) AS copy) AS c
JOIN rates AS x ON x.currency = export_currency AND x.day = f.day
WHERE copy = 0 OR (trap = 'duplicate' AND u(e, 1) % 2 = 0)""",
        f"""
CREATE TABLE exports AS SELECT {_columns("e", noise)} FROM (
    SELECT *, '2022' AS hs_version, day + CAST(copy AS INTEGER) AS date, 'CN' AS partner, '10' AS regime,
           CASE WHEN trap = 'entrepot' AND u(e, 1) % 2 = 0 THEN 'TH' ELSE 'MM' END AS origin,
           NULL AS consigned_from, kg * (1030 + u(a, 2) % 60) // 1000 AS gross,
           CAST(greatest(CAST(fob AS HUGEINT) * per_billion // 1000000000 * kg // grams,
               1) AS BIGINT) AS cents, export_currency AS currency,
           'FOB' AS incoterm, 0 AS own_doc, unit AS amount_unit,
           CASE WHEN unit = 'KGM' THEN kg ELSE greatest(kg * 10 // grams_a_unit_ten, 1) // 1000 * 1000 + 1000
           END AS amount
    FROM export_rows) AS r""",
        """
CREATE TABLE import_rows AS
SELECT f.*, part, copy, 'i' || n || '/' || part || '/' || copy AS row, low('ikg', n || '/' || part) AS k,
       CASE WHEN trap = 'split' THEN CASE WHEN part < parts - 1 THEN grams // parts // 1000 * 1000
            ELSE grams - (parts - 1) * (grams // parts // 1000 * 1000) END
            WHEN trap = 'gap' THEN grams * (5500 + among(e, 2, 3700)) // 10000 ELSE grams END AS fair,
       landed + CAST(CASE WHEN trap = 'split' THEN part * (u(e, 3) % 9) ELSE copy * (u(e,
           3) % 3) END AS INTEGER)
           AS date, x.per_billion_usd AS per_billion
FROM (SELECT *, unnest(range(CASE WHEN trap = 'split' THEN parts ELSE 1 END)) AS part FROM facts
      WHERE trap IS DISTINCT FROM 'missing_import') AS f
CROSS JOIN (SELECT unnest([0, 1]) AS copy) AS c
JOIN rates AS x ON x.currency = import_currency AND x.day = f.landed
WHERE copy = 0 OR (trap = 'duplicate' AND u(e, 1) % 2 = 1)""",
        f"""
CREATE TABLE imports AS SELECT {_columns("i", noise)} FROM (
    SELECT * EXCLUDE (hs), CASE WHEN trap = 'vintage' THEN '2017' ELSE '2022' END AS hs_version,
           CASE WHEN trap = 'hs_shift' AND u(e, 1) % 2 = 0 THEN substr(hs, 1, 3)
                     || CAST((CAST(substr(hs, 4, 1) AS INTEGER) + 3) % 10 AS VARCHAR) || substr(hs, 5)
                WHEN trap = 'hs_shift' THEN printf('%02d', 1 + (CAST(substr(hs, 1, 2) AS INTEGER) + 7) % 70)
                     || substr(hs, 3)
                WHEN trap = 'vintage' THEN substr(hs, 1, 4) || '9' || CAST(u(e, 1) % 2 AS VARCHAR)
                    ELSE hs END AS hs,
           CASE WHEN trap = 'entrepot' THEN 'TH' ELSE 'MM' END AS partner,
           CASE WHEN trap = 'regime' THEN ['71', '53', '80'][1 + u(e, 1) % 3] ELSE '40' END AS regime,
           CASE WHEN trap = 'entrepot' THEN 'TH' ELSE 'MM' END AS origin, 'MM' AS consigned_from,
           noisy * (1030 + u(a, 2) % 60) // 1000 AS gross, noisy AS kg,
           CAST(greatest(CAST(fob AS HUGEINT)
                * CASE trap WHEN 'freight' THEN margin * (1250 + u(e, 2) % 200) // 1060
                            WHEN 'undervalued' THEN margin * (450 + u(e, 2) % 400) // 1060
                                ELSE margin END // 10000
                * per_billion // 1000000000 * fair // grams, 1) AS BIGINT) AS cents,
           CASE WHEN trap = 'currency' THEN CASE import_currency WHEN 'USD' THEN 'THB' ELSE 'USD' END
                ELSE import_currency END AS currency,
           'CIF' AS incoterm,
           CASE WHEN trap = 'split' AND u(e, 1) % 5 = 0 THEN 1 WHEN trap = 'split' AND u(e, 1) % 5 < 3 THEN 2
                ELSE 0 END AS own_doc,
           CASE WHEN unit = 'PR' AND u(k, 3) % 3 = 0 THEN 'H87' WHEN unit = 'LTR' AND u(k, 3) % 3 = 0
               THEN 'HLT'
                ELSE unit END AS amount_unit,
           CASE WHEN unit = 'KGM' THEN noisy
                ELSE (greatest(fair * 10 // grams_a_unit_ten, 1) // 1000 * 1000 + 1000)
                     * CASE WHEN unit = 'PR' AND u(k, 3) % 3 = 0 THEN 2 ELSE 1 END
                     // CASE WHEN unit = 'LTR' AND u(k, 3) % 3 = 0 THEN 100 ELSE 1 END END AS amount
    FROM (SELECT *, CASE WHEN trap = 'unit' THEN [fair * 1000, greatest(fair // 1000, 1),
                                                  fair * 220462 // 100000][1 + u(e, 1) % 3]
                 WHEN hit(k, 0, {noise.kg_rounded}) AND fair > 50000
                 THEN CASE WHEN u(k, 1) < 32768 THEN (fair + 500) // 1000 * 1000
                     ELSE (fair + 5000) // 10000 * 10000 END
                 WHEN hit(k, 1, {noise.kg_jitter}) THEN fair * (9950 + u(k, 2) % 100) // 10000
                     ELSE fair END AS noisy
          FROM import_rows)) AS r""",
        """
CREATE TABLE links AS
SELECT substr(md5(getvariable('seed') || 'e' || e.row), 1, 14) AS export_id,
       substr(md5(getvariable('seed') || 'i' || i.row), 1, 14) AS import_id,
       e.trap, e.copy + i.copy > 0 AS of_copy
FROM export_rows AS e JOIN import_rows AS i USING (n)""",
        """
CREATE TABLE traps AS
SELECT trap, substr(md5(getvariable('seed') || 'e' || row), 1, 14) AS export_id, NULL AS import_id, n, copy
FROM export_rows WHERE trap IS NOT NULL
UNION ALL
SELECT trap, NULL, substr(md5(getvariable('seed') || 'i' || row), 1, 14), n, copy
FROM import_rows WHERE trap IS NOT NULL""",
    ]
