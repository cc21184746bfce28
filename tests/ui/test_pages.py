"""The frame, the forms and every component, as a browser receives them."""

from dataclasses import replace

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from lxml import html as lxml_html

from isthmus.kit.errors import Refused
from isthmus.ui import gallery_samples as samples
from isthmus.ui import icons
from isthmus.ui.components import Compared, Fact, Passport, Progress, State
from isthmus.ui.forms import Day, Renderer
from isthmus.ui.shell import NavItem, Shell
from isthmus.ui.templatetags import ui as tags

PAGES = (
    "/",
    "/form",
    "/list",
    "/list?none",
    "/record",
    "/case",
    "/progress",
    "/check",
    "/error",
    "/?anonymous",
)


def parse(response_or_html):
    text = response_or_html if isinstance(response_or_html, str) else response_or_html.content.decode()
    return lxml_html.fromstring(text)


def shown(template, context=None, shell=None):
    request = RequestFactory().get("/")
    request.ui_shell = shell or Shell(node_name="Node of Examples")
    return parse(render_to_string(template, context or {}, request))


@pytest.fixture
def _plain(settings):
    settings.ROOT_URLCONF = "tests.ui.urls"


# Every page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_page_is_sound(gallery, path, language):
    response = gallery.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    page = parse(response)
    assert page.get("lang") == language
    assert page.get("dir") == ("rtl" if language == "ar" else "ltr")
    assert len(page.xpath("//h1")) == 1
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert page.xpath("//@style") == []
    assert page.xpath("//*[@onclick or @onchange or @onsubmit]") == []
    assert page.xpath("//script[not(@src)]") == []
    assert page.xpath("string(//title)").strip().endswith("· Myanmar node")
    for link in page.xpath("//a[starts-with(@href, '#') and string-length(@href) > 1]/@href"):
        assert link[1:] in ids
    for described in page.xpath("//@aria-describedby | //@aria-labelledby"):
        assert set(described.split()) <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_obeys_the_policy_of_the_node(gallery, path):
    policy = gallery.get(path)["Content-Security-Policy"]
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_pages_are_light(gallery):
    import gzip

    for path in PAGES[1:-1]:
        assert len(gzip.compress(gallery.get(path).content)) < 10_000


# The frame


@pytest.mark.usefixtures("_plain")
def test_the_frame_shows_what_the_shell_says():
    shell = Shell(
        node_tile="MM",
        node_name="Myanmar node",
        node_id="mm",
        version="0.1.0",
        applications=(
            NavItem("E-Trade", "/etrade/", "declaration", current=True),
            NavItem("Excise", "/excise/"),
        ),
        application="E-Trade",
        sections=(NavItem("Cases", "/cases/", count=1_200),),
        organisation="Customs",
        person="Khin",
        person_menu=(NavItem("Account", "/account/"),),
        sign_out_url="/out",
        search_url="/search",
        health_url="/health",
        checkpoint_url="/checkpoint",
        theme="dark",
    )
    page = shown("ui/base.html", {"title": "Cases"}, shell)
    assert page.get("data-theme") == "dark"
    assert page.xpath("string(//a[@class='node'])").split() == ["MM", "Myanmar", "node"]
    assert page.xpath("//a[@aria-current='page']/@href") == ["/etrade/"]
    assert page.xpath("//form[@action='/out']/@method") == ["post"]
    assert page.xpath("//form[@role='search']/@action") == ["/search"]
    assert "1,200" in page.xpath("string(//nav[contains(@class, 'sections')])")
    footer = page.xpath("//footer")[0]
    assert footer.xpath(".//a/@href") == ["/health", "/checkpoint"]
    assert "Isthmus 0.1.0" in footer.text_content()


@pytest.mark.usefixtures("_plain")
def test_a_visitor_is_asked_to_sign_in():
    page = shown("ui/base.html", {"title": "Front"}, Shell(sign_in_url="/in", sign_out_url="/out"))
    assert page.xpath("//a[@href='/in']")
    assert not page.xpath("//form[@action='/out']")
    assert not page.xpath("//nav[contains(@class, 'sections')]")


@pytest.mark.usefixtures("_plain")
def test_each_language_is_a_button_under_its_own_name():
    page = shown("ui/base.html", {"title": "Front"})
    buttons = page.xpath("//form[@action='/language/setlang/']//button")
    assert next((b.get("value"), b.get("aria-pressed")) for b in buttons) == ("en", "true")
    assert "Français" in [b.text_content() for b in buttons]
    assert page.xpath("//input[@name='next']/@value") == ["/"]


def test_choosing_a_language_needs_no_script(gallery):
    answer = gallery.post("/language/setlang/", {"language": "fr", "next": "/list"})
    assert answer.status_code == 302
    assert answer["Location"] == "/list"
    assert parse(gallery.get("/list")).get("lang") == "fr"


def test_the_shell_is_asked_for_once_a_request(settings):
    from isthmus.ui import context

    settings.UI_SHELL = "tests.ui.test_pages.counted_shell"
    CALLS.clear()
    request = RequestFactory().get("/")
    assert context.shell(request)["shell"] is context.shell(request)["shell"]
    assert CALLS == ["/"]


CALLS: list[str] = []


def counted_shell(request):
    CALLS.append(request.path)
    return Shell()


def test_only_pages_that_poll_load_htmx(gallery):
    loads = {path: "htmx" in gallery.get(path).content.decode() for path in ("/form", "/list", "/case")}
    assert not any(loads.values())
    page = parse(gallery.get("/progress"))
    assert page.xpath("//script[contains(@src, 'htmx-2')]/@defer") != []
    assert '"includeIndicatorStyles":false' in page.xpath("//meta[@name='htmx-config']/@content")[0]


# Forms


class Application(forms.Form):
    name = forms.CharField(label="Name", help_text="As in the register.")
    way = forms.ChoiceField(label="Way", choices=(("sea", "Sea"), ("air", "Air")), widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False)
    sure = forms.BooleanField(label="I am sure")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    default_renderer = Renderer

    def clean(self):
        if self.data.get("note") == "wrong":
            raise forms.ValidationError("Name and note contradict each other.")


def test_fields_have_label_hint_and_optional():
    form = parse(str(Application()))
    assert form.xpath("//label[@for='id_name']")[0].text.strip() == "Name"
    assert form.xpath("//input[@id='id_name']/@aria-describedby") == ["id_name_helptext"]
    assert form.xpath("string(//*[@id='id_name_helptext'])") == "As in the register."
    assert form.xpath("normalize-space(//label[@for='id_note'])") == "Note (optional)"
    assert form.xpath("normalize-space(//fieldset/legend)") == "Way"
    assert len(form.xpath("//fieldset//input[@type='radio']")) == 2
    assert form.xpath("//input[@type='checkbox']/following-sibling::label/@for") == ["id_sure"]
    assert not form.xpath("//*[@class='error-summary']")


def test_errors_stand_on_top_and_beside_their_field():
    form = parse(str(Application({"note": "wrong"})))
    summary = form.xpath("//*[@class='error-summary']")[0]
    assert summary.get("tabindex") == "-1"
    assert "autofocus" in summary.attrib
    assert summary.get("role") == "alert"
    assert "Name and note contradict each other." in summary.text_content()
    targets = summary.xpath(".//a/@href")
    assert targets == ["#id_name", "#id_way_0", "#id_sure"]
    for target in targets:
        assert form.xpath(f"//*[@id='{target[1:]}']")
    field = form.xpath("//input[@id='id_name']")[0]
    assert field.get("aria-invalid") == "true"
    assert field.get("aria-describedby") == "id_name_helptext id_name_error"
    assert "This field is required." in form.xpath("string(//*[@id='id_name_error'])")
    assert form.xpath("//fieldset/@aria-describedby") == ["id_way_error"]


def test_a_sent_form_without_faults_has_no_summary():
    form = Application({"name": "x", "way": "sea", "sure": "on"})
    assert form.is_valid()
    assert "error-summary" not in str(form)


def test_what_people_typed_is_escaped():
    assert "<script>" not in str(Application({"name": "<script>"}))


def test_a_formset_has_its_management_form():
    formset = forms.formset_factory(Application, extra=2)()
    formset.renderer = Renderer()
    assert 'name="form-TOTAL_FORMS"' in str(formset)
    assert 'id="id_form-1-name"' in str(formset)


def test_days_are_sent_as_iso_and_read_in_three_ways():
    field = Day()
    assert {field.clean(text).isoformat() for text in ("2026-11-23", "23 Nov 2026", "23.11.2026")} == {
        "2026-11-23"
    }
    assert 'type="date"' in field.widget.render("d", None)


def test_the_gallery_form_shows_its_errors(gallery):
    page = parse(gallery.post("/form", {}))
    assert len(page.xpath("//*[@class='error-summary']//a")) == 6


# Components


def part(name, **context):
    return parse(f"<div>{render_to_string(f'ui/parts/{name}.html', context)}</div>")


def test_differing_cells_are_marked_with_word_and_shape():
    case = replace(
        samples.CASE, compared=(Compared("Mass", 5, 4, "less"), Compared("Code", "a", "a")), chart=None
    )
    page = part("case", case=case)
    rows = page.xpath("//tbody/tr")
    assert len(rows[0].xpath("./td[@class='differs']")) == 2
    assert "differs: less" in " ".join(rows[0].text_content().split())
    assert rows[1].xpath("./td[@class='differs']") == []
    assert [b.get("value") for b in page.xpath("//button[@name='action']")] == [
        "ask",
        "accept",
        "escalate",
        "dismiss",
    ]


def test_progress_polls_until_it_is_finished():
    work = Progress("Reconcile", "/work/1", 1_000, 4_000, State("wait", "Running"), stop_url="/work/1/stop")
    page = part("progress", work=work)
    section = page.xpath("//section")[0]
    assert (section.get("hx-get"), section.get("hx-trigger")) == ("/work/1", "every 2s")
    assert section.xpath(".//progress/@value") == ["1000"]
    assert section.xpath(".//progress/@max") == ["4000"]
    assert "3,000 left" in section.text_content()
    assert section.xpath(".//form/@action") == ["/work/1/stop"]
    done = part("progress", work=replace(work, done=4_000, finished=True))
    assert done.xpath("//section/@hx-get") == []
    assert done.xpath("//form") == []


def test_progress_of_unknown_length_has_no_value():
    page = part("progress", work=Progress("Count", "/w", 12, None, State("wait", "Running")))
    assert page.xpath("//progress/@value") == []
    assert "12 so far" in page.text_content()


def test_work_without_script_is_followed_by_refresh(gallery):
    page = gallery.get("/progress").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    fragment = gallery.get("/progress", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'hx-get="/progress"' in fragment


def test_the_passport_says_its_verdict_and_verifies_by_post():
    page = part("passport", passport=samples.PASSPORT)
    assert page.xpath("//form/@method") == ["post"]
    assert "Unchanged since China Customs signed it" in page.text_content()
    assert part("passport", passport=Passport(())).xpath("//form") == []


def test_answers_can_be_changed_one_by_one():
    page = part("answers", groups=samples.ANSWERS)
    assert [a.text_content() for a in page.xpath("//a")] == [
        "Change Name",
        "Change Where the link is checked by hand",
    ]


def test_facts_link_where_a_number_comes_from():
    page = part("facts", facts=(Fact("Entry", 48_211, "/log/48211"),), tight=True)
    assert page.xpath("//dd/a/@href") == ["/log/48211"]
    assert page.xpath("string(//dd)") == "48,211"


def test_tasks_show_count_and_deadline():
    page = part("tasks", tasks=samples.TASKS)
    lines = [" ".join(li.text_content().split()) for li in page.xpath("//li")]
    assert lines[0].startswith("3")
    assert "China Customs · due 23 Nov 2026 10:02 UTC" in lines[0]
    assert lines[3].startswith("0")


def test_words_are_numbered_by_the_list_and_read_from_the_left():
    page = parse(f"<div>{render_to_string('ui/parts/words.html', {'words': samples.WORDS.split()})}</div>")
    assert page.xpath("//ol/@dir") == ["ltr"]
    assert len(page.xpath("//li")) == 12


def test_json_is_folded_and_escaped():
    page = parse(f"<div>{render_to_string('ui/parts/folded.html', tags.folded({'a': '<b>', 'ü': 1}))}</div>")
    assert page.xpath("string(//code)") == '{\n  "a": "<b>",\n  "ü": 1\n}'
    assert page.xpath("//details/@open") == []


@pytest.mark.parametrize("name", sorted(icons.NAMES))
def test_icons_are_hidden_from_screen_readers(name):
    svg = parse(icons.icon(name))
    assert svg.get("aria-hidden") == "true"
    assert svg.xpath("./path/@d")[0].startswith("M")


def test_an_icon_that_is_not_drawn_breaks_no_page():
    assert "<path" in icons.icon("no such icon")


# Errors


@pytest.mark.parametrize("status", [400, 403, 404, 503])
@pytest.mark.usefixtures("_plain")
def test_error_pages_say_what_happened_and_what_to_do(status):
    page = shown(f"{status}.html")
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main//p[normalize-space()]")) >= 2


@pytest.mark.usefixtures("_plain")
def test_an_error_of_ours_shows_message_step_and_code():
    error = Refused("accounts.refused", "You may not sign <this>.", next_step="Ask an approver.")
    text = shown("ui/error.html", {"error": error}).text_content()
    assert "You may not sign <this>." in text
    assert "Ask an approver." in text
    assert "accounts.refused" in text


def test_the_page_of_a_fault_renders_without_any_context():
    page = parse(render_to_string("500.html"))
    assert page.get("lang") == "en"
    assert page.xpath("//p[@dir='rtl']/@lang") == ["ar"]


def test_a_missing_csrf_token_is_explained(settings, client):
    settings.ROOT_URLCONF = "tests.ui.urls"
    settings.UI_SHELL = ""
    strict = type(client)(enforce_csrf_checks=True)
    answer = strict.post("/form", {})
    assert answer.status_code == 403
    assert "This form was open for too long" in answer.content.decode()
