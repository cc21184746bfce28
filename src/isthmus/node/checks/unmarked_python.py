"""Find literals in Python that reach a person without passing gettext.

Looked at: the arguments and class attributes by which Django, the registry and the errors speak to people.
``# untranslated: the reason`` on the line or the line above allows one.
"""

import ast
import re
from collections.abc import Iterator

KEYWORDS = frozenset({"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"})
ATTRIBUTES = frozenset({"verbose_name", "verbose_name_plural"})
CHOICES = frozenset({"TextChoices", "IntegerChoices"})
MESSAGES = frozenset({"debug", "info", "success", "warning", "error"})
# Our own plain data: which arguments are read by people, by place and by name.
DATA: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
    "Application": ((1, 2), ("title", "purpose")),
    "RecordType": ((2,), ("title",)),
    "Waiting": ((0,), ("title",)),
    "Card": ((1,), ("caption",)),
    "Rule": ((1,), ("title",)),
    "ValidationError": ((0,), ("message",)),
    "add_error": ((1,), ("error",)),
    "BadInput": ((1,), ("message", "next_step")),
    "Conflict": ((1,), ("message", "next_step")),
    "NotFound": ((1,), ("message", "next_step")),
    "Refused": ((1,), ("message", "next_step")),
    "FieldFault": ((1,), ("message",)),
}
ERRORS = frozenset({"BadInput", "Conflict", "NotFound", "Refused", "FieldFault"})
_ALLOWED = re.compile(r"#\s*untranslated:\s*\S+")

Finding = tuple[int, str]


def _literal(node: ast.expr | None) -> str | None:
    """The text of a literal, of an f-string, or of a literal that is formatted; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_literal(part) or "" for part in parts)
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add(), right=right):
            return _literal(left) or _literal(right)
        case ast.Call(func=ast.Attribute(value=inner, attr="format")):
            return _literal(inner)
        case ast.IfExp(body=body, orelse=other):
            return _literal(body) or _literal(other)
        case _:
            return None


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _read_in_call(call: ast.Call, *, errors: bool) -> Iterator[tuple[str, ast.expr]]:
    """The arguments of a call that people read, each with what it is."""
    name = _name(call.func)
    if name in ERRORS and not errors:
        return
    places, names = DATA.get(name, ((), ()))
    for place in places:
        if place < len(call.args):
            yield f"argument {place + 1} of {name}", call.args[place]
    match call.func:
        case ast.Attribute(value=ast.Name(id="messages"), attr=level) if (
            level in MESSAGES and len(call.args) > 1
        ):
            yield f"messages.{level}", call.args[1]
    for keyword in call.keywords:
        if keyword.arg in KEYWORDS or keyword.arg in names:
            yield f"{keyword.arg}=", keyword.value
        elif keyword.arg == "error_messages" and isinstance(keyword.value, ast.Dict):
            yield from (("error_messages", value) for value in keyword.value.values)


def _read_in_class(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """The class attributes that people read: Meta's and AppConfig's names, the labels of choices."""
    choices = any(_name(base) in CHOICES for base in node.bases)
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name, value = statement.targets[0].id, statement.value
        if name in ATTRIBUTES:
            yield name, value
        elif choices and isinstance(value, ast.Tuple) and len(value.elts) == 2:
            yield f"the label of {name}", value.elts[1]
        elif choices and isinstance(value, ast.Constant):
            yield f"the choice {name}, which has no label,", value


def unmarked(source: str, *, errors: bool = True) -> list[Finding]:
    """Line and sentence of each literal that should have been marked; ``errors``: those of errors too."""
    found: list[Finding] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            read = list(_read_in_call(node, errors=errors))
        elif isinstance(node, ast.ClassDef):
            read = list(_read_in_class(node))
        else:
            continue
        for what, value in read:
            text = _literal(value)
            if text and any(character.isalpha() for character in text):
                found.append((value.lineno, f'{what} "{text[:60]}" is not marked for translation'))
    allowed = {n for n, line in enumerate(source.splitlines(), start=1) if _ALLOWED.search(line)}
    return sorted(finding for finding in found if not {finding[0], finding[0] - 1} & allowed)
