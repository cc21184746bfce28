"""The tables of the index: collections, their documents, the terms, and what stands where."""

from django.db import models


class Collection(models.Model):
    """Documents of one kind that the same people may see: what is asked is answered from whole collections.

    ``audience`` is a text of the application's choice, such as an organisation's id; empty for everyone on
    this node. Counts and rarities are those of the collections asked, so that nobody learns of others.
    """

    name = models.CharField(max_length=60)
    audience = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "audience"], name="search_collection_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.audience}".strip()


class Tally(models.Model):
    """What one write added to a collection or took from it; together they say how much there is in it.

    A row a write rather than a counter: writers of one collection do not wait for each other. Rows are put
    together from time to time.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="tallies")
    documents = models.IntegerField()
    title_words = models.BigIntegerField()
    text_words = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.collection_id} {self.documents:+}"


class Document(models.Model):
    """A text that can be found. ``key`` is the application's name for it, ``words_version`` that of the
    rules.
    """

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="documents")
    key = models.CharField(max_length=200)
    language = models.CharField(max_length=35)
    title = models.TextField(blank=True)
    text = models.TextField(blank=True)
    title_words = models.PositiveIntegerField(default=0)
    text_words = models.PositiveIntegerField(default=0)
    words_version = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["collection", "key"], name="search_document_unique"),
        ]

    def __str__(self) -> str:
        return self.key


class Term(models.Model):
    """One term of ``rules.words``; it stays when its last document goes, and takes no part in anything
    then.
    """

    text = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.text


class Posting(models.Model):
    """How often a term stands in the parts of a document, with all that its worth needs.

    The document's lengths and collection are here again: a question is answered from one index and nothing
    else.
    """

    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="+", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="postings")
    title_count = models.PositiveSmallIntegerField(default=0)
    text_count = models.PositiveSmallIntegerField(default=0)
    title_words = models.PositiveIntegerField(default=0)
    text_words = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=[
                    "term",
                    "collection",
                    "document",
                    "title_count",
                    "text_count",
                    "title_words",
                    "text_words",
                ],
                name="search_postings",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term_id} in {self.document_id}"
