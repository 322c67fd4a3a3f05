"""Names of columns and keys that would hold personal data. None is ever read."""

from __future__ import annotations

import re

NO_PERSONAL_DATA = "Delete it and keep no copy here: Saferground takes no personal data, only counts of people."
_PERSONAL = re.compile(
    r"phone|mobile|whatsapp|passport|e_?mail|birth|\bdob\b|(national|card|case|individual|person|registration)_?(id|no)\b"
    r"|id_?(number|card|no)\b|(first|last|family|given|middle|full|sur|father|mother|person|head)s?_?'?s?_?name|surname"
    r"|name_of_(the_)?(person|head|individual|applicant|father|mother)|beneficiary|victim|suspect|fingerprint|biometric|iris|home_address|ethnic|religio"
)


def is_personal(name: str) -> bool:
    """Whether a column or key of this name would tell one person from another."""
    return bool(_PERSONAL.search(name.lower().replace(" ", "_").replace("-", "_")))
