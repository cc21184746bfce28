"""Every measure that a node shows: what it says, and what to be called for. The guide's table is this one."""

from isthmus.node.metrics.text import Family

_STREAM = ("partner", "stream")

BUILD = Family(
    "isthmus_build_info",
    "gauge",
    "Always 1; the labels say what runs.",
    labels=("version", "python", "database"),
)
DATABASE_UP = Family("isthmus_database_up", "gauge", "1 where the database answers.", "0 for a minute")
WORKER_AGE = Family(
    "isthmus_worker_heartbeat_age_seconds",
    "gauge",
    "Seconds since the worker's last sign of life; it gives one every ten.",
    "over 180, or absent",
)
SENT = Family(
    "isthmus_stream_records_total",
    "counter",
    "Highest number given in a stream, in either direction.",
    labels=(*_STREAM, "direction"),
)
RECEIPTED = Family(
    "isthmus_stream_receipted_records_total",
    "counter",
    "Highest number of an outgoing stream that a partner's signed receipt covers.",
    labels=_STREAM,
)
WAITING = Family(
    "isthmus_stream_waiting_records",
    "gauge",
    "Records of an outgoing stream without a receipt.",
    labels=_STREAM,
)
OLDEST = Family(
    "isthmus_stream_oldest_waiting_seconds",
    "gauge",
    "Age of the oldest record without a receipt; 0 where nothing waits.",
    "over a day (the node itself raises an alarm after ISTHMUS_ALARM_HOURS)",
    labels=_STREAM,
)
FAILURES = Family(
    "isthmus_stream_failures",
    "gauge",
    "Attempts to deliver that failed in a row.",
    "over 20 for an hour",
    labels=_STREAM,
)
FROZEN = Family(
    "isthmus_stream_frozen",
    "gauge",
    "1 where a stream moves nothing until an operator has acted.",
    "1",
    labels=_STREAM,
)
CONTACT = Family(
    "isthmus_stream_last_contact_age_seconds",
    "gauge",
    "Seconds since the partner last took or sent something on a stream.",
    labels=_STREAM,
)
REFUSED = Family(
    "isthmus_refused_records_total",
    "counter",
    "Records refused with their place kept: by partners (out) or by this node (in).",
    "a rise",
    labels=("direction",),
)
REFUSALS = Family(
    "isthmus_refusals_total",
    "counter",
    "Signed refusals of what got no place in a stream: given (out) or obtained (in).",
    labels=("direction",),
)
QUARANTINED = Family(
    "isthmus_quarantined_records",
    "gauge",
    "Accepted records whose effect failed here.",
    "over 0",
)
ALARMS = Family(
    "isthmus_alarms_open",
    "gauge",
    "Open alarms by code; docs/guide/alarms.md says what to do about each.",
    "over 0",
    labels=("code",),
)
LOG = Family("isthmus_log_entries_total", "counter", "Entries of this node's log.")
CHECKPOINT_AGE = Family(
    "isthmus_checkpoint_age_seconds", "gauge", "Seconds since this node last signed the head of its log."
)
WITNESS_AGE = Family(
    "isthmus_witness_age_seconds",
    "gauge",
    "Seconds since a partner last cosigned a head of this node's log.",
    "over a week for every partner",
    labels=("partner",),
)
JOBS = Family(
    "isthmus_jobs", "gauge", "Jobs of the queue by state: due, running, failed.", "failed over 0", ("state",)
)
JOBS_OLDEST = Family(
    "isthmus_jobs_oldest_due_seconds", "gauge", "How late the job is that is due longest.", "over 3600"
)
CERTIFICATE = Family(
    "isthmus_certificate_expiry_days",
    "gauge",
    "Days until a certificate ends: of this node, or of a partner by its id. Negative once it has ended.",
    "under 60",
    labels=("owner", "purpose"),
)
BACKUP_AGE = Family(
    "isthmus_backup_age_seconds",
    "gauge",
    "Seconds since the last good backup; absent before the first.",
    "over 2 days, or absent",
)
DATABASE_BYTES = Family("isthmus_database_bytes", "gauge", "Size of the database.")
DISK_FREE = Family(
    "isthmus_disk_free_bytes", "gauge", "Free where the node keeps its files.", "under 1000000000"
)
DISK = Family("isthmus_disk_bytes", "gauge", "Size of the file system on which the node keeps its files.")
CLOCK = Family(
    "isthmus_clock_synchronised",
    "gauge",
    "1 where a time server sets the clock; absent where that is not told.",
    "0 for a day",
)
PROCESSES = Family(
    "isthmus_processes", "gauge", "Processes of this node: supervisor, web server, worker.", "under 4"
)
MEMORY = Family(
    "isthmus_memory_bytes", "gauge", "Memory of all processes of this node, what they share counted once."
)
CPU = Family("isthmus_cpu_seconds_total", "counter", "Processor time of the processes that run now.")
OPEN_FILES = Family("isthmus_open_files", "gauge", "Open files and sockets of all processes of this node.")
SCRAPE = Family("isthmus_scrape_seconds", "gauge", "How long it took to gather these measures.", "over 1")

FAMILIES = tuple(value for value in globals().values() if isinstance(value, Family))
"""All of them, in the order in which they are written above."""
