"""Blocks: what editors put pages together from."""

from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from treblle_website.blocks.code import CodeSampleBlock
from treblle_website.blocks.links import LinkBlock
from treblle_website.blocks.plans import PlanBlock, PlansBlock
from treblle_website.blocks.sections import (
    CallToActionBlock,
    ComparisonBlock,
    FeaturesBlock,
    HeroBlock,
    LogosBlock,
    NumbersBlock,
    QuestionsBlock,
    QuoteBlock,
    ShowcaseBlock,
    StepsBlock,
)
from treblle_website.blocks.versions import VersionsBlock

ARTICLE_FEATURES = ["h2", "h3", "bold", "italic", "link", "code", "ol", "ul", "hr", "blockquote"]


class PlainSectionsBlock(blocks.StreamBlock):
    """Everything that fills the width of a page, the same for all visitors."""

    hero = HeroBlock()
    showcase = ShowcaseBlock()
    features = FeaturesBlock()
    logos = LogosBlock()
    numbers = NumbersBlock()
    code_sample = CodeSampleBlock()
    steps = StepsBlock()
    quote = QuoteBlock()
    comparison = ComparisonBlock()
    plans = PlansBlock()
    questions = QuestionsBlock()
    call_to_action = CallToActionBlock()


class SectionsBlock(PlainSectionsBlock):
    """The same, and two versions of a section to be compared."""

    versions = VersionsBlock(PlainSectionsBlock)


class PhotoBlock(blocks.StructBlock):
    """An uploaded picture. Its description comes from the picture itself."""

    image = ImageChooserBlock()
    caption = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        icon = "image"
        template = "treblle_website/blocks/photo.html"


class ArticleBlock(SectionsBlock):
    """Running text and uploaded pictures among the sections."""

    text = blocks.RichTextBlock(
        features=ARTICLE_FEATURES, template="treblle_website/blocks/text.html"
    )
    photo = PhotoBlock()


class LinkColumnBlock(blocks.StructBlock):
    """A column of the footer."""

    title = blocks.CharBlock(max_length=40)
    links = blocks.ListBlock(LinkBlock(), min_num=1)

    class Meta:
        icon = "list-ul"


__all__ = ["ArticleBlock", "LinkBlock", "LinkColumnBlock", "PlanBlock", "SectionsBlock"]
