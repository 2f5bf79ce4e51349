import django.db.models.deletion
from django.db import migrations, models

import linli.kit.secret


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0003_post"),
        ("people", "0003_tokens"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("district", models.CharField(max_length=6)),
                ("street", models.CharField(blank=True, max_length=9)),
                ("community", models.CharField(blank=True, max_length=12)),
                ("grid", models.CharField(blank=True, max_length=15)),
                ("title", models.CharField(max_length=60)),
                ("opened_at", models.DateTimeField()),
                ("last_no", models.PositiveIntegerField(default=0)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
            ],
            options={
                "ordering": ["community"],
                "constraints": [
                    models.UniqueConstraint(fields=("community",), name="fund_once"),
                    models.CheckConstraint(
                        condition=models.Q(("community", ""), _negated=True), name="fund_of_a_community"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("two_from", models.BigIntegerField()),
                ("fen_per_point", models.BigIntegerField(default=0)),
                ("backs", models.JSONField(default=list)),
                ("decided", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settings", to="fund.fund"
                    ),
                ),
            ],
            options={
                "ordering": ["-valid_from"],
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "valid_from"), name="fund_setting_once"),
                    models.CheckConstraint(
                        condition=models.Q(("fen_per_point__gte", 0), ("two_from__gt", 0)),
                        name="fund_setting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("facility", "A facility"),
                            ("project", "A project"),
                            ("guarantee", "The guarantee pool"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60)),
                (
                    "facility",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.facility",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="fund.fund"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "kind", "name"), name="fund_target_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("facility", None), ("kind", "guarantee"), ("name", "")),
                            models.Q(
                                models.Q(("kind", "guarantee"), _negated=True),
                                models.Q(("name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="fund_target_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("income", "Came in"),
                            ("allocation", "Money set aside"),
                            ("spending", "Money spent"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("collective", "Collective income"),
                            ("donation", "Donations"),
                            ("grant", "Grants"),
                            ("interest", "Interest"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("meals", "Meals"),
                            ("goods", "Goods"),
                            ("repair", "Repairs and fittings"),
                            ("service", "Paid services"),
                            ("visit", "Visits and gifts to elders"),
                            ("event", "Events"),
                            ("redeem", "Redeeming points"),
                            ("other", "Other things"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="fund.line",
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="fund.fund"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fund.target",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["fund", "kind", "-no"], name="fund_line_kind"),
                    models.Index(fields=["fund", "target", "-no"], name="fund_line_target"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "no"), name="fund_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("corrects", None)),
                            models.Q(("amount__lt", 0), ("corrects__isnull", False)),
                            _connector="OR",
                        ),
                        name="fund_line_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "income"),
                                ("target", None),
                                ("use", ""),
                                models.Q(("source", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "allocation"), ("source", ""), ("target__isnull", False), ("use", "")
                            ),
                            models.Q(
                                ("kind", "spending"),
                                ("source", ""),
                                ("target__isnull", False),
                                models.Q(("use", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="fund_line_kind_of",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("no", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=80)),
                ("met_on", models.DateField()),
                ("decides", models.TextField(blank=True)),
                ("amount", models.BigIntegerField()),
                ("allocated", models.BigIntegerField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="fund.fund",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resolutions",
                        to="fund.target",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("fund", "no"), name="fund_resolution_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allocated__gte", 0), ("allocated__lte", models.F("amount")), ("amount__gt", 0)
                        ),
                        name="fund_resolution_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="fund.fund",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocation", to="fund.line"
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="fund.resolution",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a signature"),
                            ("signed", "Signed once, waits for the second"),
                            ("paid", "In the books"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("needs", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("reason", models.CharField(max_length=20)),
                ("words", models.CharField(max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="fund.fund",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="fund.line",
                    ),
                ),
                (
                    "wrong",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="fund.line",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("wrong",),
                        name="fund_correction_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("line__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("line", None)),
                            _connector="OR",
                        ),
                        name="fund_correction_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Income",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                ("received_on", models.DateField()),
                ("origin", models.CharField(blank=True, max_length=80)),
                ("donor", models.CharField(blank=True, max_length=60)),
                ("donor_is_person", models.BooleanField(default=True)),
                ("anonymous", models.BooleanField(default=False)),
                ("contact", linli.kit.secret.EncryptedTextField(blank=True, default="", purpose="phone")),
                ("wish", models.CharField(blank=True, max_length=200)),
                ("receipt", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="incomes", to="fund.fund"
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="income", to="fund.line"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("receipt", ""), _negated=True),
                        fields=("receipt",),
                        name="fund_receipt_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Spending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for a signature"),
                            ("signed", "Signed once, waits for the second"),
                            ("paid", "In the books"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("needs", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=200)),
                ("amount", models.BigIntegerField()),
                (
                    "use",
                    models.CharField(
                        choices=[
                            ("meals", "Meals"),
                            ("goods", "Goods"),
                            ("repair", "Repairs and fittings"),
                            ("service", "Paid services"),
                            ("visit", "Visits and gifts to elders"),
                            ("event", "Events"),
                            ("redeem", "Redeeming points"),
                            ("other", "Other things"),
                        ],
                        max_length=10,
                    ),
                ),
                ("payee", models.CharField(max_length=60)),
                ("payee_is_person", models.BooleanField(default=False)),
                ("purpose", models.CharField(max_length=200)),
                ("spent_on", models.DateField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="spendings", to="fund.fund"
                    ),
                ),
                (
                    "hold",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.hold",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spending",
                        to="fund.line",
                    ),
                ),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spendings",
                        to="fund.resolution",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["fund", "state", "id"], name="fund_spending_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0), ("needs__in", [1, 2])),
                        name="fund_spending_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("line__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("line", None)),
                            _connector="OR",
                        ),
                        name="fund_spending_booked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("auditor", "Auditor"),
                            ("leader", "Street leader"),
                            ("director", "Community director"),
                            ("grid_worker", "Grid worker"),
                            ("station_host", "Station host"),
                            ("rider", "Rider"),
                            ("volunteer", "Volunteer"),
                            ("domestic_worker", "Domestic worker"),
                            ("resident", "Resident"),
                            ("family", "Family member"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="fund.correction",
                    ),
                ),
                (
                    "spending",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="fund.spending",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", None), ("spending__isnull", False)),
                            models.Q(("correction__isnull", False), ("spending", None)),
                            _connector="OR",
                        ),
                        name="fund_signature_of_one",
                    ),
                    models.UniqueConstraint(fields=("spending", "by"), name="fund_signature_spending"),
                    models.UniqueConstraint(fields=("correction", "by"), name="fund_signature_correction"),
                ],
            },
        ),
    ]
