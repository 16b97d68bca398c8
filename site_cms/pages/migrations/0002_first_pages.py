"""The pages that a new site begins with, in place of Wagtail's welcome page: home, and a list of articles."""

from uuid import uuid4

from django.db import migrations

HOME_INTRO = (
    "A first step need not be a big one. We talk for twenty minutes, and you see whether you would like to go on."
)
ARTICLES_INTRO = "Short texts on what comes up in sessions, to read in your own time."


def content_type(apps, app_label, model):
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def default_locale(apps):
    return apps.get_model("wagtailcore", "Locale").objects.order_by("pk").first()


def is_untouched_welcome(page):
    """Whether this is Wagtail's own first page, which nobody has given a type or pages below it."""
    return page.content_type.model == "page" and page.slug == "home" and page.depth == 2 and page.numchild == 0


def add_first_pages(apps, _schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    site = Site.objects.filter(is_default_site=True).select_related("root_page__content_type").first()
    if site is None or not is_untouched_welcome(site.root_page):
        return  # somebody has built a site here already
    welcome = site.root_page
    common = {"locale": default_locale(apps), "live": True, "first_published_at": None}
    # The new page takes the old one's place in the tree, which is unique: move the old one aside first.
    place = welcome.path
    Page.objects.filter(pk=welcome.pk).update(path=f"{place[:4]}zzzz", slug="welcome-to-be-removed")
    home = apps.get_model("pages", "HomePage").objects.create(
        title="A quiet place to begin",
        draft_title="A quiet place to begin",
        seo_title="Psychotherapy, at your pace",
        slug="home",
        intro=HOME_INTRO,
        path=place,
        depth=2,
        numchild=1,
        url_path="/home/",
        content_type=content_type(apps, "pages", "homepage"),
        translation_key=uuid4(),
        **common,
    )
    site.root_page_id = home.pk
    site.save(update_fields=["root_page"])
    Page.objects.filter(pk=welcome.pk).delete()
    apps.get_model("pages", "ArticleIndexPage").objects.create(
        title="Articles",
        draft_title="Articles",
        slug="articles",
        intro=ARTICLES_INTRO,
        show_in_menus=True,
        path=f"{place}0001",
        depth=3,
        numchild=0,
        url_path="/home/articles/",
        content_type=content_type(apps, "pages", "articleindexpage"),
        translation_key=uuid4(),
        **common,
    )


def bring_welcome_back(apps, _schema_editor):
    """Put Wagtail's welcome page back. The pages written here go with their tables."""
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    site = Site.objects.filter(is_default_site=True).select_related("root_page__content_type").first()
    if site is None or site.root_page.content_type.model != "homepage":
        return
    home = site.root_page
    place = home.path
    Page.objects.filter(path__startswith=place).update(path=Replaced("path", place))
    home.refresh_from_db()
    welcome = Page.objects.create(
        title="Welcome to your new Wagtail site!",
        draft_title="Welcome to your new Wagtail site!",
        slug="home",
        path=place,
        depth=2,
        numchild=0,
        url_path="/home/",
        content_type=content_type(apps, "wagtailcore", "page"),
        locale=default_locale(apps),
        translation_key=uuid4(),
    )
    site.root_page_id = welcome.pk
    site.save(update_fields=["root_page"])
    Page.objects.filter(path__startswith=home.path).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(add_first_pages, bring_welcome_back)]
