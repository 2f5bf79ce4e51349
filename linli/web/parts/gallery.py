"""The gallery: every part with sample words, and whole pages made of them for page writers to copy.

``?theme=dark`` and ``?elder=1`` show the page so without touching the visitor's cookies.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.kit import clock
from linli.web.parts import samples
from linli.web.parts.prefer import THEMES

PAGES = {
    "": "parts/gallery.html",
    "today": "parts/gallery_today.html",
    "need": "parts/gallery_need.html",
    "report": "parts/gallery_report.html",
    "board": "parts/gallery_board.html",
    "sheet": "parts/gallery_sheet.html",
    "inside": "parts/gallery_inside.html",
}


class SampleForm(forms.Form):
    """One field of each kind; the texts are sample words."""

    words = forms.CharField(
        label="听到了什么", widget=forms.Textarea, help_text="照原话写，谁说的、在哪里说的，都可以。"
    )
    category = forms.ChoiceField(
        label="哪一类", choices=[("", "请选择"), ("meal", "助餐"), ("repair", "维修"), ("path", "通行")]
    )
    urgency = forms.ChoiceField(
        label="急不急",
        widget=forms.RadioSelect,
        choices=[("normal", "一般"), ("urgent", "急"), ("extreme", "特急")],
    )
    phone = forms.RegexField(
        label="联系电话",
        regex=r"^1\d{10}$",
        required=False,
        error_messages={"invalid": "手机号是 11 位数字，这里少了 1 位。"},
    )
    minutes = forms.IntegerField(label="大概要多久", required=False)
    proxy = forms.BooleanField(label="我替老人说的", required=False)


def filled() -> SampleForm:
    """A form sent with two mistakes: what was typed is kept."""
    return SampleForm(
        {"words": "楼道灯坏了三天，晚上下楼摸黑", "urgency": "urgent", "phone": "1380000123", "minutes": "30"}
    )


@require_safe
def gallery(request: HttpRequest, page: str = "") -> HttpResponse:
    """Show every part, or one of the sample pages."""
    template = PAGES.get(page)
    if template is None:
        raise Http404
    context: dict[str, Any] = {**samples.frame(page), **samples.parts(clock.now())}
    context |= {"form": filled(), "blank": SampleForm(), "demo": True}
    if request.GET.get("theme") in THEMES:
        context["theme"] = request.GET["theme"]
    if "elder" in request.GET:
        context["elder"] = request.GET["elder"] == "1"
    if "toast" in request.GET:
        messages.success(request, "已派给 刘师傅，他会收到一条提醒。", extra_tags=f"undo:{request.path}")
    return render(request, template, context)
