"""Names of columns and contents of cells that would hold personal data; and what must not be taken for them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saferground.exchange import hxl
from saferground.scenario.columns import EVERY_COLUMN, PARAMETERS, PLAN_COLUMNS
from saferground.scenario.personal import is_personal, is_personal_value, personal_value

EXAMPLES = Path(__file__).parents[2] / "examples"

ENGLISH = """
First name|Last Name|FullName|surname|middle_name|Family name|maiden name|username|Father's name|mother name|head_name
Name of head of household|name of the applicant|detainee name|respondent name|Enumerator|enumerator_name|Respondent
Phone|phone_number|PhoneNumber|Mobile|mobile no.|WhatsApp number|telephone|contact phone|#contact+phone|#contact+name
e-mail|Email address|contact_email|passport|Passport No|National ID|national_id_no|ID number|ID card|id no|case_id
Case No.|individual id|person_id|Person ID|household_id|HH ID|family id|Registration No|registration_id|proGres ID
proGres no|ration card number|date of birth|DOB|birthday|place of birth|fingerprint|finger print|biometric_hash|iris
face photo|photo of head|signature|home address|Street Address|Address|previous address|ip address|deviceid|device_id
_submitted_by|IMEI|subscriberid|simserial|_geolocation|geopoint|GPS|beneficiary|beneficiary_name|suspect|detainee
victim|ethnicity|ethnic group|religion|sect|tribe|clan|mother tongue|bank account|IBAN|SSN|licence plate|patient id
"""
FRENCH = """
Prénom|prenom(s)|Nom de famille|Nom complet|Nom et prénom|nom du chef de ménage|Nom du père|nom de la mère|Téléphone
Tél.|N° de téléphone|portable|Courriel|adresse e-mail|Adresse|adresse du domicile|Date de naissance|Lieu de naissance
Numéro d'identité|N° d’identité|Carte d'identité|pièce d'identité|CNI|N° passeport|Empreinte digitale
données biométriques
bénéficiaire|Nom du bénéficiaire|détenu|ethnie|tribu|confession|compte bancaire|identifiant individuel|enquêteur
"""
ARABIC = """
الاسم الكامل|الاسم الأول|اسم العائلة|اسم الأب|اسم الأم|اسم رب الأسرة|اللقب|الاسم الثلاثي|رقم الهاتف|هاتف|الجوال
رقم الموبايل|البريد الإلكتروني|رقم الهوية|الهُويّة|جواز السفر|رقم الجواز|الرقم الوطني|رقم البطاقة|تاريخ الميلاد
مكان الولادة
بصمة|بصمة الإصبع|قزحية العين|عنوان السكن|العنوان|المستفيد|اسم المستفيد|اسم المحتجز|الطائفة|المذهب|الديانة|العشيرة
القومية
"""
COUNTS = """
name|Site name|camp_name|place name|name_local|Name of site|date|Date of count|arrivals|families|households|Households
number of households|persons|individuals|women|men|boys|girls|infants|disabled|number of beneficiaries|beneficiaries
civilian victims|suspected cholera cases|births|Births per day|birth rate|mobile clinics|Mobile team|mobile medical unit
sector|sections|insecticide|enumerator role|key informants|site address|telecoms masts|case fatality|cases|registration
registered|registered per clerk|camp id|site_id|place|P-code|source|note|latitude|longitude|capacity|held|in screening
person-days|head count|headcount|contacts per day|users per tap|patients|refugees|caseload|airista|ambulances|status
nom|Nom du site|nom du camp|nombre de bénéficiaires|naissances|ménages|personnes|adresse du site|nombre de détenus
tributaires|date|arrivées|source|remarque|secteur|décès|patients|effectif
اسم الموقع|اسم المخيم|الاسم|عدد الأسر|عدد المستفيدين|المستفيدين|التاريخ|نساء|رجال|أطفال|الوافدون|المصدر|ملاحظة
المسجلون|القطاع
"""
HXL = """
#access #activity #adm1 #adm1+code #adm1+name #adm2+name #adm3 #adm4 #adm5 #affected #affected+idps+ind #affected+f
#beneficiary+type #capacity #cause #channel #country+code #crisis #currency #date+reported #date+start #delivery
#description #event #frequency #geo+lat #geo+lon #geo+coord #geo+bounds_url #group #impact #indicator+num
#inneed #inneed+ind #item #loc+name #loc+code #loc+type #meta+source #meta+id #modality #need #operations #org
#org+name+funder #org+impl #output #population+f+children #population+infants #reached+hh #region #round+code
#sector #service #severity #status #subsector #targeted #value+usd #affected+refugees #affected+children+m
"""


def listed(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


@pytest.mark.parametrize("name", [*listed(ENGLISH), *listed(FRENCH), *listed(ARABIC)])
def test_a_column_on_one_person_is_found(name: str) -> None:
    assert is_personal(name)
    assert is_personal(name.upper())
    assert is_personal(f" {name.replace(' ', '_')} ")


@pytest.mark.parametrize("name", listed(COUNTS))
def test_a_column_of_counts_is_not(name: str) -> None:
    assert not is_personal(name)


@pytest.mark.parametrize("tag", HXL.split())
def test_a_tag_of_hxl_is_not(tag: str) -> None:
    assert not is_personal(tag)


def own_names() -> Iterator[str]:
    yield from (column.name for column in (*EVERY_COLUMN, *PLAN_COLUMNS))
    yield from PARAMETERS
    for model in ("siege", "journey", hxl.SCORES, hxl.PLANS):
        for column in (one for columns in hxl.descriptions(model).values() for one in columns):
            yield from (column.name, column.label, column.hxl)


def test_of_our_own_names_only_the_rules_of_flee_on_groups_are() -> None:
    """Rules that say whether a group is drawn to its like, read because they are known: no table holds a group."""
    found = {name for name in own_names() if is_personal(name)}
    assert {name for name in found if not name.startswith("match_")} == {"avg_religion_fraction"}


# --- cells ---------------------------------------------------------------------------------------------------------

TELEPHONES = """
+964 770 123 4567|00964 770 123 4567|0770 123 4567|07701234567|7701234567|7701234567.0|7.701234567E9|(0770) 123-4567
+33 6 12 34 56 78|06.12.34.56.78|06 12 34 56 78|+380-44-123-45-67|٠٧٧٠ ١٢٣ ٤٥٦٧|٠٧٧٠١٢٣٤٥٦٧|۰۷۷۰۱۲۳۴۵۶۷|770 123 4567
call Ahmed on 0770 123 4567|0770-1234567|+1 (555) 123-4567|555-123-4567|tel:+9647701234567|198012345678|356938035643809
the guard: 07701234567, ask him|\u200e+964 770 123 4567|\u202a07701234567\u202c
"""
ADDRESSES = "someone@example.org|write to a.b+c@mail.example.com please|x@y.iq"
DOCUMENTS = """
A12345678|passport A1234567|G1234567|passport no. AB123456|Passeport n° 12AB34567
123-45C67890|LEB-11C00123|ID: 199012345
"""
HARMLESS = """
0|7|1200|1,200|1 200 000|1.200.000|1'200'000|3500000|12 345 678|12345678|1,234,567,890|-5|3.5|0.25|12.0|1e6|3500-8400
3500 - 8400|13500 - 15000|98000–110000|120000-1000000|2017-02-28|28/02/2017|28.2.2017|2/28/2017|20170228|201702281200
2017-02-28 12:00|2017-02-28T12:00:00Z|2017-02-28T12:00:00.000+03:00|28/02/2017 - 03/03/2017|12:00|36.3401234567
36.34, 43.13
-36.3401234567|IQ1505004|IQ1505004001|SY02000401|UA8000000000|TR001|camp_a|unhcr_20170228|OCHA Sitrep 24|DTM round 64
https://reliefweb.int/report/iraq/report-1234567890|f7c0ef3b-1234-5678-9012-123456789012
uuid:f7c0ef3b-1234-5678-9012-123456789012
ISO 9001:2015|50 % of 12000|12000 (of 13000)|about 255,000 displaced since 17 October 2016|counts of 3, 4 and 5 March|
passport checks at the gate|ID cards are needed|no phone|Sphere 2018 p. 118|250/tap|2017|٢٥٠٠|١٢٬٥٠٠|week 12, 2017
10x 50
"""


@pytest.mark.parametrize("text", listed(TELEPHONES))
def test_a_telephone_number_is_found(text: str) -> None:
    assert personal_value(text) == "a telephone or identity number"


@pytest.mark.parametrize("text", listed(ADDRESSES))
def test_an_e_mail_address_is_found(text: str) -> None:
    assert personal_value(text) == "an e-mail address"


@pytest.mark.parametrize("text", listed(DOCUMENTS))
def test_the_number_of_a_document_is_found(text: str) -> None:
    assert is_personal_value(text)


@pytest.mark.parametrize("text", listed(HARMLESS))
def test_counts_dates_codes_and_places_pass(text: str) -> None:
    assert personal_value(text) == ""


@given(st.integers(-99_999_999, 99_999_999), st.sampled_from(["{}", "{:,}", "{}.0", " {} ", "{:.1f}"]))
def test_every_count_of_people_passes(count: int, shape: str) -> None:
    assert not is_personal_value(shape.format(count))


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d 00:00:00", "%d %b %Y"]))
def test_every_date_of_our_time_passes(day: object, shape: str) -> None:
    text = day.replace(year=1900 + day.year % 200).strftime(shape)  # type: ignore[attr-defined]
    assert not is_personal_value(text)


@given(st.from_regex(r"(\+|00|0)[1-9][0-9]{8,11}", fullmatch=True), st.sampled_from(["{}", "ring {} now", "({})"]))
def test_every_number_with_a_prefix_is_found(number: str, shape: str) -> None:
    assert is_personal_value(shape.format(number))


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(personal_value(text), str)
    assert isinstance(is_personal(text), bool)


def cells() -> Iterator[str]:
    shipped = Path(str(files("saferground") / "scenarios"))
    for path in (*shipped.rglob("*.csv"), *EXAMPLES.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (cell for row in csv.reader(file) for cell in row)


def test_no_cell_of_a_shipped_scenario_is_taken_for_personal_data() -> None:
    every = list(cells())
    assert len(every) > 10_000
    assert [cell for cell in every if is_personal_value(cell)] == []
