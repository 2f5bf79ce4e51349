"""What everything stands on: journal, photos, places, people."""
