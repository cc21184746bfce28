"""Sign-in, sign-out, passwords and second factors: allauth's pages, without those a node does not offer.

Addresses are given by approvers, so nobody adds one; a node may have no mail server, so a forgotten
password is replaced by a link from an approver. The names stay, because allauth's own pages link to them.
"""

from allauth.account.views import reauthenticate
from allauth.mfa.base.views import reauthenticate as mfa_reauthenticate
from allauth.mfa.webauthn.views import reauthenticate_webauthn
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView

from isthmus.accounts.views.sign_in import password_link, proved_again, sign_out

urlpatterns = [
    path("email/", RedirectView.as_view(pattern_name="accounts:profile"), name="account_email"),
    path(
        "password/reset/",
        TemplateView.as_view(template_name="account/password_reset.html"),
        name="account_reset_password",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        password_link,
        name="account_reset_password_from_key",
    ),
    path("logout/", sign_out, name="account_logout"),
    path("reauthenticate/", proved_again(reauthenticate), name="account_reauthenticate"),
    path("second-factor/reauthenticate/", proved_again(mfa_reauthenticate), name="mfa_reauthenticate"),
    path(
        "second-factor/webauthn/reauthenticate/",
        proved_again(reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
]
