"""What we promise about speed, measured: one file per promise. Run with `bin/bench`.

A bench is a module with a docstring (its title is the first line) and `bench(quick) -> Iterable[Row]`. It runs in a
process of its own, on an empty migrated database that is thrown away afterwards, once on SQLite and once on PostgreSQL
when that can be started. Each row compares with a limit measured in the same run, so that the ratio means the same on
every machine.
"""
