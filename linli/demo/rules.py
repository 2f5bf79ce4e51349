"""What can be asked for in the simulated neighbourhoods, what is promised for it, and how it is done."""

from datetime import date, datetime

from linli.ground.people.models import Person
from linli.loop.ask import actions as ask
from linli.loop.ask.choices import PromiseFor, Unit, Urgency
from linli.loop.ask.models import Category
from linli.loop.run.actions import keep_service

# code, name, group, words, when it is filed, when it is closed, whether a photo is wanted
KINDS: tuple[tuple[str, str, str, str, str, str, bool], ...] = (
    ("meals", "助餐", "养老", "吃饭 做饭 热饭 食堂", "六十岁以上或行动不便，本人或家人提出", "吃上饭，问过冷热合不合口", False),
    ("clean", "助洁", "养老", "打扫 擦窗 拆洗", "家中无人能做", "本人看过，说干净了", False),
    ("doctor", "助医", "养老", "看病 配药 挂号 量血压", "本人同意有人陪同", "看完送到家，药交到手里", False),
    ("company", "陪伴", "养老", "说话 读报 下棋", "独居、空巢或本人提出", "去过，约好下次", False),
    ("aging", "适老化改造", "养老", "扶手 坡道 防滑", "户主同意，能施工", "装好，老人自己试过", False),
    ("lost", "走失", "紧急", "老人不见了 找人", "接报即立", "人找到，交给家属签字", False),
    ("repair", "维修", "住房", "水 电 门 窗 锁", "户内小修或公共部位损坏", "修好试过，旧件交还", False),
    ("leak", "漏水", "住房", "渗水 爆管 屋顶", "有水渍或正在漏", "停水后二十四小时不再漏", False),
    ("heating", "供暖", "住房", "暖气 不热", "供暖期室温低于十八度", "复测室温达标", False),
    ("wires", "飞线充电", "消防", "拉线 充电", "电线悬空或进户充电", "线已拆，车已移，有照片", True),
    ("firelane", "消防通道占用", "消防", "黄线 堵车", "通道内停车或堆物", "通道畅通，有照片", True),
    ("clutter", "楼道堆物", "消防", "纸箱 鞋柜 楼道", "堆物影响通行", "清空，有照片", False),
    ("manhole", "井盖缺损", "市容", "井盖 松动", "缺失、破损、松动、异响", "更换或垫平，有照片", True),
    ("lamp", "路灯不亮", "市容", "路灯 黑", "一盏以上不亮", "夜间看过，亮", False),
    ("trash", "垃圾满溢", "市容", "垃圾桶 建筑垃圾", "满溢或落地", "清走，地面干净", False),
    ("bikes", "非机动车占道", "市容", "单车 电动车 盲道", "占人行道、盲道、单元门口", "归位或拖走", False),
    ("green", "绿化", "市容", "树枝 草 杀虫", "影响安全或采光", "修剪清运完", False),
    ("noise", "噪声", "邻里", "广场舞 装修 狗叫", "超过规定时间或本人反映", "双方认可", False),
    ("parking", "停车", "邻里", "车位 地锁", "小区内公共车位", "处理完，反映人知道结果", False),
    ("papers", "证明办理", "办事", "补贴 证件 认证", "材料清楚或可以代办", "证件交到本人手里", False),
    ("ask", "咨询", "办事", "问一问", "能当场答的当场答", "问的人听明白了", False),
)  # fmt: skip
GENERAL = (
    (Urgency.NORMAL, PromiseFor.RESPOND, 1, Unit.WORK_DAYS),
    (Urgency.NORMAL, PromiseFor.RESOLVE, 5, Unit.WORK_DAYS),
    (Urgency.URGENT, PromiseFor.RESPOND, 2, Unit.WORK_HOURS),
    (Urgency.URGENT, PromiseFor.RESOLVE, 24, Unit.HOURS),
    (Urgency.EXTREME, PromiseFor.RESPOND, 10, Unit.MINUTES),
    (Urgency.EXTREME, PromiseFor.RESOLVE, 2, Unit.HOURS),
)
SPECIAL = (
    ("meals", Urgency.NORMAL, 2, Unit.WORK_DAYS),
    ("ask", Urgency.NORMAL, 1, Unit.WORK_DAYS),
    ("papers", Urgency.NORMAL, 3, Unit.WORK_DAYS),
    ("trash", Urgency.NORMAL, 8, Unit.WORK_HOURS),
    ("manhole", Urgency.NORMAL, 24, Unit.HOURS),
    ("firelane", Urgency.NORMAL, 4, Unit.WORK_HOURS),
    ("heating", Urgency.NORMAL, 48, Unit.HOURS),
    ("aging", Urgency.NORMAL, 15, Unit.DAYS),
    ("green", Urgency.NORMAL, 7, Unit.WORK_DAYS),
)
# code, name, minutes, steps
STANDARDS = (
    ("meals", "送餐上门", 30, "确认忌口 / 送到门口 / 看着吃上"),
    ("clean", "居家保洁", 120, "说好范围 / 干活 / 请本人看一遍"),
    ("doctor", "陪诊", 180, "带齐卡和病历 / 陪看 / 药交到手里"),
    ("company", "上门陪伴", 60, "敲门问好 / 看一眼水电煤气 / 约下次"),
    ("repair", "小修", 60, "看现场 / 修好试用 / 清理干净"),
    ("leak", "漏水处理", 90, "关阀止水 / 找到漏点 / 修好观察"),
    ("aging", "适老化小改", 120, "量尺寸 / 安装 / 老人试用"),
    ("wires", "清飞线", 40, "断电收线 / 跟车主说好去处"),
    ("lost", "寻人", 120, "问清衣着去向 / 看监控分头找 / 交给家属"),
)  # fmt: skip


def set_rules(*, by: Person, now: datetime, since: date) -> dict[str, Category]:
    """Enter every kind of ask, every promise and every standard."""
    kinds = {}
    for rank, (code, name, group, words, filing, closing, photo) in enumerate(KINDS, start=1):
        kinds[code] = ask.keep_category(
            code=code, name=name, group=group, words=words, filing=filing, closing=closing, needs_photo=photo,
            rank=rank * 10, valid_from=since, by=by, now=now,
        )  # fmt: skip
    rows: list[tuple[Category | None, str, str, int, str]] = [(None, *row) for row in GENERAL]
    rows += [
        (kinds[code], urgency, PromiseFor.RESOLVE, amount, unit) for code, urgency, amount, unit in SPECIAL
    ]
    for category, urgency, about, amount, unit in rows:
        ask.set_promise(
            category=category, urgency=urgency, about=about, amount=amount, unit=unit, valid_from=since, by=by, now=now
        )  # fmt: skip
    for code, name, minutes, steps in STANDARDS:
        keep_service(
            code=code, name=name, category=kinds[code], steps=steps.split("/"), minutes=minutes, valid_from=since,
            by=by, now=now,
        )  # fmt: skip
    return kinds
