"""Django's registration of Excise and what it tells the node about itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.apps.excise.registered_records import RECORD_TYPES
from isthmus.exchange.application import Application


class ExciseConfig(AppConfig):
    """Excise on alcoholic products."""

    name = "isthmus.apps.excise"
    label = "excise"
    default = True

    application = Application(
        name="excise",
        title=_("Excise"),
        purpose=_("Work out what is due on alcohol, and see why."),
        icon="excise",
        record_types=RECORD_TYPES,
        urls="isthmus.apps.excise.urls",
        sections="isthmus.apps.excise.sections:sections",
        api="isthmus.apps.excise.api:router",
        commands="isthmus.apps.excise.cli:excise",
    )
    access_rules = (
        Rule("excise.tariff.view", _("See tariffs and work out duty"), frozenset(Role), Reach.NODE),
    )
    organisation_paths = {
        "excise.Operator": "organisation_id",
        "excise.TaxWarehouse": "operator__organisation_id",
        "excise.Authorisation": "operator__organisation_id",
        "excise.Suspension": "authorisation__operator__organisation_id",
        "excise.Product": "operator__organisation_id",
        "excise.RegistryChange": "operator__organisation_id",
    }
