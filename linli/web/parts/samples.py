"""Sample words of the gallery, as plain dicts. The people are invented and always the same."""

from datetime import datetime, timedelta
from typing import Any

from django.templatetags.static import static
from django.urls import reverse

Row = dict[str, Any]
COUNTS = {"问": 7, "链": 4, "立": 2, "运": 5, "评": 3}


def frame(page: str) -> Row:
    """What the frame of a worker's page is given."""
    here = reverse("parts:gallery")
    nav: list[Row] = [
        {
            "url": f"{here}today/",
            "label": "今天",
            "icon": "today",
            "hue": 0,
            "current": page == "today",
            "count": 6,
        }
    ]
    names = {"问": "问需", "链": "链接", "立": "立项", "运": "运行", "评": "评估"}
    nav += [
        {
            "url": f"{here}?step={n}",
            "label": names[char],
            "char": char,
            "hue": n,
            "count": COUNTS[char],
            "current": page == "need" and n == 2,
        }
        for n, char in enumerate(names, start=1)
    ]
    nav += [
        {"url": f"{here}#people", "label": "居民", "icon": "people", "hue": 0},
        {"url": f"{here}board/", "label": "看板", "icon": "chart", "hue": 0, "current": page == "board"},
        {"url": here, "label": "样张", "icon": "book", "hue": 0, "current": page == ""},
    ]
    tabs = [
        {"url": f"{here}today/", "label": "今天", "icon": "today", "current": page == "today", "count": 2},
        {"url": f"{here}#forms", "label": "记", "icon": "pen"},
        {"url": f"{here}#rows", "label": "诉求", "icon": "list", "current": page == "need"},
        {"url": f"{here}#matches", "label": "对接", "icon": "link"},
    ]
    return {
        "nav": nav,
        "tabs": tabs,
        "me": {"display_name": "赵姐", "initial": "赵", "url": here},
        "area_name": "南田网格",
        "weather": "晴 6℃",
    }


NAMES = ("no", "words", "who", "place", "category", "state", "state_label", "step")
LONG = (
    "尊敬的领导您好，我是南田小区的一名住户，自去年十一月份起楼下烧烤店油烟直排，开窗就是一股味，"
    "老人咳嗽孩子也睡不好，多次反映无果 http://example.cn/a?b=1"
)
NEEDS = (
    (
        "20260305-004",
        "楼道灯坏了三天，晚上下楼摸黑，王奶奶差点踩空",
        "王*珍",
        "3号楼2单元",
        "维修",
        "accepted",
        "已受理",
        1,
    ),
    ("20260305-012", "岁数大了，想吃口热乎饭都难", "李*国", "3号楼2单元", "助餐", "linked", "已对接", 2),
    ("20260304-031", "", "骑手小李", "畅小站3号", "通行", "running", "正在办", 4),
    ("20260226-007", "扶手松了，说了两回，没人修好", "陈*英", "5号楼1单元", "维修", "reopened", "又提起", 1),
    (
        "20260301-018",
        "孙家孩子放学到家没人管，想有个地方写作业",
        "孙家",
        "7号楼",
        "托管",
        "closed",
        "已办结",
        5,
    ),
    (
        "20260305-015",
        LONG,
        "",
        "",
        "",
        "new",
        "新来的",
        1,
    ),
)


def needs(now: datetime) -> list[Row]:
    """Needs as a list shows them: late, near, quiet, stopped, done; one with a long text."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    more: list[Row] = [
        {"due_at": now - day - hour, "urgent": True},
        {"due_at": now + 2 * hour, "near_at": now - hour, "alike": 3},
        {"due_at": now + 3 * day, "title": "畅小站3号旁占车位、飞线充电"},
        {"due_at": now + 5 * day, "stopped_at": now - day, "lap": 2},
        {"due_at": now - day, "done_at": now - 2 * day},
        {"received_at": now - 9 * timedelta(minutes=1)},
    ]
    return [
        dict(zip(NAMES, need, strict=True)) | {"url": f"?need={need[0]}"} | rest
        for need, rest in zip(NEEDS, more, strict=True)
    ]


LAMP = {
    "icon": "alert",
    "tone": "late",
    "title": "楼道灯坏了三天，王奶奶差点踩空",
    "note": "3号楼2单元 · 维修",
}
MEAL = {"icon": "clock", "tone": "near", "title": "李大爷 想吃口热乎饭", "note": "3号楼2单元 · 助餐"}
MORNING = {
    "icon": "check",
    "tone": "done",
    "title": "早巡走完了",
    "note": "12 处，发现 2 件",
    "side": "07:30",
}
EVENING = {"icon": "walk", "title": "晚巡", "note": "先看早上发现的 2 件", "side": "17:00"}
CALL = {"icon": "phone", "title": "回访 李大爷：吃上热饭了吗？", "note": "幸福餐厅 送了 3 天"}
BIRTHDAY = {
    "icon": "heart",
    "title": "王奶奶 农历生日",
    "note": "82 岁，独居，上次探访 6 天前",
    "side": "后天",
}


def today_sections(now: datetime) -> list[Row]:
    """The sections of today's list."""
    opens = {"url": "#", "open_url": reverse("parts:gallery_page", args=["inside"])}
    due: list[Row] = [
        {**LAMP, **opens, "due_at": now - timedelta(hours=25)},
        {**MEAL, **opens, "due_at": now + timedelta(minutes=40, seconds=20)},
    ]
    rounds: list[Row] = [
        {**MORNING, "url": "#"},
        {**EVENING, "url": "#", "go_url": "#", "go_label": "出门巡查"},
    ]
    people: list[Row] = [
        {**CALL, "url": "#", "go_url": "tel:12345", "go_label": "打电话"},
        {**BIRTHDAY, "url": "#"},
    ]
    return [
        {"title": "快到时限", "note": "2 件", "rows": due, "key": "due"},
        {"title": "一日双巡", "note": "", "rows": rounds, "key": "rounds"},
        {"title": "惦记的人", "note": "", "rows": people, "key": "people"},
    ]


def story(now: datetime) -> list[Row]:
    """The timeline of one need."""
    hour = timedelta(hours=1)
    photo = {"url": static("linli/sample-before.svg"), "alt": "空着的灶台", "caption": "上门时拍"}
    return [
        {
            "at": now - 26 * hour,
            "who": "赵姐",
            "words": "记在民情日记",
            "quote": "岁数大了，想吃口热乎饭都难",
            "step": 1,
            "photos": [photo],
        },
        {
            "at": now - 25.9 * hour,
            "words": "归入助餐 · 0.86，因为“热乎饭”",
            "step": 1,
            "note": "时限：1 个工作日内答复",
        },
        {
            "at": now - 3 * hour,
            "who": "赵姐",
            "words": "对接 幸福餐厅",
            "note": "12 个位子，走路 4 分钟",
            "step": 2,
            "url": "#",
        },
        {"at": now - 2 * hour, "who": "刘师傅", "words": "把饭送到家，老人签收", "step": 4},
        {"at": now + 2 * hour, "words": "回访到期", "step": 5, "tone": "near"},
    ]


def matches() -> list[Row]:
    """What could answer a need."""
    return [
        {
            "name": "幸福餐厅",
            "kind": "助餐点",
            "score": 0.91,
            "fits": True,
            "reasons": ["正好做这个", "220 米", "之前 92% 满意"],
            "against": [],
            "capacity": "今天还有 12 个位子",
            "url": "#",
            "accept_url": "?accept=1",
            "accept_label": "对接 幸福餐厅",
        },
        {
            "name": "陈阿姨",
            "kind": "志愿者",
            "score": 0.64,
            "fits": True,
            "reasons": ["同一个网格", "最近手上事少"],
            "against": [],
            "capacity": "每周 3 次",
            "url": "#",
            "accept_url": "?accept=2",
            "accept_label": "对接 陈阿姨",
        },
        {
            "name": "爱心厨房",
            "kind": "单位",
            "score": 0.38,
            "fits": False,
            "reasons": ["正好做这个"],
            "against": ["这段时间没有空位", "不到这片来"],
            "capacity": "",
            "url": "#",
        },
    ]


def figures() -> Row:
    """Bars, a chart and the arcs of the board."""
    bars = [
        {"label": "南田网格", "value": 42, "url": "#", "hue": 1},
        {"label": "北街网格", "value": 31, "url": "#", "hue": 1},
        {"label": "河湾网格", "value": 9, "url": "#", "hue": 1, "note": "三周没有声音"},
    ]
    outcomes = [
        {"label": "幸福餐厅", "value": 67, "low": 58, "high": 75, "target": 80, "url": "#"},
        {"label": "楼道扶手", "value": 41, "low": 30, "high": 53, "target": 40, "url": "#"},
    ]
    trend = {
        "kind": "line",
        "unit": "%",
        "max": 100,
        "x": ["10月", "11月", "12月", "1月", "2月", "3月"],
        "series": [
            {
                "name": "满意率",
                "values": [58, 61, 60, 66, 67, 71],
                "low": [48, 52, 51, 57, 58, 63],
                "high": [68, 70, 69, 75, 76, 79],
                "hue": 5,
            },
            {"name": "解决率", "values": [72, 74, 79, 78, 83, 85], "hue": 1},
        ],
    }
    monthly = {
        "kind": "bar",
        "unit": "件",
        "x": ["助餐", "维修", "通行", "托管"],
        "series": [
            {"name": "上月", "values": [12, 18, 7, 3], "hue": 2},
            {"name": "本月", "values": [9, 22, 5, 6], "hue": 5},
        ],
    }
    notes = ["最久 3 天", "最久 6 天", "2 个在评审", "1 件退回来", "3 件等回访"]
    arcs = [
        {"url": "#", "count": count, "label": label, "note": note}
        for count, label, note in zip(
            [37, 24, 6, 48, 13], ["问需", "链接", "立项", "运行", "评估"], notes, strict=True
        )
    ]
    return {"bars": bars, "outcomes": outcomes, "trend": trend, "monthly": monthly, "arcs": arcs}


def people() -> list[Row]:
    """Masked people."""
    return [
        {"name": "王*珍", "age": 82, "tags": ["独居", "高龄"], "place": "3号楼2单元", "url": "#"},
        {"name": "李*国", "age": 78, "tags": ["独居"], "place": "3号楼2单元", "url": "#"},
        {
            "name": "陈*英",
            "age": 66,
            "tags": [],
            "place": "5号楼1单元",
            "note": "志愿者，本月 12 小时",
            "url": "#",
        },
    ]


def parts(now: datetime) -> Row:
    """Everything the gallery shows."""
    before, after = static("linli/sample-before.svg"), static("linli/sample-after.svg")
    hour = timedelta(hours=1)
    return {
        "now": now,
        "needs": needs(now),
        "sections": today_sections(now),
        "events": story(now),
        "matches": matches(),
        "people": people(),
        "month": "2026年2月",
        "photos": [
            {"url": before, "alt": "坏了的楼道灯", "caption": "3月5日 07:42"},
            {"url": after, "alt": "修好的楼道灯", "caption": "3月5日 15:10"},
        ],
        "before": {"url": before, "alt": "坏了的楼道灯", "caption": "早巡"},
        "after": {"url": after, "alt": "修好的楼道灯", "caption": "刘师傅 修好"},
        "steps": [
            {"label": "约好时间", "done": True, "by": "刘师傅", "at": now - 4 * hour},
            {"label": "上门看灯", "done": True, "by": "刘师傅", "at": now - 2 * hour},
            {"label": "换上声控灯", "current": True, "do_url": "?tick=3"},
            {"label": "拍一张修好的照片"},
        ],
        "tab_items": [
            {"url": "?", "label": "新来的", "count": 7, "current": True},
            {"url": "?t=2", "label": "快到时限", "count": 2, "tone": "near"},
            {"url": "?t=3", "label": "晚了", "count": 1, "tone": "late"},
            {"url": "?t=4", "label": "办结", "count": 312},
        ],
        "limits": [
            {"due_at": now + 50 * hour},
            {"due_at": now + 2 * hour + timedelta(minutes=5)},
            {"due_at": now - 26 * hour},
            {"due_at": now + 50 * hour, "stopped_at": now},
            {"due_at": now, "done_at": now - hour},
            {"due_at": now - 2 * hour, "done_at": now},
        ],
        "neighbours": ["王奶奶", "李大爷", "陈阿姨", "小李", "赵姐", "周主任", "刘师傅", "小薇"],
        **figures(),
    }
