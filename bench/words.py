"""Chinese sentences from a seeded generator, or from a file of real ones: some words common, most of them rare."""

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path

from linli.engine.pairs import pairs

CHARS = (
    "一二三四五六七八九十上下左右前后东西南北中大小多少长短高低新旧老少男女好坏冷热快慢远近早晚春夏秋冬"
    "天地山水火木金土石田雨雪风云花草树叶鸟鱼马牛羊狗猫车船路桥门窗墙屋床桌椅灯锅碗杯衣鞋帽布纸笔书报"
    "父母爷奶叔婶哥姐弟妹儿孙邻友师医生工农商兵学校店铺厂院楼层室厅厨卫阳台电气管线网络话表锁钥梯坡栏杆"
    "吃喝睡走跑坐站看听说读写问答送取买卖借还修补装拆洗扫擦倒堵漏断坏响亮黑暗脏乱臭香甜苦咸淡干湿松紧"
    "钱票费价账单证件号码日月年时分秒今明昨周节假期班次回家出门进去来往住搬迁租退办理申请登记查询投诉建议"
    "安全消防巡逻监控保洁绿化停放占用飞充电瓶棚架雨伞井盖下坑洼积淤臭油烟噪音广场舞狗吠扰民夜间施工围挡"
)
HEAD = tuple(
    re.findall(
        r"\w+",
        "小区 物业 楼道 居民 业主 问题 社区 停车 电梯 垃圾 老人 希望 孩子 路灯 噪音 漏水 停水 停电 充电 下水道 井盖 树枝 消防"
        "，通道 堵塞 卫生 保安 门禁 广场 施工 油烟 积水 扶手 做饭 吃饭 看病 买药 陪诊 理发 修灯 水管 燃气 暖心",
    )
)
NEVER_MEET = ("暖气", "空调")  # each in one message of twelve, never in the same
RARE = "琉璃"  # in one message of seven hundred
EVERY = {"common": 12, "rare": 700}
CLAUSES = 40_000
SHORTEST, LONGEST = 8, 400


class Speech:
    """An endless supply of messages: text and its search tokens, the same for the same seed."""

    def __init__(self, seed: int, source: Path | None = None) -> None:
        self.chance = random.Random(seed)
        made = read_clauses(source) if source else made_up(self.chance)
        self.clauses = [(text, pairs(text)) for text in made]

    def message(self, number: int) -> tuple[str, str, list[str]]:
        """Title, words and tokens of message ``number``; between 8 and 400 characters, most of them short."""
        wanted = min(LONGEST, max(SHORTEST, int(self.chance.lognormvariate(4.0, 0.8))))
        texts: list[str] = []
        tokens: dict[str, None] = {}
        length = 0
        while length < wanted:
            text, found = self.clauses[int(self.chance.random() * len(self.clauses))]
            texts.append(text[: LONGEST - 1])
            tokens.update(dict.fromkeys(found))
            length += len(text) + 1
        for text in self.marked(number):
            texts.append(text)
            tokens.update(dict.fromkeys(pairs(text)))
        return texts[0][:80], "，".join(texts)[: LONGEST - 1] + "。", list(tokens)

    def marked(self, number: int) -> list[str]:
        """The words whose frequency is known, for the searches that are measured."""
        found = []
        if self.chance.random() < 2 / EVERY["common"]:
            found.append(NEVER_MEET[number % 2])
        if self.chance.random() < 1 / EVERY["rare"]:
            found.append(RARE)
        return found


def made_up(chance: random.Random) -> list[str]:
    """Clauses of words drawn by Zipf's law from a vocabulary of 6,000."""
    vocabulary = list(HEAD)
    known = {*HEAD, *NEVER_MEET, RARE}
    while len(vocabulary) < 6000:
        word = "".join(chance.choices(CHARS, k=chance.choice((2, 2, 2, 3, 4))))
        if word not in known:
            known.add(word)
            vocabulary.append(word)
    weights = [1 / (rank + 3) for rank in range(1, len(vocabulary) + 1)]
    banned = re.compile("|".join([*NEVER_MEET, RARE]))
    clauses = []
    while len(clauses) < CLAUSES:
        text = "".join(chance.choices(vocabulary, weights, k=chance.randint(2, 6)))
        if not banned.search(text):
            clauses.append(text)
    return clauses


def read_clauses(source: Path) -> list[str]:
    """The clauses of a file of messages: the longest column of each row, cut at punctuation."""
    found = [
        text for row in rows_of(source) for text in re.split(r"[，。！？；,.!?;\s]+", row) if len(text) > 3
    ]
    return list(
        dict.fromkeys(text for text in found if not any(word in text for word in (*NEVER_MEET, RARE)))
    )


def rows_of(source: Path) -> Iterator[str]:
    """The longest cell of each row."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if row:
                yield max(row, key=len)
