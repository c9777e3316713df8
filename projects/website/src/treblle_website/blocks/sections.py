"""The sections that pages are made of, in the order an editor finds them."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from treblle_website.blocks.links import LinkBlock
from treblle_website.blocks.pictures import PictureValue, picture_block

MAX_ACTIONS = 2
TEXT_FEATURES = ["bold", "italic", "link", "code", "ol", "ul"]
ICONS = [
    ("live", "Live"),
    ("endpoints", "Endpoints"),
    ("docs", "Documents"),
    ("chart", "Chart"),
    ("shield", "Shield"),
    ("problem", "Problem"),
    ("place", "Place"),
    ("server", "Server"),
    ("feather", "Feather"),
]


def actions() -> blocks.ListBlock:
    return blocks.ListBlock(
        LinkBlock(), min_num=0, max_num=MAX_ACTIONS, default=[], help_text="The first stands out."
    )


class HeroBlock(blocks.StructBlock):
    eyebrow = blocks.CharBlock(required=False, max_length=80)
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(max_length=400)
    actions = actions()
    note = blocks.CharBlock(required=False, max_length=160)
    picture = picture_block(required=False)

    class Meta:
        icon = "title"
        template = "treblle_website/blocks/hero.html"
        value_class = PictureValue


class ShowcaseBlock(blocks.StructBlock):
    """Words on one side, a picture of the product on the other."""

    eyebrow = blocks.CharBlock(required=False, max_length=80)
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(max_length=600)
    points = blocks.ListBlock(blocks.CharBlock(max_length=160), default=[])
    picture = picture_block()

    class Meta:
        icon = "view"
        template = "treblle_website/blocks/showcase.html"
        value_class = PictureValue


class FeatureBlock(blocks.StructBlock):
    icon = blocks.ChoiceBlock(choices=ICONS)
    title = blocks.CharBlock(max_length=80)
    text = blocks.TextBlock(max_length=300)


class FeaturesBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(required=False, max_length=400)
    features = blocks.ListBlock(FeatureBlock(), min_num=1)

    class Meta:
        icon = "list-ul"
        template = "treblle_website/blocks/features.html"


class NumberBlock(blocks.StructBlock):
    number = blocks.CharBlock(max_length=12)
    label = blocks.CharBlock(max_length=120)


class NumbersBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120, help_text="Read out; not shown.")
    numbers = blocks.ListBlock(NumberBlock(), min_num=2, max_num=4)

    class Meta:
        icon = "decimal"
        template = "treblle_website/blocks/numbers.html"


class LogoBlock(blocks.StructBlock):
    """A name, and its picture where there is one and its owner allows it."""

    name = blocks.CharBlock(max_length=60)
    image = ImageChooserBlock(required=False)


class LogosBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    logos = blocks.ListBlock(LogoBlock(), min_num=2, max_num=12)

    class Meta:
        icon = "image"
        template = "treblle_website/blocks/logos.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said. Only with their leave, and only if they exist."""

    text = blocks.TextBlock(max_length=500)
    name = blocks.CharBlock(max_length=80)
    role = blocks.CharBlock(required=False, max_length=120)

    class Meta:
        icon = "openquote"
        template = "treblle_website/blocks/quote.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80)
    text = blocks.TextBlock(max_length=300)


class StepsBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    steps = blocks.ListBlock(StepBlock(), min_num=2, max_num=4)

    class Meta:
        icon = "list-ol"
        template = "treblle_website/blocks/steps.html"


class ComparisonRowBlock(blocks.StructBlock):
    label = blocks.CharBlock(max_length=120)
    cells = blocks.ListBlock(
        blocks.CharBlock(max_length=120), help_text="One a column; yes and no become marks."
    )


class ComparisonBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(required=False, max_length=400)
    columns = blocks.ListBlock(blocks.CharBlock(max_length=60), min_num=2, max_num=4)
    rows = blocks.ListBlock(ComparisonRowBlock(), min_num=1)

    class Meta:
        icon = "table"
        template = "treblle_website/blocks/comparison.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(max_length=160)
    answer = blocks.RichTextBlock(features=TEXT_FEATURES)


class QuestionsBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    questions = blocks.ListBlock(QuestionBlock(), min_num=1)

    class Meta:
        icon = "help"
        label = "FAQ"
        template = "treblle_website/blocks/questions.html"


class CallToActionBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(required=False, max_length=300)
    actions = actions()

    class Meta:
        icon = "pick"
        template = "treblle_website/blocks/call_to_action.html"
