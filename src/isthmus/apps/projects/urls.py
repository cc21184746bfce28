"""The addresses of projects' pages."""

from django.urls import path

from isthmus.apps.projects.views import contributions, gates, leading, topics

app_name = "projects"
urlpatterns = [
    path("", topics.listed, name="topics"),
    path("propose/", topics.propose, name="propose"),
    path("tasks/", contributions.tasks, name="tasks"),
    path("<int:pk>/", topics.one, name="topic"),
    path("<int:pk>/join/", topics.join, name="join"),
    path("<int:pk>/leave/", topics.leave, name="leave"),
    path("<int:pk>/share/", leading.share, name="share"),
    path("<int:pk>/close/", leading.close, name="close"),
    path("<int:pk>/fit/", contributions.fit, name="fit"),
    path("<int:pk>/add/<slug:kind>/", contributions.add, name="add"),
    path("<int:pk>/done/<slug:about>/", contributions.done, name="done"),
    path("<int:pk>/files/<slug:digest>/", contributions.file, name="file"),
    path("<int:pk>/export/", topics.export, name="export"),
    path("<int:pk>/gates/new/<slug:kind>/", leading.put_gate, name="gate-put"),
    path("<int:pk>/gates/<slug:gate>/", gates.one, name="gate"),
    path("<int:pk>/gates/<slug:gate>/sign/", gates.sign, name="gate-sign"),
    path("<int:pk>/gates/<slug:gate>/refuse/", gates.refuse, name="gate-refuse"),
    path("<int:pk>/gates/<slug:gate>/open/", leading.open_gate, name="gate-open"),
    path("<int:pk>/gates/<slug:gate>/drop/", leading.drop, name="gate-drop"),
]
