"""Text that no translator would see is named; what is code or a name is left alone."""

from pathlib import Path

import pytest

from isthmus.node.checks import translations, unmarked_python, unmarked_templates


@pytest.mark.parametrize(
    ("template", "line", "quoted"),
    [
        ("<p>Hello</p>", 1, '"Hello"'),
        ("{% if x %}\n<p>\n  Hello {{ name }}</p>{% endif %}", 3, '"Hello"'),
        ("<p>{% translate 'Hello' %} you</p>", 1, '"you"'),
        ("<img src='x' alt='A map'>", 1, 'alt="A map"'),
        ("<input type='submit' value='Send'>", 1, 'value="Send"'),
        ("<a\n href='x'\n title='Go'>{{ y }}</a>", 1, 'title="Go"'),
        ("<button aria-label='Close'>×</button>", 1, 'aria-label="Close"'),
        ("<p>{{ name|default:'No name' }}</p>", 1, "'No name'"),
        ("{% include 'ui/box.html' with title='My box' %}", 1, "title='My box'"),
        ("<p>你好</p>", 1, '"你好"'),
        ("<code>x</code> word", 1, '"word"'),
    ],
)
def test_unmarked_text_in_a_template_is_named(template: str, line: int, quoted: str):
    found = unmarked_templates.unmarked(template)
    assert len(found) == 1
    assert found[0][0] == line
    assert quoted in found[0][1]


@pytest.mark.parametrize(
    "template",
    [
        "<p>{% translate 'Hello' %}</p>",
        "{% blocktranslate trimmed with name=x %}\n Hello {{ name }}, <b>you</b>\n{% endblocktranslate %}",
        "{% blocktranslate count n=n %}One thing{% plural %}{{ n }} things{% endblocktranslate %}",
        "<p class='wide' id=\"a{% if x %}b{% endif %}\">{{ text }} — 12 %</p>",
        "<pre>isthmus doctor</pre><kbd>Ctrl</kbd>",
        "<p translate='no'>Français <b>ici</b></p>",
        "<script>const x = 'hello';</script><style>a { color: red }</style>",
        "{% comment %}Words for us{% endcomment %}{# and these #}",
        "{# untranslated: the licence's own words #}\n<p>Apache License</p>",
        "<p>Isthmus</p>",
        "<p lang='fr'>Une <b>erreur</b></p>",
        "{# untranslated page: shown when nothing works any more #}\n<p>Broken</p><p>Very</p>",
        "<html lang=\"{{ code|default:'en' }}\" dir=\"{{ rtl|yesno:'rtl,ltr' }}\">",
        "{% include 'ui/box.html' with title=_('My box') %}",
        "&nbsp;&times;",
        "<{% if x %}a href='{{ x }}'{% else %}button{% endif %}></{% if x %}a{% else %}button{% endif %}>",
    ],
)
def test_marked_text_code_and_names_pass(template: str):
    assert unmarked_templates.unmarked(template) == []


def test_an_allowance_needs_its_reason():
    assert unmarked_templates.unmarked("{# untranslated: #}\n<p>Words</p>") != []
    assert unmarked_templates.unmarked("{# untranslated page: #}\n<p>Words</p>") != []
    assert unmarked_python.unmarked("# untranslated:\nfield(label='Words')") != []


def test_plain_text_templates_are_looked_at_line_by_line():
    text = "{% translate 'Hello' %}\n\nSign here\n"
    assert unmarked_templates.unmarked(text, html=False) == [(3, '"Sign here" is not marked for translation')]


@pytest.mark.parametrize(
    "code",
    [
        "field = CharField(label='Name')",
        "field = CharField(help_text=f'At most {n} letters')",
        "field = CharField(error_messages={'required': 'Give a name'})",
        "messages.success(request, 'Saved')",
        "raise ValidationError('Wrong %s' % x)",
        "self.add_error('name', 'Too long')",
        "raise Refused('a.b', 'Not allowed')",
        "raise Conflict('a.b', _('Fine'), next_step='Ask {}'.format(who))",
        "FieldFault('name', 'wrong' if x else 'right')",
        "Application('etrade', 'Trade', _('To trade'), 'icon')",
        "Application('etrade', title='Trade')",
        "class Meta:\n    verbose_name = 'Thing'",
        "class Colour(TextChoices):\n    RED = 'red', 'Red'",
        "class Colour(models.TextChoices):\n    RED = 'red'",
    ],
)
def test_unmarked_literals_in_python_are_named(code: str):
    assert len(unmarked_python.unmarked(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "field = CharField(label=_('Name'), max_length=20)",
        "field = CharField(label=name)",
        "messages.success(request, _('Saved'))",
        "logger.warning('Saved', 'x')",
        "raise ValidationError(_('Wrong %s') % x)",
        "class Colour(TextChoices):\n    RED = 'red', _('Red')",
        "class Config(AppConfig):\n    name = 'isthmus.x'\n    label = 'x'\n    verbose_name = _('X')",
        "Waiting(_('Sign'), 2, '/x/')",
        "field = CharField(label='%')",
        "# untranslated: the standard's own term\nfield = CharField(label='ARC')",
        "field = CharField(label='ARC')  # untranslated: the standard's own term",
    ],
)
def test_marked_literals_in_python_pass(code: str):
    assert unmarked_python.unmarked(code) == []


def test_files_are_named_and_the_layers_that_speak_english_left_alone(tmp_path: Path):
    planted = {
        "ui/templates/ui/page.html": "\n<p>Hello</p>",
        "accounts/services.py": "raise Refused('a', 'No')",
        "exchange/inbox.py": "raise Refused('a', 'No')\nfield(label='Stream')",
        "kit/errors.py": "raise Refused('a', 'No')",
        "apps/etrade/rules/mass.py": "raise BadInput('a', 'No')",
        "node/commands/start.py": "raise Conflict('a', 'No')",
    }
    for name, text in planted.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert translations.unmarked_in(tmp_path) == [
        'accounts/services.py:1: argument 2 of Refused "No" is not marked for translation',
        'exchange/inbox.py:2: label= "Stream" is not marked for translation',
        'ui/templates/ui/page.html:2: "Hello" is not marked for translation',
    ]
