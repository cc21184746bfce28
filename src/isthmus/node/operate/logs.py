"""How long a server keeps what the node says of itself: journald's rules, or logrotate's for a file."""

from isthmus.kit.config import Config


def journald() -> str:
    """A drop-in for journald: the node writes to stderr, which systemd keeps in the journal."""
    return """# /etc/systemd/journald.conf.d/isthmus.conf
# Written by `isthmus operate logs`. One gigabyte is months of a busy node; a full disk stops the exchange.
[Journal]
Storage=persistent
SystemMaxUse=1G
SystemKeepFree=2G
MaxRetentionSec=3month
MaxFileSec=1week
"""


def logrotate(config: Config) -> str:
    """Rules for logrotate, where the node's messages go to a file in its home folder instead."""
    return f"""# /etc/logrotate.d/isthmus
# Written by `isthmus operate logs --file`. copytruncate: the node keeps its log file open.
{config.home.absolute()}/*.log {{
    weekly
    rotate 12
    maxsize 100M
    missingok
    notifempty
    compress
    delaycompress
    copytruncate
}}
"""
