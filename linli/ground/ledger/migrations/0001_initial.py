import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import linli.kit.constraints


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0003_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=15)),
                ("unit", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("issuer", "Issued"),
                            ("pool", "Points pool"),
                            ("member", "Earned points"),
                            ("granted", "Granted points"),
                            ("gifts", "Common pool"),
                            ("redeemed", "Redeemed"),
                            ("expired", "Expired"),
                            ("peer", "Another community"),
                            ("adjust", "Adjustments"),
                            ("supplier", "Supplier"),
                            ("stock", "On hand"),
                            ("gone_out", "Handed out"),
                            ("spoiled", "Spoiled"),
                            ("income", "Income"),
                            ("fund", "Fund"),
                            ("allocated", "Set aside"),
                            ("spent", "Spent"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=60)),
                ("opened_at", models.DateTimeField()),
                ("salt", models.UUIDField()),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("book", "unit", "kind", "key"), name="ledger_account_once"
                    ),
                    models.UniqueConstraint(fields=("id", "unit"), name="ledger_account_unit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("seq", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Close",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=15)),
                ("month", models.DateField()),
                ("ends_at", models.DateTimeField()),
                ("hash", models.CharField(max_length=64)),
                ("closed_at", models.DateTimeField()),
                ("actor", models.BigIntegerField(null=True)),
                ("salt", models.UUIDField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("book", "month"), name="ledger_close_once")],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=8)),
                ("row", models.BigIntegerField()),
                ("prev", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "row"), name="ledger_link_once")],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("book", models.CharField(max_length=15)),
                ("uid", models.UUIDField(unique=True)),
                ("request_hash", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("event_at", models.DateTimeField()),
                ("posted_at", models.DateTimeField()),
                ("actor", models.BigIntegerField(null=True)),
                ("on_behalf", models.BigIntegerField(null=True)),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("self", "Themselves"),
                            ("worker", "A worker, at their wish"),
                            ("family", "Family, by consent"),
                            ("rule", "By the rule"),
                            ("resolution", "By resolution"),
                            ("decision", "By decision on a dispute"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("source_kind", models.CharField(blank=True, max_length=20)),
                ("source", models.BigIntegerField(null=True)),
                ("rule", models.BigIntegerField(null=True)),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reverses", None),
                            models.Q(("reverses", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="ledger_not_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("posted", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("version", models.BigIntegerField(default=0)),
                ("floor", models.BigIntegerField(null=True)),
                ("ceiling", models.BigIntegerField(null=True)),
                ("rank", models.SmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("held__gte", 0)), name="ledger_held"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor", None),
                            (
                                "posted__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("floor"), "+", models.F("held")
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ceiling", None), ("posted__lte", models.F("ceiling")), _connector="OR"
                        ),
                        name="ledger_ceiling",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CloseLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.CharField(max_length=40)),
                ("came_in", models.BigIntegerField()),
                ("went_out", models.BigIntegerField()),
                ("posted", models.BigIntegerField()),
                ("last_entry", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closings",
                        to="ledger.account",
                    ),
                ),
                (
                    "close",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.close"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("close", "account"), name="ledger_close_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                ("balance_after", models.BigIntegerField(null=True)),
                ("version", models.BigIntegerField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.account",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("version", None)),
                        fields=["account", "id"],
                        name="ledger_entry_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "version"), name="ledger_entry_version"),
                    models.UniqueConstraint(fields=("transfer", "account"), name="ledger_entry_leg"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="ledger_entry_amount"
                    ),
                    linli.kit.constraints.ForeignColumns(
                        columns=("id", "unit"),
                        deferred=True,
                        fields=("account", "unit"),
                        name="ledger_entry_unit",
                        table="ledger_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("request_hash", models.CharField(max_length=64)),
                ("amount", models.BigIntegerField()),
                ("placed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("actor", models.BigIntegerField(null=True)),
                ("on_behalf", models.BigIntegerField(null=True)),
                (
                    "authority",
                    models.CharField(
                        choices=[
                            ("self", "Themselves"),
                            ("worker", "A worker, at their wish"),
                            ("family", "Family, by consent"),
                            ("rule", "By the rule"),
                            ("resolution", "By resolution"),
                            ("decision", "By decision on a dispute"),
                        ],
                        max_length=12,
                    ),
                ),
                ("source_kind", models.CharField(blank=True, max_length=20)),
                ("source", models.BigIntegerField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="ledger.account"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ledger_hold_amount")
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="seal",
                        serialize=False,
                        to="ledger.transfer",
                    ),
                ),
                ("legs", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="HoldEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="end", to="ledger.hold"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("post", "Taken"), ("void", "Freed"), ("expire", "Run out")], max_length=6
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("ended_at", models.DateTimeField()),
                ("actor", models.BigIntegerField(null=True)),
                (
                    "transfer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended_holds",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("outcome", "post"), ("transfer__isnull", False)),
                            models.Q(("amount", 0), ("outcome__in", ["void", "expire"]), ("transfer", None)),
                            _connector="OR",
                        ),
                        name="ledger_hold_end",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=linli.kit.constraints.ForeignColumns(
                columns=("transfer_id",),
                deferred=True,
                fields=("id",),
                name="ledger_transfer_sealed",
                table="ledger_seal",
            ),
        ),
    ]
