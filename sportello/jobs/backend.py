from django_tasks.backends.immediate import ImmediateBackend


class LeaseBackend(ImmediateBackend):
    pass
