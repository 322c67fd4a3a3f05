"""Names of columns and keys, and texts, that would hold personal data. None is ever read or kept."""

from __future__ import annotations

import re
import unicodedata

NO_PERSONAL_DATA = "Delete it and keep no copy here: Saferground takes no personal data, only counts of people."
_PERSONAL = re.compile(
    r"phone|mobile|whatsapp|passport|e_?mail|birth|\bdob\b|(national|card|case|individual|person|registration)_?(id|no)\b"
    r"|id_?(number|card|no)\b|(first|last|family|given|middle|full|sur|father|mother|person|head)s?_?'?s?_?name|surname"
    r"|name_of_(the_)?(person|head|individual|applicant|father|mother)|beneficiary|victim|suspect|fingerprint|biometric|iris|home_address|ethnic|religio"
    r"|pr[ée]nom|nom_(de_famille|du|de_la|complet)|\btel\b|courriel|naissance|passeport|b[ée]n[ée]ficiaire"
    r"|هاتف|جوال|موبايل|الاسم|اسم_(الأب|الاب|الأم|الام|العائلة|رب|الشخص)|هوية|جواز_?(ال)?سفر|ميلاد|بريد"
)


def is_personal(name: str) -> bool:
    """Whether a column or key of this name would tell one person from another."""
    return bool(_PERSONAL.search(name.lower().replace(" ", "_").replace("-", "_")))


_E_MAIL = re.compile(r"[\w.+-]@[\w-]{1,63}(\.[\w-]{1,63}){0,8}\.[a-z]{2,}", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w.,/=-])(\+|00)[1-9](?:[ ().-]{0,2}\d){8,13}(?!\w)"  # with the code of a country
    r"|(?<![\w.,/=-])0[1-9]\d{1,2}([ -]?)\d{3}\2\d{3,4}(?![\w.,])"  # within one
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./]\d\d?[./]\d{4}")


def personal_text(text: str) -> str:
    """What in a text would tell one person from another: ``"an e-mail address"``, ``"a phone number"``, or ``""``.

    Addresses of pages, dates, and counts with thousands separators are none.
    """
    if _E_MAIL.search(text):
        return "an e-mail address"
    western = text if text.isascii() else "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return "a phone number" if _PHONE.search(_DATE.sub(" ", western)) else ""
