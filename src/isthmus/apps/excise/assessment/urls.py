"""The addresses of figures and the introduction, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.assessment import assessment_paper_views, assessment_views, views

PATHS = [
    path("assessments/", assessment_views.listed, name="assessments"),
    path("assessments/open/", assessment_views.begin, name="assessment-open"),
    path("assessments/<int:pk>/", assessment_views.one, name="assessment"),
    path("assessments/<int:pk>/send/", assessment_views.send, name="assessment-send"),
    path("assessments/<int:pk>/agree/", assessment_views.agree, name="assessment-agree"),
    path("assessments/<int:pk>/paper/", assessment_paper_views.paper, name="assessment-paper"),
    path("assessments/<int:pk>/paper/file/", assessment_paper_views.paper_file, name="assessment-paper-file"),
    path(
        "assessments/<int:pk>/paper/signature/",
        assessment_paper_views.paper_signature,
        name="assessment-paper-signature",
    ),
    path("assessments/<int:pk>/<slug:kind>/<str:name>/", assessment_views.clause, name="assessment-clause"),
    path("figures/", views.figures, name="figures"),
    path("introduction/", views.introduction, name="introduction"),
    path("introduction/file/", views.introduction_file, name="introduction-file"),
    path("introduction/signature/", views.introduction_signature, name="introduction-signature"),
]
