"""How Sphinx builds the site. `python3 -m helpers site` runs it: see __main__.py."""

from pathlib import Path

HERE = Path(__file__).absolute().parent

project = "Downhill"
author = "the authors of Downhill"
html_title = "Downhill"
html_show_copyright = False
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_domain_indices = False
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.mathjax",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "builder.docstrings",
    "builder.player",
]

# The notebooks come with their outputs.
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# Quotation marks as they are written; only the two hyphens in lists of arguments become a dash.
smartquotes_action = "D"

# One file, and no fonts: a page opened as a file may not fetch any in all browsers.
mathjax_path = "mathjax/tex-svg.js"
# Its menu would fetch more.
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_favicon = str(HERE / "static" / "icon.svg")
html_context = {"default_mode": "auto"}
html_sidebars = {"**": ["home.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "footer_content_items": ["license.html"],
    "search_bar_text": "Search the course",
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": False,
    "toc_title": "On this page",
}

# A name in single backticks, as in docstrings, is code.
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
# Types are words here, such as "float or numpy.ndarray, shape (n,)": no links into other pages.
napoleon_use_param = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]
