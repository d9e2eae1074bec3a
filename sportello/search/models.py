"""One row for each thing that can be found."""

from django.db import models

from .fields import TermsField


class Document(models.Model):
    """A thing that can be found, written by `search.index`. Its full text index is made by schema.py."""

    # By time first: see `documents.document_id`.
    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    ref = models.BigIntegerField()
    # What is shown once however often it is found: the conversation of a message.
    group = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    terms = TermsField()

    class Meta:
        constraints = [models.UniqueConstraint(name="found_once", fields=["kind", "ref"])]
        indexes = [models.Index(fields=["group"], name="found_in_group", condition=~models.Q(group=None))]

    def __str__(self):
        return f"{self.kind}:{self.ref}"
