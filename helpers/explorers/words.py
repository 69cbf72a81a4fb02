"""How explorers write numbers in their sentences."""

from helpers import plots


def signed(number, digits, plus="+"):
    """A number with a true minus sign, and never "−0.0".

    Parameters
    ----------
    number : float
    digits : int
        How many digits behind the point.
    plus : str
        What stands in front of positive numbers.
    """
    text = f"{abs(number):,.{digits}f}"
    if not text.strip("0.,"):
        return text
    return (plus if number > 0 else "\N{MINUS SIGN}") + text


def power_of_ten(number):
    """A positive number as "2·10⁻⁶", with one digit.

    Parameters
    ----------
    number : float
    """
    digit, exponent = f"{number:.0e}".split("e")
    return f"{digit}·{plots.ten_to(exponent)}"


def scientific(number, digits):
    """A number in powers of ten, with a true minus sign: 1.3e−08, as code writes it.

    Parameters
    ----------
    number : float
    digits : int
        How many digits behind the point.
    """
    return f"{number:.{digits}e}".replace("-", "\N{MINUS SIGN}")
