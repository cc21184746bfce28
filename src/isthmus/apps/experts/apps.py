"""Django's registration of Experts and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import Application, RecordType, Searchable

_HERE = "isthmus.apps.experts."


class ExpertsConfig(AppConfig):
    """Experts."""

    name = "isthmus.apps.experts"
    label = "experts"
    default = True

    application = Application(
        name="experts",
        title=_("Experts"),
        purpose=_("Find people who can help, as far as they consented to be found."),
        icon="expert",
        record_types=(
            RecordType(
                "experts.profile",
                1,
                _("Profile of an expert"),
                f"{_HERE}records:ProfileV1",
                f"{_HERE}services.receiving:receive_profile",
                check=f"{_HERE}services.receiving:check_profile",
                samples=f"{_HERE}sample_queries:profiles",
                attachments=True,
                personal=("contact",),
                erase=f"{_HERE}services.keeping:erase",
                restored=f"{_HERE}services.restoring:restore",
                numbered=f"{_HERE}services.keeping:take_number",
            ),
            RecordType(
                "experts.engagement",
                1,
                _("Statement about an engagement"),
                f"{_HERE}records:EngagementV1",
                f"{_HERE}services.receiving:receive_engagement",
                check=f"{_HERE}services.receiving:check_engagement",
                samples=f"{_HERE}sample_queries:engagements",
                erase=f"{_HERE}services.keeping:erase",
                restored=f"{_HERE}services.restoring:restore",
                numbered=f"{_HERE}services.keeping:take_number",
            ),
        ),
        urls="isthmus.apps.experts.urls",
        front="experts:experts",
        sections="isthmus.apps.experts.sections:sections",
        api="isthmus.apps.experts.api:router",
        commands="isthmus.apps.experts.cli:experts",
        searchable=(
            Searchable(
                "experts",
                _("Experts"),
                "experts.view",
                f"{_HERE}front_queries:sightings",
                f"{_HERE}queries:found_keys",
            ),
        ),
        panel=f"{_HERE}front_queries:panel",
        network_place=30,
    )
    access_rules = (
        Rule("experts.view", _("See experts who consented to be listed here"), frozenset(Role), Reach.NODE),
        Rule("experts.own", _("Keep one's own profile as an expert"), frozenset(Role), Reach.NODE),
        Rule(
            "experts.keep",
            _("Keep profiles of experts of one's organisation, with their consent"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "experts.engage",
            _("State engagements of experts, and what became of them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "experts.verify",
            _("Verify profiles of experts for the node"),
            frozenset({Role.APPROVER}),
            Reach.NODE,
        ),
    )
    event_words = {
        "experts.changed": _("Changed the profile of an expert"),
        "experts.stated": _("Stated the profile of an expert"),
        "experts.consented": _("Noted that an expert consents"),
        "experts.consent-withdrawn": _("Noted that an expert consents no more"),
        "experts.verified": _("Verified the profile of an expert"),
        "experts.engagement-stated": _("Stated an engagement of an expert"),
        "experts.contact-read": _("Took the contact details of an expert"),
        "experts.erased": _("Erased an expert at this and all other nodes"),
    }
    organisation_paths = {
        "experts.Expert": "organisation_id",
        "experts.Engagement": "organisation_id",
        "experts.Consent": "expert__organisation_id",
        "experts.Crossing": "expert__organisation_id",
        "experts.Verification": "expert__organisation_id",
    }
