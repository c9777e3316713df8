"""What the product costs, one block a plan."""

from wagtail import blocks

from treblle_website.blocks.links import LinkBlock


class PlanBlock(blocks.StructBlock):
    """A plan as it is shown; what is charged and limited is the platform's own."""

    name = blocks.CharBlock(max_length=40)
    price = blocks.CharBlock(max_length=20, help_text="$49, or words")
    period = blocks.CharBlock(required=False, max_length=40, help_text="a month")
    summary = blocks.CharBlock(max_length=160)
    requests = blocks.CharBlock(max_length=40, help_text="Requests a month")
    retention = blocks.CharBlock(max_length=40, help_text="How long requests are kept")
    members = blocks.CharBlock(max_length=40, help_text="People in a project")
    points = blocks.ListBlock(blocks.CharBlock(max_length=120), default=[])
    action = LinkBlock()
    highlighted = blocks.BooleanBlock(required=False)

    class Meta:
        icon = "tag"
        template = "treblle_website/blocks/plan.html"


class PlansBlock(blocks.StructBlock):
    """The plans on a page that is not the pricing page."""

    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(required=False, max_length=400)
    plans = blocks.ListBlock(PlanBlock(), min_num=1, max_num=4)

    class Meta:
        icon = "tag"
        template = "treblle_website/blocks/plans.html"
