"""The bug clinic: programs with a fault each, and instruments that find it.

    >>> from helpers.clinic import examine, patient
    >>> examine(patient("Eva").sick).alarms
    ('gradient check', 'known answer')
    >>> examine(patient("Eva").cured).alarms
    ()

A `Program` (program.py) is a small training program, taken apart. Each of the `INSTRUMENTS`
(instruments.py) looks at one side of it. The `PATIENTS` (patients.py) are built (programs.py)
around one function that is faulty, as somebody published, met and reported it; ward.py draws two.
"""

from helpers.clinic.instruments import INSTRUMENTS, Examination, Reading, examine, read
from helpers.clinic.patients import PATIENTS, WARDS, Patient, Report
from helpers.clinic.program import Program, State, advance, loss_at, start, train, trained

__all__ = [
    "INSTRUMENTS",
    "PATIENTS",
    "WARDS",
    "Examination",
    "Patient",
    "Program",
    "Reading",
    "Report",
    "State",
    "advance",
    "examine",
    "loss_at",
    "patient",
    "read",
    "start",
    "train",
    "trained",
]


def patient(name):
    """The patient of that name.

    Raises:
        KeyError: if there is none; it says who there is.
    """
    by_name = {one.name: one for one in PATIENTS}
    if name not in by_name:
        raise KeyError(f"There is no patient {name!r}. There are {', '.join(by_name)}.")
    return by_name[name]
