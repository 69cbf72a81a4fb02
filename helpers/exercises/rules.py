"""What Python and NumPy say, and the advice that goes with it.

`RULES` holds, in the order in which they are tried: the name of the exception (or of a parent of
it), a pattern of its message, and the advice, which is a sentence or a function of `advice` that
makes one. The patterns are those of Python 3.11 to 3.14 and of NumPy 2.
"""

from . import advice, naming

_POWER = "A power is written `**` in Python; `^` means something else."

# (exception, pattern of its message, advice)
RULES = [
    ("UnboundLocalError", r"variable '(\w+)'", advice.used_too_early),
    ("NameError", r"name '(.+?)' is not defined", naming.unknown_name),
    ("ModuleNotFoundError", r"No module named '([\w.]+)'", "NumPy is all that is needed: `np`."),
    ("AttributeError", r"module '([\w.]+)' has no attribute '(\w+)'", naming.not_in_module),
    ("AttributeError", r"'([\w.]+)' object has no attribute '(\w+)'", naming.no_attribute),
    (
        "TypeError",
        r"ufunc 'bitwise_xor' not supported",
        "A power is written `**` in Python; `^` means something else.",
    ),
    (
        "TypeError",
        r"ufunc 'bitwise_(?:and|or)' not supported",
        "`&` and `|` join conditions, each in parentheses: `(x > 0) & (x < 1)`.",
    ),
    (
        "TypeError",
        r"unsupported operand type\(s\) for (.+?)(?: or pow\(\))?: '([\w.]+)' and '([\w.]+)'",
        advice.operands,
    ),
    (
        "TypeError",
        r"not supported between instances of '([\w.]+)' and '([\w.]+)'",
        lambda s, left, right: advice.operands(s, "<", left, right),
    ),
    (
        "TypeError",
        r"bad operand type for unary .+: '([\w.]+)'",
        lambda s, kind: advice.operands(s, "-", kind, ""),
    ),
    (
        "TypeError",
        r"can't multiply sequence by non-int|can only concatenate (?:list|tuple)",
        "Lists and texts do not compute. `np.array(…)` makes an array of a list.",
    ),
    (
        "TypeError",
        r"can only concatenate str|must be str, not|must be real number, not str",
        "One of the two is a text: a number has no quotation marks.",
    ),
    (
        "TypeError",
        r"(\w+)\(\) missing (\d+) required (?:positional|keyword-only) arguments?: (.+)",
        advice.missing,
    ),
    (
        "TypeError",
        r"(\w+)\(\) takes (?:from )?(?:exactly )?(\w+) (?:to \d+ )?(?:positional )?arguments?"
        r".*?\b(\d+) (?:were|was) given",
        advice.too_many,
    ),
    (
        "TypeError",
        r"(\w+)\(\) takes (?:exactly |at most )?(\w+) arguments? \((\d+) given\)",
        advice.too_many,
    ),
    ("TypeError", r"(\w+)\(\) got an unexpected keyword argument '(\w+)'", advice.unexpected),
    ("TypeError", r"(\w+)\(\) got multiple values for argument", advice.wrong_call),
    (
        "TypeError",
        r"Cannot interpret '.+' as a data type|data type .+ not understood|Field elements must be",
        "`np.array` takes one list: put the numbers in brackets, as in `np.array([a, b])`.",
    ),
    ("TypeError", r"'([\w.]+)' object is not callable", advice.not_callable),
    ("TypeError", r"'([\w.]+)' object is not subscriptable", advice.not_subscriptable),
    (
        "TypeError",
        r"'([\w.]+)' object is not iterable|cannot unpack non-iterable ([\w.]+) object",
        lambda s, one, other: advice.not_iterable(s, one or other),
    ),
    (
        "TypeError",
        r"object of type '([\w.]+)' has no len|len\(\) of unsized object",
        "One number has no length. (For the size of a number there is `abs`.)",
    ),
    ("TypeError", r"argument 0 of type ([\w.]+) which has no callable (\w+)", advice.no_number),
    (
        "TypeError",
        r"ufunc '\w+' not supported for the input types",
        "It was given something that is not a number: a text, `None` or a function?",
    ),
    (
        "TypeError",
        r"only (?:0-dimensional|length-1|size-1) arrays can be converted",
        "One number was wanted, and an array was given. NumPy's functions take arrays (`np.sin`, "
        "not `math.sin`), and one entry takes one number.",
    ),
    (
        "TypeError",
        r"'([\w.]+)' object cannot be interpreted as an integer|expected a sequence of integers",
        "A whole number is wanted there: `//` divides without a remainder. "
        "(For two arrays, put them in brackets.)",
    ),
    (
        "TypeError",
        r"only integer scalar arrays can be converted to a scalar index",
        "Several arrays go into one list: put them in brackets.",
    ),
    (
        "TypeError",
        r"list indices must be integers",
        "A list takes one whole number in its brackets. `np.array(…)` takes several.",
    ),
    (
        "TypeError",
        r"can't convert complex|complex",
        "A complex number has come up: the root of a negative number?",
    ),
    ("ValueError", r"truth value of an array|truth value of an empty array", advice.truth),
    ("ValueError", r"matmul: .*\(size (\d+) is different from (\d+)\)", advice.matmul_sizes),
    (
        "ValueError",
        r"matmul: .*does not have enough dimensions",
        "`@` is for arrays, and one of its sides is none: a single number is multiplied by `*`, "
        "and a function needs its parentheses.",
    ),
    (
        "ValueError",
        r"shapes \S+ and \S+ not aligned: (\d+) \(dim \d\) != (\d+)",
        lambda s, left, right: advice.matmul_sizes(s, right, left).replace(
            "`@`", "A product of arrays"
        ),
    ),
    ("ValueError", r"could not be broadcast together with shapes (.+)", advice.broadcast),
    (
        "ValueError",
        r"could not broadcast input array from shape (\([\d,]*\)) into shape (\([\d,]*\))",
        advice.assigned,
    ),
    ("ValueError", r"inhomogeneous shape", "The parts of an array must be of the same length."),
    (
        "ValueError",
        r"setting an array element with a sequence",
        "One entry of an array takes one number, and a list or an array was to go there. "
        "Is a sum, an index or a dot product missing?",
    ),
    (
        "ValueError",
        r"too many values to unpack|not enough values to unpack",
        "On the left of the `=` there are more or fewer names than values on the right.",
    ),
    (
        "ValueError",
        r"either both or neither of x and y",
        "`np.where` takes three things: a condition, what to take where it holds, what elsewhere.",
    ),
    (
        "ValueError",
        r"math domain error|expected a (?:positive|nonnegative) (?:input|number)",
        "That is not defined there: the root or the logarithm of a negative number, or of 0.",
    ),
    (
        "ValueError",
        r"iterable argument is empty|empty sequence|zero-size array|empty array",
        "There is nothing in it to take the largest or smallest of.",
    ),
    ("ValueError", r"Geometric sequence cannot include zero", "On a log scale there is no 0."),
    (
        "ValueError",
        r"cannot reshape array of size (\d+) into shape (.+)",
        lambda s, size, shape: f"{size} numbers do not fill the shape `{shape.strip()}`.",
    ),
    (
        "AxisError",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        advice.no_such_axis,
    ),
    (
        "LinAlgError",
        r"must be at least two-dimensional",
        "That is for a matrix, in rows and columns.",
    ),
    ("LinAlgError", r"must be square", "That is for a matrix with as many rows as columns."),
    ("LinAlgError", r"Singular matrix", "That matrix has no inverse."),
    (
        "IndexError",
        r"index -?(\d+) is out of bounds for axis \d+ with size (\d+)",
        advice.out_of_bounds,
    ),
    (
        "IndexError",
        r"too many indices for array: array is (\d)-dimensional",
        advice.too_many_indices,
    ),
    ("IndexError", r"invalid index to scalar variable", "One number has no entries."),
    (
        "IndexError",
        r"index out of range",
        "Counting begins at 0, so the last of n is number n - 1.",
    ),
    (
        "IndexError",
        r"only integers, slices",
        "In brackets stands a position, a whole number, as `range(len(…))` counts them.",
    ),
    ("ZeroDivisionError", r"", advice.divided_by_zero),
    (
        "OverflowError",
        r"",
        "A number has become too large for the computer. Is an exponent far too large, or a step?",
    ),
    ("MemoryError", r"", "That needs more memory than there is: is a size far too large?"),
    ("KeyboardInterrupt", r"", "Let it `return` a value."),
]
