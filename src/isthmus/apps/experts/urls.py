"""The addresses of Experts' pages."""

from django.urls import path

from isthmus.apps.experts.views import consent, engagement, lists, person, profile

app_name = "experts"
urlpatterns = [
    path("", lists.experts, name="experts"),
    path("find/", lists.find, name="find"),
    path("mine/", profile.mine, name="mine"),
    path("new/", profile.new, name="new"),
    path("engagements/", engagement.listed, name="engagements"),
    path("engagements/<str:reference>/", engagement.one, name="engagement"),
    path("engagements/<str:reference>/<str:side>/", engagement.answer, name="engagement-answer"),
    path("<str:key>/", person.expert, name="expert"),
    path("<str:key>/card.vcf", person.card, name="card"),
    path("<str:key>/change/<str:step>/", profile.change, name="change"),
    path("<str:key>/check/", profile.check, name="check"),
    path("<str:key>/verify/", profile.verify, name="verify"),
    path("<str:key>/consent/", consent.overview, name="consent"),
    path("<str:key>/consent/<str:node>/", consent.change, name="consent-node"),
    path("<str:key>/erase/", consent.erase, name="erase"),
    path("<str:key>/receipts/", consent.receipts, name="receipts"),
    path("<str:key>/engage/", engagement.engage, name="engage"),
    path("<str:key>/claim/", engagement.claim, name="claim"),
]
