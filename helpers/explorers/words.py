"""How explorers write numbers in their sentences."""


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
