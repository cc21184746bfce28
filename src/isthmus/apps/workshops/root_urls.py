"""Addresses at the root of the node: what stands in squares, on badges and in calendars must be short."""

from isthmus.apps.workshops.agenda.urls import ROOT as AGENDA
from isthmus.apps.workshops.attendance.urls import ROOT as ATTENDANCE
from isthmus.apps.workshops.certificates.urls import ROOT as CERTIFICATES
from isthmus.apps.workshops.evaluation.urls import ROOT as EVALUATION

urlpatterns = [*AGENDA, *ATTENDANCE, *CERTIFICATES, *EVALUATION]
