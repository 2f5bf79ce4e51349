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
            name="Lot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("expires_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("expires_on__isnull", False)),
                        fields=["expires_on"],
                        name="lot_due",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("transfer", "account"), name="lot_once")],
            },
        ),
        migrations.CreateModel(
            name="Programme",
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
                ("code", models.SlugField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=40)),
                ("organisation", models.CharField(max_length=60)),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("community",),
                        name="programme_of_community",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Good",
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
                ("code", models.SlugField(max_length=20)),
                ("name", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("benefit", "A benefit")], default="goods", max_length=7
                    ),
                ),
                ("measure", models.CharField(max_length=20)),
                ("month_max", models.PositiveSmallIntegerField(null=True)),
                ("low_at", models.PositiveIntegerField(default=0)),
                ("cost_fen", models.PositiveIntegerField(default=0)),
                ("cash_like", models.BooleanField(default=False)),
                ("offered", models.BooleanField(default=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goods",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("programme", "code"), name="good_once")],
            },
        ),
        migrations.CreateModel(
            name="Member",
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
                ("no", models.CharField(max_length=24, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "A person"), ("group", "A group")], default="person", max_length=6
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "Has applied"),
                            ("checked", "Checked, to learn"),
                            ("learned", "Has learned"),
                            ("admitted", "Serves"),
                            ("paused", "Pauses"),
                            ("receives", "Is cared for"),
                            ("refused", "Not admitted"),
                            ("left", "Has left"),
                        ],
                        default="applied",
                        max_length=8,
                    ),
                ),
                ("skills", models.JSONField(default=list)),
                ("times", models.JSONField(default=list)),
                (
                    "strength",
                    models.CharField(
                        choices=[
                            ("light", "Light: talking, calling, sitting with"),
                            ("usual", "Usual: a walk, a meal, some cleaning"),
                            ("heavy", "Heavy: stairs, carrying, helping up"),
                        ],
                        default="usual",
                        max_length=5,
                    ),
                ),
                ("applied_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(null=True)),
                ("learned_at", models.DateTimeField(null=True)),
                ("admitted_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("minutes", models.BigIntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.account"
                    ),
                ),
                (
                    "admitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "granted",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.account",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "learned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="people.person",
                    ),
                ),
                (
                    "proxy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "recruiter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recruits",
                        to="timebank.member",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["programme", "state", "-id"], name="member_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "person"), name="member_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "admitted"), _negated=True),
                            ("admitted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="member_admitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Peering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("limit", models.PositiveIntegerField()),
                ("since", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agreed_one",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "agreed_other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="peerings",
                        to="timebank.programme",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="peerings_with",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("one", "other"), name="peering_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one", models.F("other")), _negated=True), name="peering_of_two"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("adopted", "Adopted"), ("dropped", "Dropped")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("body", models.JSONField()),
                ("preset", models.CharField(blank=True, max_length=30)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("resolution", models.CharField(blank=True, max_length=100)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "adopted")),
                        fields=("programme", "valid_from"),
                        name="rule_one_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "adopted"), _negated=True),
                            ("approved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="rule_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Crossing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("points", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "into",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
                (
                    "out_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.member",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.member",
                    ),
                ),
                (
                    "peering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="crossings",
                        to="timebank.peering",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("count", models.IntegerField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("best_before", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="timebank.good",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="HoursCertificate",
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
                ("key", models.UUIDField(unique=True)),
                ("no", models.CharField(max_length=30, unique=True)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("minutes", models.PositiveIntegerField()),
                ("records", models.PositiveIntegerField()),
                (
                    "payload",
                    linli.kit.secret.EncryptedTextField(blank=True, default="", purpose="certificate"),
                ),
                ("signature", models.CharField(max_length=120)),
                ("key_id", models.CharField(max_length=16)),
                ("issued_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_why", models.CharField(blank=True, max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="timebank.member",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
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
                ("key", models.UUIDField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("care", "Care"), ("goods", "The shop"), ("gift", "A gift")], max_length=5
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Set aside"),
                            ("taken", "Spent"),
                            ("freed", "Free again"),
                            ("frozen", "In dispute"),
                        ],
                        default="held",
                        max_length=6,
                    ),
                ),
                ("points", models.BigIntegerField()),
                (
                    "relation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "Oneself"),
                            ("spouse", "Spouse"),
                            ("parent", "Parent"),
                            ("child", "Child"),
                            ("direct", "Of the direct line"),
                            ("relative", "Relative"),
                            ("friend", "Friend"),
                            ("elder_in_need", "An elder in need of care"),
                            ("nonprofit", "A non-profit home"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "gift_to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("friend", "A friend or relative"),
                            ("elder", "An elder in need of care"),
                            ("pool", "The common pool"),
                        ],
                        max_length=6,
                    ),
                ),
                ("source_kind", models.CharField(blank=True, max_length=10)),
                ("source", models.BigIntegerField(null=True)),
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
                ("made_at", models.DateTimeField()),
                ("auto_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "granted_hold",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.hold",
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="timebank.member",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transfer",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="timebank.programme",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="timebank.rule"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["member", "-id"], name="payment_of_member"),
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["auto_at"], name="payment_auto"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("points__gt", 0)), name="payment_points"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True),
                            ("transfer__isnull", False),
                            _connector="OR",
                        ),
                        name="payment_taken",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("points", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="timebank.good"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("good", "valid_from"), name="price_once")],
            },
        ),
        migrations.CreateModel(
            name="Record",
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
                ("uid", models.UUIDField(unique=True)),
                ("service", models.CharField(max_length=20)),
                ("service_name", models.CharField(max_length=40)),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                (
                    "in_how",
                    models.CharField(
                        choices=[
                            ("qr", "The card at the door"),
                            ("code", "A code by phone"),
                            ("worker", "A worker's mark"),
                            ("righted", "Put right afterwards"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "out_how",
                    models.CharField(
                        choices=[
                            ("qr", "The card at the door"),
                            ("code", "A code by phone"),
                            ("worker", "A worker's mark"),
                            ("righted", "Put right afterwards"),
                        ],
                        max_length=8,
                    ),
                ),
                ("distance_m", models.PositiveIntegerField(null=True)),
                ("evidence", models.JSONField(default=list)),
                ("source_kind", models.CharField(blank=True, max_length=10)),
                ("source", models.BigIntegerField(null=True)),
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
                ("made_at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=300)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.building",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="timebank.record",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="timebank.member",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["member", "-started_at"], name="record_of_member"),
                    models.Index(fields=["receiver", "-started_at"], name="record_of_receiver"),
                    models.Index(fields=["programme", "-id"], name="record_of_programme"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__gte", models.F("started_at"))), name="record_in_order"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("good", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="timebank.record",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("record", "by"), name="approval_once")],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="claim",
                        serialize=False,
                        to="timebank.record",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be confirmed"),
                            ("confirmed", "Confirmed, to be approved"),
                            ("approved", "Approved, waits for the pool"),
                            ("paid", "Credited"),
                            ("honour", "Hours only"),
                            ("refused", "Not credited"),
                            ("frozen", "In dispute"),
                            ("corrected", "Replaced by a correction"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=9)),
                ("auto_at", models.DateTimeField(null=True)),
                ("counted", models.PositiveIntegerField(default=0)),
                ("points", models.BigIntegerField(default=0)),
                ("excess", models.BigIntegerField(default=0)),
                ("cuts", models.JSONField(default=list)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "rule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.rule",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "record"], name="claim_state"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["auto_at"], name="claim_auto"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True),
                            ("transfer__isnull", False),
                            _connector="OR",
                        ),
                        name="claim_paid",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
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
                            ("elder", "Who was cared for"),
                            ("family", "Family"),
                            ("worker", "A worker who asked"),
                            ("auto", "Nobody objected in time"),
                        ],
                        max_length=6,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("rating", models.PositiveSmallIntegerField(null=True)),
                ("words", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="timebank.record",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("rating", None), ("rating__range", (1, 5)), _connector="OR"),
                        name="confirmation_rating",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispute",
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
                ("key", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be answered"),
                            ("answered", "To be decided"),
                            ("decided", "Decided"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("words", models.CharField(max_length=1000)),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stands", "It stands as recorded"),
                            ("less", "It counts for less"),
                            ("void", "It does not count"),
                        ],
                        max_length=6,
                    ),
                ),
                ("grounds", models.CharField(blank=True, max_length=1000)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="timebank.record",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="timebank.payment",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="timebank.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payment__isnull", False), ("record", None)),
                            models.Q(("payment", None), ("record__isnull", False)),
                            _connector="OR",
                        ),
                        name="dispute_of_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "answered"])),
                        fields=("record",),
                        name="dispute_of_record",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "answered"])),
                        fields=("payment",),
                        name="dispute_of_payment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=12)),
                ("facts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "verdict",
                    models.CharField(
                        blank=True, choices=[("fine", "In order"), ("not_fine", "Not in order")], max_length=8
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="timebank.record",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("verdict", "")), fields=["id"], name="finding_open")
                ],
                "constraints": [models.UniqueConstraint(fields=("record", "code"), name="finding_once")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("no", models.CharField(max_length=20, unique=True)),
                ("count", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Ready to be picked up"),
                            ("collected", "Picked up"),
                            ("cancelled", "Cancelled"),
                            ("lapsed", "Not picked up in time"),
                        ],
                        default="held",
                        max_length=9,
                    ),
                ),
                ("code", linli.kit.secret.EncryptedTextField(blank=True, default="", purpose="pickup")),
                ("code_blind", models.CharField(blank=True, max_length=64)),
                ("pick_up_by", models.DateTimeField()),
                ("collected_at", models.DateTimeField(null=True)),
                ("signed_by", models.CharField(blank=True, max_length=40)),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="orders", to="timebank.good"
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "stock_hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.hold"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="timebank.payment",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["pick_up_by"], name="order_waiting"
                    ),
                    models.Index(fields=["good", "-id"], name="order_of_good"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="order_count"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "held")), fields=("code_blind",), name="order_code_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpotCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("fine", "It took place as recorded"),
                            ("wrong", "It did not take place as recorded"),
                        ],
                        max_length=5,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("checked_at", models.DateTimeField(null=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spot_check",
                        to="timebank.record",
                    ),
                ),
            ],
            options={
                "ordering": ["-month", "id"],
            },
        ),
    ]
