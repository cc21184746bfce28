"""The addresses of certificates; those that stand in squares and credentials are short and at the root."""

from django.urls import path

from isthmus.apps.workshops.certificates import public_views, views

PATHS = [
    path("workshops/<str:number>/certificates/", views.listed, name="certificates"),
    path("workshops/<str:number>/certificates/issue/", views.issue, name="certificates-issue"),
    path("certificates/<str:number>/", views.one, name="certificate"),
    path("certificates/<str:number>/pdf/", views.pdf, name="certificate-pdf"),
    path("certificates/<str:number>/credential/", views.credential, name="certificate-credential"),
]
ROOT = [
    path("C/", public_views.check, name="certificate-check"),
    path("C/worker.js", public_views.worker, name="certificate-worker"),
    path("C/KEYS.JSON", public_views.keys, name="certificate-keys"),
    path("C/KEYS/<str:kid>", public_views.key, name="certificate-key"),
    path("C/REVOKED.JWS", public_views.revoked_list, name="certificate-revoked"),
    path("C/REVOKED.JSON", public_views.badge_list, name="certificate-revoked-badges"),
    path("C/<str:code>", public_views.scanned, name="certificate-scanned"),
]
