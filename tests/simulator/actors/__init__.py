"""Everybody who does something; each module adds its steps to the list."""

from tests.simulator.actors import bill, members, records, spending, visits, worker, wrong

MODULES = (bill, members, records, spending, visits, worker, wrong)
