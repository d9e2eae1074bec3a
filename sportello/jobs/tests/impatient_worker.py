"""A real worker process whose leases are short, so that tests of dying need not wait half a minute.

python -m sportello.jobs.tests.impatient_worker
"""

import os
from datetime import timedelta

import django


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sportello.settings")
    django.setup()
    from sportello.jobs import leases, worker
    from sportello.jobs.process import told_to_stop, working

    leases.LEASE, worker.BEAT = timedelta(seconds=1.5), 0.3
    stop = told_to_stop()
    print("working", flush=True)  # before the first job, which may be one that kills us
    with working(threads=2, with_services=False):
        stop.wait()


if __name__ == "__main__":
    main()
