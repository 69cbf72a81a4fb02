"""From Markdown, formulas and code to HTML that a browser shows without a script."""

import re
from functools import cache

import mistune
from latex2mathml.converter import convert
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer, TextLexer

_LEXERS = {"python": PythonLexer, "pycon": PythonConsoleLexer}


class _Renderer(mistune.HTMLRenderer):
    """Formulas as MathML, code in color, links to other notebooks as their names."""

    def text(self, text):
        # No line ends within ∂f/∂x.
        return super().text(text).replace("/∂", "/\N{WORD JOINER}∂")

    def block_math(self, text):
        return f'<div class="formula">{formula(text, "block")}</div>\n'

    def inline_math(self, text):
        return formula(text, "inline")

    def block_code(self, code, info=None):
        return code_block(code, info or "text")

    def link(self, text, url, title=None):
        if re.match(r"https?:", url):
            return f'<a href="{mistune.escape(url)}" target="_blank" rel="noopener">{text}</a>'
        return f'<cite class="page">{text}</cite>'


@cache
def _markdown():
    return mistune.create_markdown(renderer=_Renderer(escape=False), plugins=["table", "math"])


def html(markdown: str) -> str:
    """Markdown as HTML."""
    return _markdown()(markdown)


def plain(markdown: str) -> str:
    """Markdown without its marks, for a line of text."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"[*`>]|\$+", "", text).strip()


def formula(latex: str, display: str) -> str:
    """A formula of LaTeX as MathML.

    Where no font for mathematics is installed, browsers do not stretch a parenthesis. So those
    around a table are drawn by the style sheet, which is told by a class.
    """
    found = convert(latex.strip(), display=display)
    found = re.sub(
        r"<mo[^>]*>(?:\(|&#x00028;)</mo>(<mtable.*?</mtable>)<mo[^>]*>(?:\)|&#x00029;)</mo>",
        r'<mrow class="matrix">\1</mrow>',
        found,
    )
    # The sign is raised already.
    found = found.replace(
        "<msup><mi>f</mi><mi>&#x02032;</mi></msup>",
        '<mrow><mi>f</mi><mo lspace="0" rspace="0">&#x02032;</mo></mrow>',
    )
    # A function has room about it, but for its parenthesis.
    found = re.sub(
        r"<mi>(sin|cos|tan|tanh|exp|ln|log|Im|Re)</mi>(<mo stretchy=\"false\">&#x00028;</mo>)?",
        lambda m: f'<mo lspace="0.17em" rspace="{0 if m[2] else 0.17}em">{m[1]}</mo>{m[2] or ""}',
        found,
    )
    # As in print: the limit stands below "lim" in a formula of its own.
    found = re.sub(
        r"<msub><mo>lim</mo>(<mrow>.*?</mrow>)</msub>", r"<munder><mo>lim</mo>\1</munder>", found
    )
    return found.replace("<mo>&#x02211;</mo>", '<mo class="large">&#x02211;</mo>')


def code_block(source: str, language: str = "python") -> str:
    """Lines of code, in color where they are Python."""
    return f"<pre><code>{code(source.rstrip(), language)}</code></pre>\n"


def code(source: str, language: str = "python") -> str:
    """Code as spans of HTML, without a block around it."""
    # On paper one empty line is enough between two functions.
    source = source.replace("\n\n\n", "\n\n")
    lexer = _LEXERS.get(language, TextLexer)(stripnl=False)
    return highlight(source, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")


def inline(markdown: str) -> str:
    """Markdown of one paragraph as HTML, without the paragraph around it."""
    return html(markdown).strip().removeprefix("<p>").removesuffix("</p>")
