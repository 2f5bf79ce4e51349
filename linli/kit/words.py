"""Sentences that several rooms say."""

from django.utils.translation import gettext_lazy as _

NO_SUCH_AREA = _("There is no area with the code {code}.")
NOT_YOURS = _("This is outside the areas you look after.")
ALREADY = _("Somebody was faster: this has changed since you opened it. Please look again.")
