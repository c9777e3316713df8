"""Code with one tab a framework; switched by radio buttons, so that no script is needed."""

from dataclasses import dataclass

from wagtail import blocks

# The style sheet knows this many tabs.
MAX_TABS = 6
ADDED = "+ "
KEPT = "  "


@dataclass(frozen=True)
class CodeLine:
    text: str
    added: bool


class CodeTabValue(blocks.StructValue):
    """A listing; lines that begin with "+ " are what the reader is to add."""

    @property
    def lines(self) -> list[CodeLine]:
        lines = str(self["code"]).rstrip().splitlines()
        if not any(line.startswith(ADDED) for line in lines):
            return [CodeLine(line, added=False) for line in lines]
        return [CodeLine(without_mark(line), line.startswith(ADDED)) for line in lines]


def without_mark(line: str) -> str:
    return line[len(ADDED) :] if line.startswith((ADDED, KEPT)) else line


class CodeTabBlock(blocks.StructBlock):
    label = blocks.CharBlock(max_length=30, help_text="The framework")
    place = blocks.CharBlock(max_length=80, help_text="The file, or where it is typed")
    code = blocks.TextBlock(help_text='Begin lines to be added with "+ ", the others with blanks.')

    class Meta:
        value_class = CodeTabValue


class CodeSampleBlock(blocks.StructBlock):
    headline = blocks.CharBlock(max_length=120)
    text = blocks.TextBlock(required=False, max_length=400)
    tabs = blocks.ListBlock(CodeTabBlock(), min_num=1, max_num=MAX_TABS)

    class Meta:
        icon = "code"
        template = "treblle_website/blocks/code_sample.html"
