"""Real nodes for tests: processes of their own, sockets on loopback, SQLite or PostgreSQL."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes import databases

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class StepFailedError(Exception):
    """A step inside a node ended with an error: ``code`` and its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass
class RealNode:
    """One node in a folder of its own; ``database`` is empty for SQLite.

    ``country`` is empty for a secretariat. ``variables`` go on top of the node's environment,
    ``agent_variables`` on top of that of the process that answers ``ask``. ``program`` is the module that is
    started as the node, ``steps`` the one that runs steps inside it.
    """

    node_id: str
    home: Path
    database: str = ""
    country: str = ""
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    variables: dict[str, str] = field(default_factory=dict)
    program: str = "isthmus.node"
    steps: str = "tests.processes.steps"
    agent_variables: dict[str, str] = field(default_factory=dict)
    agent: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISTHMUS_")}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "isthmus.node.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "ISTHMUS_HOME": str(self.home),
            "ISTHMUS_POLL_SECONDS": "0.2",
            "ISTHMUS_RETRY_LIMIT_SECONDS": "1",
            "ISTHMUS_REQUEST_TIMEOUT_SECONDS": "5",
            **self.variables,
        }

    def make(self) -> None:
        """`isthmus init`, on a database that has its tables already."""
        databases.fill(self.home, self.database)
        command = ["init", "--id", self.node_id, "--name", f"Test node {self.node_id}", "--url", self.url]
        command += ["--bind", f"127.0.0.1:{self.port}", "--database", self.database]
        command += ["--country", self.country]
        subprocess.run(
            [sys.executable, "-m", "isthmus.node", *command],
            env=self.environment,
            check=True,
            capture_output=True,
            cwd=ROOT,
        )

    def start(self) -> None:
        """`isthmus start`, in a process group of its own, so that all of it can be killed at one stroke."""
        with (self.home / "node.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.program, "start"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
            )

    def wait_until_ready(self) -> None:
        """Return once the node accepts connections."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError(f"{self.node_id} did not start: {(self.home / 'node.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9 of every process of the node at once: the power cut of a test."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop in good order; kill what does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def begin(self, step: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a step of ``tests.processes.steps`` inside this node and go on."""
        return subprocess.Popen(
            [sys.executable, "-m", self.steps, step, *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        )

    def run(self, step: str, *arguments: str) -> Any:
        """Run a step to its end; returns what it prints as JSON."""
        return finish(self.begin(step, *arguments))

    def command(self, *words: str, code: int = 0) -> Any:
        """`isthmus ... --json` beside this node, which has to end with ``code``; returns what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "isthmus.node", *words, "--json"],
            env=self.environment,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == code, done.stderr.decode()
        return json.loads(done.stdout)

    def ask(self, step: str, *arguments: object) -> Any:
        """Run a step in this node's lasting process beside the service, started at the first question.

        Returns its answer. Raises StepFailedError for an error in there, AgentGoneError where the process
        ended.
        """
        if self.agent is None or self.agent.poll() is not None:
            with (self.home / "agent.log").open("ab") as log:
                self.agent = subprocess.Popen(
                    [sys.executable, "-m", self.steps, "-"],
                    env={**self.environment, **self.agent_variables},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,
                    cwd=ROOT,
                )
        assert self.agent.stdin is not None
        assert self.agent.stdout is not None
        self.agent.stdin.write(json.dumps([step, *arguments]).encode() + b"\n")
        self.agent.stdin.flush()
        line = self.agent.stdout.readline()
        if not line:
            self.dismiss()
            raise AgentGoneError(f"{step}: {(self.home / 'agent.log').read_text()[-3000:]}")
        answer = json.loads(line)
        if "error" in answer:
            raise StepFailedError(answer["error"], answer["message"])
        return answer["answer"]

    def dismiss(self) -> None:
        """End the lasting process, if there is one."""
        if self.agent is not None:
            self.agent.kill()
            self.agent.communicate()
            self.agent = None


class AgentGoneError(Exception):
    """The lasting process of a node ended in the middle of a step."""


def finish(step: "subprocess.Popen[bytes]") -> Any:
    """Wait for a step that was begun; returns what it printed as JSON."""
    out, err = step.communicate(timeout=180)
    assert step.returncode == 0, err.decode()[-3000:]
    return json.loads(out.decode().splitlines()[-1])
