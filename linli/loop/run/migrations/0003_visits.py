import django.db.models.deletion
from django.db import migrations, models

import linli.kit.secret


class Migration(migrations.Migration):
    dependencies = [
        ("ask", "0004_speed"),
        ("people", "0003_tokens"),
        ("places", "0001_initial"),
        ("run", "0002_speed"),
        ("timebank", "0002_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Booking",
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
                ("no", models.CharField(max_length=20, unique=True)),
                ("key", models.UUIDField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Goes on"), ("ended", "Over"), ("cancelled", "Called off")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("first_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("weekly", models.BooleanField(default=False)),
                ("until", models.DateField(null=True)),
                ("planned_until", models.DateField(null=True)),
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
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "pays",
                    models.CharField(
                        choices=[("free", "Free of points"), ("points", "With points")],
                        default="free",
                        max_length=6,
                    ),
                ),
                ("relation", models.CharField(blank=True, max_length=13)),
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
                ("how", models.CharField(blank=True, max_length=100)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="ask.need",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.member",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="timebank.programme"
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="people.person",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="run.service"
                    ),
                ),
                (
                    "wanted",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.member",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["receiver", "-id"], name="booking_of_receiver"),
                    models.Index(
                        condition=models.Q(("state", "open"), ("weekly", True)),
                        fields=["planned_until"],
                        name="booking_weekly",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoorCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=16, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="door_cards",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("person",), name="door_card_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
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
                ("no", models.CharField(max_length=20, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Looks for somebody"),
                            ("taken", "Somebody comes"),
                            ("started", "Under way"),
                            ("ended", "Done, to be confirmed"),
                            ("confirmed", "Confirmed"),
                            ("cancelled", "Called off"),
                            ("missed", "Nobody came"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("in_at", models.DateTimeField(null=True)),
                (
                    "in_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qr", "The card at the door"),
                            ("code", "A code by phone"),
                            ("worker", "A worker's mark"),
                            ("righted", "Put right afterwards"),
                        ],
                        max_length=8,
                    ),
                ),
                ("out_at", models.DateTimeField(null=True)),
                (
                    "out_how",
                    models.CharField(
                        blank=True,
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
                ("righted_why", models.CharField(blank=True, max_length=300)),
                ("ticks", models.JSONField(default=list)),
                ("said", models.CharField(blank=True, max_length=500)),
                ("code", linli.kit.secret.EncryptedTextField(blank=True, default="", purpose="visit")),
                ("ended_why", models.CharField(blank=True, max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.area"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="run.booking"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="timebank.member",
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.payment",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="people.person"
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="timebank.record",
                    ),
                ),
                (
                    "righted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="run.service"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "id"],
                "indexes": [
                    models.Index(fields=["community", "state", "starts_at"], name="visit_open"),
                    models.Index(fields=["member", "-starts_at"], name="visit_of_member"),
                    models.Index(fields=["receiver", "-starts_at"], name="visit_of_receiver"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("booking", "starts_at"), name="visit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("out_at", None), ("out_at__gte", models.F("in_at")), _connector="OR"
                        ),
                        name="visit_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["open", "cancelled", "missed"]),
                            ("member__isnull", False),
                            _connector="OR",
                        ),
                        name="visit_by_somebody",
                    ),
                ],
            },
        ),
    ]
