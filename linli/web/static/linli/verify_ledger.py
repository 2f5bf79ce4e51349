"""Check a copy of the ledger yourself; 自己算一遍账。 Python 3.8 or newer, nothing else.

    python3 verify_ledger.py FILE [--head HASH] [--account N]

FILE is the copy from the page (网页上下载的副本). --head is a head you know from the notice board (公告栏上的账本指纹).
--account N lists all that moved on account N (列出这个账户的每一笔).
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROWS: dict = defaultdict(dict)  # what the chain covers: kind -> number -> row
LINKS: dict = {}  # the hash of each link
CLAIMS: dict = {}  # what the copy says that stands on each account
MOVES: dict = defaultdict(list)  # account -> (version, number of entry, amount, balance after, transfer)
WRONG: list = []


def link_hash(prev, body):
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((prev + text).encode("utf-8")).hexdigest()


def follow_the_chain(file):
    heads, head = [], "0" * 64
    for line in map(json.loads, file):
        if "body" in line:
            body = line["body"] or {}
            right = (len(LINKS) + 1, head, link_hash(head, line["body"]))
            if (line["seq"], line["prev"], line["hash"]) != right:
                WRONG.append(f"link {line['seq']}: it does not follow 第 {line['seq']} 环接不上")
            head = LINKS[line["seq"]] = line["hash"]
            ROWS[body.get("of")][body.get("id")] = body
        elif "account" in line:
            CLAIMS[line["account"]] = (line["posted"], line["held"])
        else:
            heads.append(line)
    for line in heads:
        if LINKS.get(line["seq"]) != line["hash"]:
            WRONG.append(f"head of {line['published']}: not in the chain 当天公布的指纹不在账里")
    if sum(map(len, ROWS.values())) != len(LINKS):
        WRONG.append("one row is covered twice 有一笔记了两次")
    return head, [f"published 公布 {line['published']}: {line['hash']}" for line in heads]


def add_up_transfers():
    for number, body in ROWS["transfer"].items():
        units: dict = defaultdict(int)
        for entry, account, unit, amount, version, after in body["entries"]:
            units[unit] += amount
            MOVES[account].append((version or entry, entry, amount, after, body))
            place = ROWS["account"].get(account, {})
            if (place.get("unit"), place.get("book")) != (unit, body["book"]):
                WRONG.append(f"transfer {number}: another unit or book 第 {number} 笔的账户不对")
        if any(units.values()) or len(body["entries"]) != body["legs"] or body["legs"] < 2:
            WRONG.append(f"transfer {number}: it does not sum to zero 第 {number} 笔收支不平")
        old = ROWS["transfer"].get(body["reverses"], {"entries": []})["entries"]
        opposite = sorted((entry[1], -entry[3]) for entry in body["entries"])
        if body["reverses"] and sorted((entry[1], entry[3]) for entry in old) != opposite:
            WRONG.append(f"transfer {number}: no exact opposite 第 {number} 笔没有原样冲回")


def add_up_accounts():
    held: dict = defaultdict(int)
    ended = {end["hold"]: end["amount"] for end in ROWS["holdend"].values()}
    for number, hold in ROWS["hold"].items():
        held[hold["account"]] += 0 if number in ended else hold["amount"]
        if ended.get(number, 0) > hold["amount"]:
            WRONG.append(f"hold {number}: more was taken 第 {number} 项预留多扣了")
    for account in sorted(set(CLAIMS) | set(ROWS["account"])):
        total = 0
        for place, (version, entry, amount, after, _) in enumerate(
            sorted(MOVES[account], key=lambda move: move[0]), 1
        ):
            total += amount
            if after is not None and (version, after) != (place, total):
                WRONG.append(f"entry {entry}: the balance does not go on 第 {entry} 条余额接不上")
        if CLAIMS.get(account) != (total, held[account]):
            WRONG.append(f"account {account}: its balance is another 账户 {account} 余额对不上")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--head", help="a head you know 您抄下的指纹")
    parser.add_argument("--account", type=int, help="list this account 列出这个账户")
    given = parser.parse_args()
    try:
        with Path(given.file).open(encoding="utf-8") as file:
            first = json.loads(file.readline())
            head, published = follow_the_chain(file)
            if (first["linli_ledger"], first["head"]) != (1, head):
                WRONG.append("its end is missing 账本少了结尾")
        add_up_transfers()
        add_up_accounts()
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        sys.exit("This is no whole copy of the ledger. 这不是一份完整的账本副本。")
    if given.head and given.head not in LINKS.values():
        WRONG.append("the head you know is not in this chain 您抄下的指纹不在这本账里")
    if given.account:
        for _, _, amount, after, body in sorted(MOVES[given.account], key=lambda move: move[0]):
            at = datetime.fromtimestamp(body["posted_at"] / 1e6, timezone(timedelta(hours=8)))
            stands = "" if after is None else f"= {after}"
            print(f"{at:%Y-%m-%d %H:%M}  {body['kind']:<20} {amount:+10d} {stands}")
        print(f"account 账户 {given.account}: {sum(move[2] for move in MOVES[given.account])}")
    print(f"{len(ROWS['transfer'])} transfers 笔, {len(LINKS)} links 环, head 指纹 {head}")
    print(*published[-1:] or ["published 公布 nothing yet 还没有公布过"])
    print("SOMETHING IS OFF. 账对不上：" if WRONG else "Everything fits. 每一笔都对得上。", *WRONG, sep="\n")
    return int(bool(WRONG))


if __name__ == "__main__":
    sys.exit(main())
