"""Two embassies at which people of the Maldives apply, and one whose letters are in Arabic; sample data."""

from dataclasses import replace
from datetime import timedelta

from isthmus.accounts.models import Organisation
from isthmus.apps.workshops.embassies import services
from isthmus.apps.workshops.embassies.wording import shipped
from isthmus.kit import clock

OFFICER = "officer@node.test"


def tell(organisation: Organisation) -> dict[str, int]:
    """Write them; returns what the pages need."""
    today = clock.now().date()
    english = replace(shipped("en"), addressee="To the visa section of the embassy (sample)")
    place = services.Place("MV", "Embassy of the country that hosts the workshop (sample)", "Malé")
    first = services.add_embassy(organisation, place, english, today, actor=OFFICER)
    services.change(first, english, today + timedelta(days=20), actor=OFFICER)
    for place, language in (
        (services.Place("MV", "Consulate-general (sample)", "Colombo"), "fr"),
        (services.Place("MM", "Bundesrepublikanisches Generalkonsulat (sample)", "Yangon"), "zh-hans"),
    ):
        services.add_embassy(organisation, place, shipped(language), today, actor=OFFICER)
    place = services.Place("GH", "سفارة الدولة المضيفة (sample)", "Accra")
    arabic = services.add_embassy(organisation, place, shipped("ar"), today, actor=OFFICER)
    services.stop(
        services.add_embassy(
            organisation,
            services.Place("CN", "Consulate (sample)", "Shanghai"),
            english,
            today,
            actor=OFFICER,
        ),
        actor=OFFICER,
    )
    return {"ws_embassy": first.pk, "ws_embassy_arabic": arabic.pk}
