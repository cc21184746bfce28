"""Sign-in, sign-out, passwords and second factors: allauth's pages, without those a node does not offer.

Addresses are given by approvers, so nobody adds one; a node may have no mail server, so a forgotten
password is replaced by a link from an approver. The names stay, because allauth's own pages link to them.
"""

from django.urls import include, path
from django.views.generic import RedirectView, TemplateView

urlpatterns = [
    path("email/", RedirectView.as_view(pattern_name="accounts:profile"), name="account_email"),
    path(
        "password/reset/",
        TemplateView.as_view(template_name="account/password_reset.html"),
        name="account_reset_password",
    ),
    path("", include("allauth.account.urls")),
    path("second-factor/", include("allauth.mfa.urls")),
]
