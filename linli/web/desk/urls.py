"""Addresses of the desk."""

from linli.web.desk import (
    diary,
    doer,
    follow_ups,
    house_settings,
    intake,
    load,
    matching,
    need,
    need_acts,
    patrols,
    people,
    privacy,
    projects,
    resources,
    search,
    tasks,
    today,
    triage,
)

app_name = "desk"
PAGES = (
    today,
    diary,
    patrols,
    intake,
    search,
    triage,
    need,
    need_acts,
    matching,
    resources,
    projects,
    tasks,
    doer,
    follow_ups,
    people,
    privacy,
    load,
    house_settings,
)
urlpatterns = [pattern for page in PAGES for pattern in page.urlpatterns]
