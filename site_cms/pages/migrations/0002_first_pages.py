"""The pages that a new site begins with: Wagtail's welcome page becomes the home page, with a list of articles below."""

from uuid import uuid4

from django.db import migrations
from django.utils import timezone

WELCOME_TITLE = "Welcome to your new Wagtail site!"
HOME = {
    "title": "A quiet place to begin",
    "draft_title": "A quiet place to begin",
    "seo_title": "Psychotherapy at your pace",
    "intro": "The first step can be small. We talk for twenty minutes, and you see whether you would like to go on.",
}
ARTICLES = {
    "title": "Articles",
    "draft_title": "Articles",
    "slug": "articles",
    "show_in_menus": True,
    "intro": "Short texts on what comes up in sessions, to read in your own time.",
}


def content_type(apps, app_label, model):
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def front_page(apps, app_label, model):
    """The root page of the default site if it is of that type, else None."""
    Site = apps.get_model("wagtailcore", "Site")
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    wanted = content_type(apps, app_label, model)
    return site.root_page if site and site.root_page.content_type_id == wanted.pk else None


def add_first_pages(apps, _schema_editor):
    """Give the welcome page the type and words of a home page. A site that somebody has built already is left alone."""
    welcome = front_page(apps, "wagtailcore", "page")
    if welcome is None or welcome.numchild or welcome.title != WELCOME_TITLE:
        return
    now = timezone.now()
    fields = {field.attname: getattr(welcome, field.attname) for field in welcome._meta.concrete_fields}
    apps.get_model("pages", "HomePage")(
        page_ptr_id=welcome.pk,
        **fields
        | HOME
        | {"content_type_id": content_type(apps, "pages", "homepage").pk, "numchild": 1, "first_published_at": now},
    ).save()
    apps.get_model("pages", "ArticleIndexPage").objects.create(
        path=f"{welcome.path}0001",
        depth=welcome.depth + 1,
        url_path=f"{welcome.url_path}{ARTICLES['slug']}/",
        locale_id=welcome.locale_id,
        translation_key=uuid4(),
        content_type=content_type(apps, "pages", "articleindexpage"),
        first_published_at=now,
        **ARTICLES,
    )


def bring_welcome_back(apps, _schema_editor):
    """Make the home page Wagtail's welcome page again. What lies below it goes: its tables are about to."""
    home = front_page(apps, "pages", "homepage")
    if home is None:
        return
    Page = apps.get_model("wagtailcore", "Page")
    Page.objects.filter(path__startswith=home.path, depth__gt=home.depth).delete()
    apps.get_model("pages", "HomePage").objects.get(pk=home.pk).delete(keep_parents=True)
    Page.objects.filter(pk=home.pk).update(
        title=WELCOME_TITLE,
        draft_title=WELCOME_TITLE,
        seo_title="",
        numchild=0,
        content_type=content_type(apps, "wagtailcore", "page"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_pages"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(add_first_pages, bring_welcome_back)]
