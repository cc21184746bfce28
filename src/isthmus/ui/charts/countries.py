"""Where each member of the United Nations stands on the tile grid: roughly as on the globe, borders nowhere.

Codes are ISO 3166-1 alpha-2; the members are those of the United Nations' list (193 since 2011).
"""

_AMERICAS = """
.. .. .. .. .. .. .. .. ..
.. .. CA .. .. .. .. .. ..
.. .. US .. .. .. .. .. ..
.. .. MX .. BS .. .. .. ..
.. .. GT BZ CU HT DO KN AG
.. .. SV HN JM .. .. DM LC
.. .. .. NI .. .. .. VC BB
.. .. .. CR PA .. .. GD TT
.. .. .. .. CO VE GY SR ..
.. .. .. .. EC PE BR .. ..
.. .. .. .. .. BO PY .. ..
.. .. .. .. .. CL AR UY ..
"""

_EUROPE_AND_AFRICA = """
IS .. .. NO SE FI EE .. ..
.. .. .. DK .. .. LV .. RU
IE GB NL DE PL .. LT BY ..
.. .. BE LU CZ SK UA MD ..
.. FR CH LI AT HU RO .. ..
PT ES AD MC SI HR RS BG ..
.. .. .. SM IT BA ME MK ..
.. .. .. .. MT .. AL GR CY
.. .. MA DZ TN LY EG .. ..
CV .. MR ML NE TD SD ER ..
GM SN GN BF BJ NG SS ET DJ
GW SL CI GH TG CM CF KE SO
.. LR .. ST GQ CG UG RW ..
.. .. .. .. GA CD BI TZ SC
.. .. .. .. AO ZM MW MZ KM
.. .. .. .. NA BW ZW .. MG
.. .. .. .. ZA LS SZ .. MU
"""

_ASIA_AND_OCEANIA = """
.. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. KZ .. .. MN .. .. .. .. ..
.. GE AZ UZ KG .. CN KP .. JP .. ..
TR AM .. TM TJ .. .. KR .. .. .. ..
LB SY IQ IR AF NP BT .. LA VN .. ..
IL JO KW BH PK IN BD MM TH KH PH ..
.. SA QA AE .. MV LK .. MY BN .. ..
.. YE OM .. .. .. .. .. SG PW FM MH
.. .. .. .. .. .. .. .. ID TL PG NR
.. .. .. .. .. .. .. .. .. .. SB KI
.. .. .. .. .. .. .. .. .. AU VU TV
.. .. .. .. .. .. .. .. .. .. FJ WS
.. .. .. .. .. .. .. .. .. NZ .. TO
"""

Place = tuple[int, int]


def _read(panel: str) -> dict[str, Place]:
    lines = panel.strip().splitlines()
    return {
        code: (column, row)
        for row, line in enumerate(lines)
        for column, code in enumerate(line.split())
        if code != ".."
    }


# Each part of the world on its own: a narrow screen shows them one under the other.
PANELS: tuple[dict[str, Place], ...] = tuple(map(_read, (_AMERICAS, _EUROPE_AND_AFRICA, _ASIA_AND_OCEANIA)))
# The first column of each part on the whole map.
_OFFSETS = (0, 9, 18)
WORLD: dict[str, Place] = {
    code: (column + offset, row)
    for panel, offset in zip(PANELS, _OFFSETS, strict=True)
    for code, (column, row) in panel.items()
}
COLUMNS = 30
ROWS = 17
