"""The addresses of permits, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.permits.views import draws, permits, quotas

PATHS = [
    path("permits/", permits.listed, name="permits"),
    path("permits/new/", permits.begin, name="permit-new"),
    path("permits/quotas/", quotas.listed, name="quotas"),
    path("permits/quotas/grant/", quotas.grant, name="quota-grant"),
    path("permits/quotas/<int:pk>/transfer/", quotas.transfer, name="quota-transfer"),
    path("permits/bond/<str:excise_number>/", quotas.store, name="bond"),
    path("permits/bond/<str:excise_number>/<str:name>/", quotas.store_deed, name="bond-deed"),
    path("permits/<int:pk>/", permits.one, name="permit"),
    path("permits/<int:pk>/draws/<int:draw>/reverse/", draws.reverse_draw, name="draw-reverse"),
    path("permits/<int:pk>/<str:name>/", permits.deed, name="permit-deed"),
]
