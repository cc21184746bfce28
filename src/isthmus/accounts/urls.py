"""The addresses under ``/people/``."""

from django.urls import path

from isthmus.accounts.views import events, letters, organisations, people, profile, sign_in, tokens

app_name = "accounts"

urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", people.invite, name="invite"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/roles/", people.grant, name="grant"),
    path("<int:pk>/roles/<int:membership>/revoke/", people.revoke, name="revoke"),
    path("<int:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("<int:pk>/activate/", people.activate, name="activate"),
    path("<int:pk>/link/", people.link, name="link"),
    path("<int:pk>/second-factors/remove/", people.remove_second_factors, name="remove_second_factors"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/add/", organisations.add, name="add_organisation"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/change/", organisations.change, name="change_organisation"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/issue/", tokens.issue, name="issue_token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("events/", events.events, name="events"),
    path("letters/", letters.letters, name="letters"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/again/", letters.again, name="letter_again"),
    path("letters/<int:pk>/leave/", letters.leave, name="letter_leave"),
    path("profile/", profile.profile, name="profile"),
    path("second-factor/", sign_in.second_factor, name="second_factor"),
]
