"""Forms of what can be done with a need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.loop.ask.choices import RefusalReason, StopReason, Urgency
from linli.loop.ask.queries import categories
from linli.loop.evaluate.choices import ExclusionReason
from linli.web.desk.shown import WhenField


def words_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """A few sentences."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=2000, widget=widget
    )


class NeedForm(forms.Form):
    """A form about one need on one day."""

    def __init__(self, *args: Any, need: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.need, self.today = need, today
        if "category" in self.fields:
            self.fields["category"].queryset = categories(on=today)  # type: ignore[attr-defined]
            self.fields["category"].initial = need.category_id
        if "urgency" in self.fields:
            self.fields["urgency"].initial = need.urgency


class TakeForm(NeedForm):
    """Kind and urgency: from them follows the promise."""

    category: Any = forms.ModelChoiceField(label=_("Kind"), queryset=None, empty_label=_("Please choose"))
    urgency = forms.ChoiceField(label=_("How urgent"), choices=Urgency.choices, widget=forms.RadioSelect)


class RefuseForm(NeedForm):
    """Why it is not taken up, and who answers for it instead."""

    reason = forms.ChoiceField(label=_("Why"), choices=RefusalReason.choices, widget=forms.RadioSelect)
    text = words_field(_("What you tell them"), _("They read this: say who can help instead."))


class AnswerForm(NeedForm):
    """An answer the asker reads."""

    text = words_field(
        _("Your answer"), _("It reaches everyone who asked this, each in the way they can be reached.")
    )


class NoteForm(NeedForm):
    """A note among colleagues."""

    text = words_field(_("Note"), _("Colleagues see it in the story of this ask; the asker does not."))


class StopForm(NeedForm):
    """Why the clock stands still."""

    reason = forms.ChoiceField(
        label=_("What are you waiting for"), choices=StopReason.choices, widget=forms.RadioSelect
    )
    text = words_field(_("In a few words"), _("The person who asked reads this."))


class ResumeForm(NeedForm):
    """Nothing to fill in."""


class ExtendForm(NeedForm):
    """A later limit."""

    due_at = WhenField(label=_("Settled by"))
    text = words_field(_("Why it takes longer"), _("The person who asked reads this."))


class MergeForm(NeedForm):
    """The ask it is the same as."""

    into = forms.CharField(label=_("Number of the other ask"), max_length=20, strip=True)


class WithdrawForm(NeedForm):
    """Why it is no longer needed."""

    text = words_field(_("What did they say"))


class SplitForm(NeedForm):
    """Nothing to fill in."""


class ExcludeForm(NeedForm):
    """Why it should not count in the rates."""

    reason = forms.ChoiceField(label=_("Why"), choices=ExclusionReason.choices, widget=forms.RadioSelect)
    text = words_field(_("In a few words"), _("Somebody else decides; until then it counts."))
