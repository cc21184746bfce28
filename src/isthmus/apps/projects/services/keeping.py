"""What became of records and files: a file arrived, a text was erased, given back, or numbered later."""

from isthmus.apps.projects import body_queries as bodies
from isthmus.apps.projects.house import HAND_ON_JOB, KIND
from isthmus.apps.projects.models import Delivery, Statement, Topic
from isthmus.exchange import queries as exchange
from isthmus.exchange.handlers import Arrived, Erasing, Received
from isthmus.jobs.services import enqueue
from isthmus.search.services import remove


def hand_on_later(topic: Topic) -> None:
    """Ask the worker to tell the others; only where this node leads the topic."""
    if topic.lead == exchange.me():
        enqueue(HAND_ON_JOB, {"topic": topic.pk}, unique_key=f"{HAND_ON_JOB}:{topic.pk}")


def take_file(arrived: Arrived) -> None:
    """A file is whole: what names it can be handed on now."""
    for row in Statement.objects.filter(leaf=arrived.leaf).select_related("topic"):
        hand_on_later(row.topic)


def erase(erasing: Erasing) -> None:
    """Delete what a received record said. With the text of a topic from abroad the whole topic goes."""
    if erasing.sent:
        return
    for row in Statement.objects.filter(leaf=erasing.leaf).select_related("topic"):
        topic = row.topic
        row.delete()
        if row.sort == "topic" and not topic.statements.filter(sort="topic").exists():
            remove(KIND, [f"{topic.lead}/{topic.reference}"])
            topic.delete()


def restore(received: Received) -> None:
    """A record that this node lost came back: its statement stands again, where its topic is known."""
    record = received.record
    sort = bodies.KEYS.get(f"{record.type}/{record.version}")
    topic = Topic.objects.filter(reference=received.body.topic).first()
    if sort is None or topic is None:
        return
    made = bodies.statement_of(topic, sort, record.sender, bodies.plain(received.body))
    row, _new = Statement.objects.get_or_create(
        topic=topic,
        node=made.node,
        key=made.key,
        defaults={
            "sort": sort,
            "at": made.at,
            "body": made.body,
            "hand_on": made.hand_on,
            "leaf": received.leaf,
        },
    )
    if topic.lead == exchange.me():
        Delivery.objects.get_or_create(
            statement=row, partner=record.receiver, defaults={"leaf": received.leaf}
        )


def take_number(stand_in: str, leaf: str) -> None:
    """What waited for a number has its leaf now."""
    for model in (Statement, Delivery):
        model.objects.filter(leaf=stand_in).update(leaf=leaf)
