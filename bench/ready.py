"""Django set up for a script of the bench; importing this comes before everything that holds models."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.settings")
django.setup()
