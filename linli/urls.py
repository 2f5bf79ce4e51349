"""Every address of the product."""

from django.urls import include, path

from linli.api.api import api
from linli.web.parts.photo import photo
from linli.web.public import house

urlpatterns = [
    path("", house.front, name="front"),
    path("healthz", house.healthz, name="healthz"),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("desk/", include("linli.web.desk.urls")),
    path("home/", include("linli.web.home.urls")),
    path("pocket/", include("linli.web.pocket.urls")),
    path("board/", include("linli.web.board.urls")),
    path("photos/<uuid:key>/", photo, name="photo"),
    path("photos/<uuid:key>/<str:size>/", photo, name="photo_sized"),
    path("parts/", include("linli.web.parts.urls")),
    path("", include("linli.web.public.urls")),
    path("api/v1/", api.urls),
]
handler404 = "linli.web.public.house.not_found"
