"""Names of columns and contents of cells that would hold personal data. None is ever read.

A name is judged by its words, in English, French and Arabic, whatever its case, accents, spaces or signs. A cell is
judged by its shape alone: names of people in free text are not found.
"""

from __future__ import annotations

import re
import unicodedata

NO_PERSONAL_DATA = "Delete it and keep no copy here: Saferground takes no personal data, only counts of people."

_PERSON = (
    "person|individual|head|applicant|beneficiary|father|mother|parent|spouse|husband|wife|child|guardian|caregiver"
    "|patient|detainee|prisoner|refugee|respondent|informant|enumerator|interviewer|interviewee|caller|contact|user"
)
_ENGLISH = (
    r"phone|whatsapp|telegram|passport|e ?mail|\bmobile\b(?! (clinic|team|unit|health|medical|kitchen|hospital|ward))",
    r"\bbirth(?! rate| weight)(day|date|place)?\b|dateofbirth|\bdob\b|\bimei\b|\b(device|subscriber|sim|client) ?id\b",
    r"sim ?serial|\bip address|\bmac address|\bgps\b|geo ?location|geo ?point",
    r"((inter)?national|card|case|individual|personal|registration|household|hh|family|tax|voter|civil) ?(id|no)\b",
    r"\bid ?(number|card|no\b|document)|social security|\bssn\b|(driving|plate) licen[cs]e",
    r"licen[cs]e plate|\bplate (no|number)",
    rf"\b((first|last|family|given|middle|full|sur|maiden|nick|user) ?|({_PERSON})(s| s)? ?)name|submitted by\b",
    rf"name of (the )?((head|member) of (the )?household|{_PERSON})\b|\b({_PERSON}) ?(id|no|number|code)\b",
    r"\b(respondent|informant|enumerator|interviewer|interviewee|respondee)$|^beneficiary$|\bvictim\b|\bsuspects?\b",
    r"\bdetainee\b|finger ?print|biometric|\biris\b|\bface (scan|photo|image)|photo(graph)? of |\bsignature",
    r"(home|street|postal|residential|current|permanent|previous) address|^address$|ethnic|religio|\bsect\b|sectarian",
    r"\btrib(e|al)\b|\bclan\b|\bcaste\b|mother tongue|progres (id|no)|ration card|bank account|\biban\b",
    r"\baccount (no|number)\b",
)
_FRENCH = (
    r"telephone|^(no? )?tel$|^portable$|courriel|\bnaissance\b|prenom|patronyme",
    r"\bnom (de )?(famille|complet|jeune fille)",
    r"\bnom (du|de la|de l|d) (chef|pere|mere|mari|epou|patient|detenu|personne)",
    r"\bnom (du|de la|de l|d) (beneficiaire|utilisateur|enqueteur)|\bnoms? et (pre|post)nom|\benqueteur$",
    r"identifiant (personnel|individuel|national)|\b(numero|no|n|carte|piece|document) d identite|\bcni\b|passeport",
    r"empreinte|biometri|\badresse\b(?! (du |de la |de l )?(site|camp|bureau|hopital|clinique|ecole))|^beneficiaire$",
    r"\bdetenu\b|\bethnie|\btribu\b|\bsecte\b|\bconfession\b|compte bancaire",
)
_ARABIC = (
    r"هاتف|جوال|موبايل|واتساب|تلفون|البريد|بريد (الك|إلك)|ايميل|جواز|\bالهوية|\bهوية|بطاقة|الرقم (الوطني|المدني)",
    r"الميلاد|(تاريخ|مكان) الولادة|الاسم (الكامل|الأول|الثلاثي|الرباعي|الشخصي)",
    r"اسم (العائلة|الأب|الأم|الجد|الشخص|الزوج|رب)",
    r"اسم (المستفيد|المريض|المحتجز|المعتقل|المسجل)|اللقب|الكنية|بصمة|بصمات|قزحية|عنوان (السكن|المنزل|البيت)|^العنوان$",
    r"^المستفيد$|الطائفة|المذهب|الديانة|القومية|العشيرة|القبيلة|الإثني|العرقي|توقيع|صورة شخصية",
)
_ARABIC_FORMS = str.maketrans({"ة": "ه", "ى": "ي", "ـ": ""})


def _letters(text: str) -> str:
    """Small letters without accents, and Arabic letters in one form."""
    kept = (one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return "".join(kept).translate(_ARABIC_FORMS)


_PERSONAL = re.compile("|".join((*_ENGLISH, *_FRENCH, *map(_letters, _ARABIC))))


def is_personal(name: str) -> bool:
    """Whether a column or key of this name would tell one person from another."""
    return bool(_PERSONAL.search(re.sub(r"[\W_]+", " ", _letters(name)).strip()))


_E_MAIL = re.compile(r"[\w.+-]@[\w-]{1,63}(\.[\w-]{1,63}){0,8}\.\w")
_HARMLESS = re.compile(
    r"https?://\S+|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # addresses of pages, identifiers of submissions
    r"|\b(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])(\d{4}(\d\d)?)?(?!\d)"  # 20170228, 201702281200
    r"|\b(19|20)\d\d(?P<a>[-/.])(0?[1-9]|1[0-2])(?P=a)([0-2]?\d|3[01])([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(?!\d)"
    r"|\b([0-2]?\d|3[01])(?P<b>[-/.])([0-2]?\d|3[01])(?P=b)(19|20)?\d\d(?![\d./-])"  # 28/02/2017
    r"|(?<![\d.,])-?(0|[1-9]\d{0,2})[.,]\d+(?![\d.,])"  # 36.3401234567
    r"|(?<![\d.,'])[1-9]\d{0,2}(,\d{3})+(?!\d)"  # 1,234,567
    r"|(?<![\d.,'])(?<!\d[ )-])[1-9]\d{0,2}(?P<c>[ .'\u00a0\u202f])\d{3}((?P=c)\d{3})?(?![ -]?\d)"  # 1 234 567
)
_RANGE = re.compile(r"(?<![\w-])(?<!\d[ )])(?<!\) )([1-9]\d{0,7}) ?[-–] ?([1-9]\d{0,7})(?![\w-])(?! \d)")
_WRITTEN_BY_EXCEL = re.compile(r"\s*\d+\.0+\s*|\s*\d\.\d+[eE]\+?\d{1,2}\s*")
_NUMBER = re.compile(r"(?<![\w#-])[+(]*\d(?:[ ().\-/\u00a0]{0,2}\d){8,19}(?!\w)")
_DOCUMENT = re.compile(
    r"\b[A-Z]\d{7,9}\b"  # passports of one letter; P-codes have two
    r"|\b\d{3}-\d{2}C\d{5}\b|\b[A-Z]{3}-\d{2}C\d{5}\b"  # UNHCR's numbers of individuals and of registration groups
    r"|\b(?i:passports?|passeports?|ID|CNI|جواز السفر|الهوية) *(?i:no|number|n°|numéro|nr|رقم)?[.:# ] *(?=[A-Z]*\d)"
    r"[A-Z\d]{6,}\b"
)


def personal_value(text: str) -> str:
    """What a cell looks like if it would tell one person from another: ``an e-mail address``, ``a telephone or
    identity number`` or ``the number of an identity document``; empty for everything else.

    Counts, ranges, dates, times, coordinates, P-codes and addresses of web pages pass. A whole number of nine digits
    or more that is not written with thousands separators does not: no count of people is so large.
    """
    plain = _digits(text)
    if _E_MAIL.search(plain):
        return "an e-mail address"
    if _DOCUMENT.search(plain):
        return "the number of an identity document"
    return "a telephone or identity number" if _NUMBER.search(_without_harmless(plain)) else ""


def is_personal_value(text: str) -> bool:
    """Whether a cell looks like a telephone number, an e-mail address or the number of an identity document."""
    return bool(personal_value(text))


def _digits(text: str) -> str:
    """With digits of every script as 0 to 9, without signs that only steer the direction of writing."""
    kept = [one for one in text if unicodedata.category(one) != "Cf"]
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in kept)


def _without_harmless(text: str) -> str:
    if _WRITTEN_BY_EXCEL.fullmatch(text):
        return f"{float(text):.0f}"
    return _RANGE.sub(_unless_alike, _HARMLESS.sub(";", text))


def _unless_alike(found: re.Match[str]) -> str:
    """A range of two counts of a like size is harmless; two parts of one number are not."""
    return ";" if abs(len(found[1]) - len(found[2])) <= 1 else found[0]
