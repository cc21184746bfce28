"""Words for invented firms, and the currencies of the corridor with their rates."""

_FIRST = """
Golden Silver Royal Eastern Western Northern Southern United Great Bright Lucky Green Blue Red Grand
Asia Delta River Mountain Ocean Pacific Star Sun Moon Lotus Jade Ruby Pearl Diamond Crystal
Evergreen Prosper Harmony Victory Unity Pioneer Mekong Irrawaddy Ganges Shan
"""
_SECOND = """
Dragon Lotus Tiger Elephant Peacock Eagle Horse Bridge Gate Harvest Valley Field Garden Forest Stone
Bamboo Teak Rice Bean Sesame Cotton Silk Textile Garment Steel Copper Machinery Motor Electric Power
Marine Fishery Poultry Timber Paper Plastic Rubber Chemical Pharma Medical Optical Digital Telecom
Logistics Transit Cargo Express Line Route Harbour Port Anchor Beacon Summit Crown Palace Temple
Pagoda Cloud Rain Wind
"""
FIRST, SECOND = _FIRST.split(), _SECOND.split()
THIRD = [
    *("Trading", "International", "Import Export", "Manufacturing", "Enterprise", "Industries", "Group"),
    *("Holdings", "Agro", "Foods", "Supply", "Commodities", "Resources", "Products", "Services", "Commerce"),
    *("Development", "General Trading", "Agency", "Brothers"),
]
FORMS = ["Co., Ltd.", "Company Limited", "Ltd", "LLC", "Pvt. Ltd.", "Public Co Ltd", ""]
FIRMS = len(FIRST) * len(SECOND) * len(THIRD)

# Units of the currency for 1,000 USD at the start; they drift a little every day.
CURRENCIES = {"USD": 1_000, "CNY": 7_150, "THB": 34_200, "MMK": 2_098_000, "EUR": 918, "INR": 83_400}


def sql_list(words: list[str]) -> str:
    """The words as a list of SQL."""
    return "[" + ", ".join("'" + word.replace("'", "''") + "'" for word in words) + "]"
