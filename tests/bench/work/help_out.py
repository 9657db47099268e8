"""A second worker of a run: `help_out KIND NUMBER` takes parts of the kind's run of this number until it is closed."""

import sys
import time

from config.kernel.jobs.work import work_on_run
from config.kernel.models import JobRun
from tests.bench.work import tell

PAUSE_SECONDS = 0.1


def main(kind, number):
    """Help with the run until it is closed."""
    run = None
    while run is None or not run.is_closed:
        run = JobRun.objects.filter(kind=kind).order_by("pk")[number - 1 : number].first()
        # Planning is left to who started it, so that this process only ever adds.
        if run is not None and run.state == JobRun.State.RUNNING:
            run = work_on_run(run.pk)
        else:
            time.sleep(PAUSE_SECONDS)
    tell(run=run.pk)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
