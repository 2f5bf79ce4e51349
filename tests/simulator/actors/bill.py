"""Public money: it comes in, a meeting sets it aside, it is spent with signatures, and what was wrong is put right."""

from linli.commons.fund import actions as fund
from linli.commons.fund.choices import WRONG, Source, TargetKind, Use
from linli.commons.fund.models import Correction, Line, Resolution, Spending
from linli.ground.photos.models import Photo
from tests.commons.fund_book import voucher
from tests.simulator.actors.records import FEW
from tests.simulator.acts import Act, step
from tests.simulator.world import World

AMOUNTS = (1, 999, 20_000, 150_000, 300_000, 450_000)


@step(1.5)
def income(world: World) -> Act:
    """Rent, interest, a grant."""
    key, amount = world.key(), world.dice.choice(AMOUNTS)
    source = world.dice.choice((Source.COLLECTIVE, Source.GRANT, Source.INTEREST))
    day = world.today
    return Act(
        f"{amount} from {source}",
        lambda now: fund.take_income(
            fund=world.fund(), uid=key, source=source, amount=amount, origin="商铺租金", received_on=day,
            by=world.who("zhou"), now=now,
        ),
        keyed=True,
    )  # fmt: skip


@step(0.6)
def donation(world: World) -> Act:
    """Somebody gives."""
    key, amount, day = world.key(), world.dice.choice(AMOUNTS), world.today
    return Act(
        f"{amount}",
        lambda now: fund.take_donation(
            fund=world.fund(),
            uid=key,
            amount=amount,
            donor="方小桥",
            received_on=day,
            by=world.who("zhou"),
            now=now,
        ),
        keyed=True,
    )


@step(0.5)
def resolve(world: World) -> Act:
    """A meeting decides."""
    key, amount, day = world.key(), world.dice.choice(AMOUNTS[2:]), world.today
    kind = world.dice.choice(TargetKind.values)
    name = "" if kind == TargetKind.GUARANTEE else world.dice.choice(("幸福餐厅", "修凉亭", "换路灯"))
    no = f"居议 {world.number}"
    return Act(
        f"{amount} for {kind} {name}",
        lambda now: fund.resolve(
            fund=world.fund(), uid=key, no=no, title="议一议", met_on=day, amount=amount, kind=kind, name=name,
            by=world.who("zhou"), now=now,
        ),
        keyed=True,
    )  # fmt: skip


def resolution(world: World) -> int | None:
    """Some resolution."""
    return world.pick(Resolution.objects.order_by("-pk").values_list("pk", flat=True)[:20])


def resolution_of(pk: int) -> Resolution:
    """A resolution as a page reads it."""
    return Resolution.objects.select_related("fund", "target").get(pk=pk)


@step(1)
def allocate(world: World) -> Act | None:
    """Money is set aside by a resolution."""
    pk, key, amount = resolution(world), world.key(), world.dice.choice(AMOUNTS)
    if pk is None:
        return None
    return Act(
        f"{amount} by resolution {pk}",
        lambda now: fund.allocate(
            resolution=resolution_of(pk), uid=key, amount=amount, by=world.who("zhou"), now=now
        ),
        keyed=True,
    )


@step(1.3)
def spend(world: World) -> Act | None:
    """A bill with its voucher."""
    pk, key, amount = resolution(world), world.key(), world.dice.choice(AMOUNTS)
    if pk is None:
        return None
    by, use, day = (
        world.pks[world.dice.choice(("zhou", "leader", "hu"))],
        world.dice.choice(Use.values),
        world.today,
    )
    unused = Photo.objects.filter(kind="voucher", uploaded_by_id=by, subject_type="").order_by("pk")
    photo = unused.values_list("pk", flat=True).first() or voucher(world.who(by), world.now)
    payee = world.dice.choice(("粮油店", "五金店", "家具店"))
    return Act(
        f"{amount} to {payee} by resolution {pk}, entered by {by}",
        lambda now: fund.spend(
            resolution=resolution_of(pk), uid=key, amount=amount, use=use, payee=payee, purpose="买东西", spent_on=day,
            photos=[photo], by=world.who(by), now=now,
        ),
        keyed=True,
    )  # fmt: skip


def unsigned(world: World) -> tuple[type[Spending] | type[Correction], int] | None:
    """Something that waits for a signature."""
    rows: list[tuple[type[Spending] | type[Correction], int]] = []
    for model in (Spending, Correction):
        found = (
            model._default_manager.filter(state__in=("waiting", "signed"))
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        rows += [(model, pk) for pk in found[:FEW]]
    return world.pick(rows)


@step(2.5)
def sign(world: World) -> Act | None:
    """The second signature; or the same person tries twice."""
    found = unsigned(world)
    if found is None:
        return None
    model, pk = found
    by = world.pks[world.dice.choice(("zhou", "leader", "hu"))]
    return Act(
        f"{model.__name__} {pk} by {by}",
        lambda now: fund.sign(row=model._default_manager.get(pk=pk), by=world.who(by), now=now),
    )


@step(0.3)
def say_no(world: World) -> Act | None:
    """Not signed, with a reason."""
    found = unsigned(world)
    if found is None:
        return None
    model, pk = found
    return Act(
        f"{model.__name__} {pk}",
        lambda now: fund.refuse(
            row=model._default_manager.get(pk=pk), words="不在决议里", by=world.who("leader"), now=now
        ),
    )


@step(0.6)
def put_right(world: World) -> Act | None:
    """A line was wrong."""
    pk = world.pick(Line.objects.order_by("-pk").values_list("pk", flat=True)[:FEW])
    if pk is None:
        return None
    key, reason, by = world.key(), world.dice.choice(WRONG), world.pks[world.dice.choice(("zhou", "leader"))]
    return Act(
        f"line {pk} by {by}: {reason}",
        lambda now: fund.correct(
            line=Line.objects.select_related("fund").get(pk=pk), uid=key, reason=reason, words="记错了", by=world.who(by),
            now=now,
        ),
        keyed=True,
    )  # fmt: skip


@step(0.1)
def settings(world: World) -> Act:
    """From another amount on two people sign."""
    day, amount = world.today, world.dice.choice((100_000, 200_000, 400_000))
    return Act(
        f"{amount} from {day}",
        lambda now: fund.set_rules(
            fund=world.fund(), valid_from=day, two_from=amount, fen_per_point=10, backs=["PT:nantian"],
            by=world.who("zhou"), now=now,
        ),
    )  # fmt: skip
