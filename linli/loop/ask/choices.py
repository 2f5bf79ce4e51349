"""Words of the first step: hearing and triage."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an ask is."""

    HELP = "help", _("Ask for help")
    COMPLAINT = "complaint", _("Complaint")
    QUESTION = "question", _("Question")
    REPORT = "report", _("Photo report")
    SUGGESTION = "suggestion", _("Suggestion")
    ALERT = "alert", _("Alert")


class Channel(models.TextChoices):
    """Through which door an ask came in."""

    DIARY = "diary", _("Diary")
    PATROL = "patrol", _("Patrol")
    ONLINE = "online", _("Online")
    WALK_IN = "walk_in", _("Came to the office")
    PHONE = "phone", _("Phone call")
    PAPER = "paper", _("Paper form")
    HOTLINE = "hotline", _("Hotline")
    LOADED = "loaded", _("Loaded from a list")
    API = "api", _("Another system")


class State(models.TextChoices):
    """Where an ask stands."""

    NEW = "new", _("New")
    ACCEPTED = "accepted", _("Taken up")
    LINKED = "linked", _("Help found")
    RUNNING = "running", _("Being done")
    DONE = "done", _("Done, to be checked")
    CLOSED = "closed", _("Checked and closed")
    REOPENED = "reopened", _("Taken up again")
    REFUSED = "refused", _("Refused")
    MERGED = "merged", _("Merged")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Urgency(models.TextChoices):
    """How fast it must go."""

    NORMAL = "normal", _("Ordinary")
    URGENT = "urgent", _("Urgent")
    EXTREME = "extreme", _("Most urgent")


class PromiseFor(models.TextChoices):
    """What a promise is about."""

    RESPOND = "respond", _("First answer")
    RESOLVE = "resolve", _("Settled")


class Unit(models.TextChoices):
    """In what a promise is counted."""

    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    WORK_HOURS = "work_hours", _("working hours")
    WORK_DAYS = "work_days", _("working days")
    DAYS = "days", _("days")


class Weather(models.TextChoices):
    """The sky on a diary page."""

    SUN = "sun", _("Sunny")
    CLOUD = "cloud", _("Cloudy")
    RAIN = "rain", _("Rain")
    SNOW = "snow", _("Snow")
    WIND = "wind", _("Windy")
    FOG = "fog", _("Fog")


class Shift(models.TextChoices):
    """Two rounds a day."""

    MORNING = "morning", _("Morning round")
    EVENING = "evening", _("Evening round")


class FindingState(models.TextChoices):
    """What became of something found on a round."""

    FOUND = "found", _("Found")
    GONE = "gone", _("Gone")
    STILL = "still", _("Still there")


class StopReason(models.TextChoices):
    """Why the clock stands still."""

    WAITING_ASKER = "asker", _("Waiting for the person who asked")
    WAITING_MATERIAL = "material", _("Waiting for material")
    WEATHER = "weather", _("The weather does not allow it")
    OTHER_BODY = "other_body", _("Waiting for another authority")
    SEASON = "season", _("Only possible in its season")


class RefusalReason(models.TextChoices):
    """Why an ask is not taken up."""

    NOT_OURS = "not_ours", _("Another authority answers for this")
    NO_PLACE = "unclear", _("Too unclear, and nobody to ask")
    LEGAL = "legal", _("It is before a court or arbitration")
    REPEATED = "repeated", _("Answered before, nothing new")
    SPAM = "spam", _("Not an ask at all")


class RemarkKind(models.TextChoices):
    """What a piece of text in a timeline is."""

    NOTE = "note", _("Note")
    REPLY = "reply", _("Answer to the person who asked")
    REFUSAL = "refusal", _("Reason of refusal")
    STOP = "stop", _("Reason of the stop")
    EXTENSION = "extension", _("Reason of the extension")
    OVERRIDE = "override", _("Reason of the choice")
    MERGE = "merge", _("Reason of the merge")
    RESULT = "result", _("What was done")
    EXCLUSION = "exclusion", _("Reason of the exclusion")


NEAR_METRES = 250
NEAR_DAYS = 30
REPEAT_DAYS = 90
REPEAT_TIMES = 3
NEAR_SHARE = 0.2
MAX_EXTENSION_DAYS = 30
COUNT_CAP = 999
MAX_WORDS = 20_000
TITLE_LENGTH = 80
PAGE = 30

LOAD_COLUMNS: dict[str, tuple[str, ...]] = {
    "words": (
        "details",
        "text",
        "words",
        "content",
        "message",
        "留言详情",
        "内容",
        "诉求内容",
        "详情",
        "正文",
        "问题描述",
    ),
    "title": ("title", "subject", "留言主题", "标题", "主题", "诉求标题"),
    "source_id": ("id", "number", "no", "留言编号", "编号", "工单编号", "工单号", "序号"),
    "said_at": (
        "time",
        "date",
        "when",
        "created",
        "留言时间",
        "时间",
        "日期",
        "来电时间",
        "提交时间",
        "受理时间",
    ),
    "asker": ("asker", "author", "user", "留言人", "留言用户", "诉求人", "来电人", "姓名"),
    "category": ("category", "label", "类别", "分类", "诉求类别", "一级分类", "一级标签"),
    "place": ("place", "address", "location", "地点", "地址", "住址", "发生地点"),
    "channel": ("channel", "source", "渠道", "来源"),
    "votes": ("votes", "likes", "点赞数"),
}
