"""How people are made findable, by the database itself: whoever writes a person, one function normalises them.

The packaged PostgreSQL has no trigram extension, so people are found by beginnings: of the name and each part of it,
the kana, the e-mail address, the phone number, its part without an area code and its last four digits, the postal
code, and the address from each of its administrative units on, from its house number on, and each part after a blank,
such as the name of a building. `新宿区西新宿` and `西新宿` find what is written `東京都新宿区西新宿2-8-1`, and
`西新宿2-8` or `2-8-1` what is written `西新宿二丁目8番1号`. Whoever changed the name is found by the former one, too.
"""

from __future__ import annotations

_HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))
_KATAKANA = "".join(map(chr, range(0x30A1, 0x30F7)))
_VARIANTS = {"髙": "高", "﨑": "崎", "齋": "斎", "齊": "斉", "邊": "辺", "邉": "辺", "澤": "沢", "濱": "浜", "廣": "広",
             "國": "国", "櫻": "桜", "槇": "槙", "眞": "真", "德": "徳", "惠": "恵"}  # fmt: skip
_DROPPED = " \t\n\r-‐‑‒–—―−ー()・/'"
"""Written by one and left out by another; the long vowel mark too, since it is typed for a hyphen and the reverse."""

_FROM = _HIRAGANA + "".join(_VARIANTS)
_TO = _KATAKANA + "".join(_VARIANTS.values())
_UNDROPPED = _DROPPED.replace("'", "''")

_NARROW = f"translate(replace(lower(normalize(value, NFKC)), '+81', '0'), '{_UNDROPPED}', '')"

_CHOME = "一二三四五六七八九"
_HOUSE_NUMBER = "([0-9])(丁目|番地の|番地|番|号|の)"
"""What stands between the numbers of an address where others write a hyphen."""


def _in_figures(value: str) -> str:
    """`二丁目` as `2丁目`."""
    for figure, written in enumerate(_CHOME, 1):
        value = f"replace({value}, '{written}丁目', '{figure}丁目')"
    return value


# Each step looks through its whole list for every character: it is taken only where it can find something.
_STEPS = f"""
  FROM (SELECT {_NARROW}) AS a(narrow),
  LATERAL (SELECT CASE WHEN narrow ~ '[{_CHOME}]丁目' THEN {_in_figures("narrow")} ELSE narrow END) AS b(figures),
  LATERAL (SELECT CASE WHEN figures ~ '[0-9][丁番号の]'
    THEN regexp_replace(figures, '{_HOUSE_NUMBER}', '\\1', 'g') ELSE figures END) AS c(short)
"""

_PLAIN = f"""
CREATE OR REPLACE FUNCTION plain_text(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
SELECT CASE WHEN short ~ '[ぁ-ゖ{"".join(_VARIANTS)}]' THEN translate(short, '{_FROM}', '{_TO}') ELSE short END
{_STEPS};
END
"""
"""The one function that normalises, for what is kept and for what is searched: width, case, kana, hyphens, spaces."""

TOKEN_CHARS_MAX = 100

_TOKENS = f"""
CREATE OR REPLACE FUNCTION person_tokens(name text, kana text, email text, phone text, postal_code text, address text)
RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
SELECT DISTINCT left(token, {TOKEN_CHARS_MAX}) FROM (
    SELECT plain_text(name)
    UNION ALL SELECT plain_text(part) FROM regexp_split_to_table(normalize(name, NFKC), '\\s+') AS part
    UNION ALL SELECT plain_text(kana)
    UNION ALL SELECT plain_text(part) FROM regexp_split_to_table(normalize(kana, NFKC), '\\s+') AS part
    UNION ALL SELECT plain_text(email)
    UNION ALL SELECT plain_text(phone)
    UNION ALL SELECT right(plain_text(phone), digits) FROM unnest(ARRAY[4, 6, 7, 8]) AS digits
    UNION ALL SELECT plain_text(postal_code)
    UNION ALL SELECT plain_text(address)
    UNION ALL SELECT substr(whole, i + 1)
      FROM plain_text(address) AS whole, generate_series(1, length(whole) - 1) AS i
      WHERE substr(whole, i, 1) IN ('都', '道', '府', '県', '市', '区', '町', '村', '郡')
    UNION ALL SELECT substring(plain_text(address) FROM '[0-9].*')
    UNION ALL SELECT plain_text(part) FROM regexp_split_to_table(normalize(address, NFKC), '\\s+') AS part
) AS made(token)
WHERE token <> '';
END
"""

_OF_P = "person_tokens(p.name, p.name_kana, p.email, p.phone, p.postal_code, p.address)"

_FIND_NEW = f"""
CREATE FUNCTION index_new_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO person_token (token, person_id)
    SELECT token, p.person_id FROM new_people AS p, {_OF_P} AS token;
    RETURN NULL;
END $$
"""

_FIND_CHANGED = f"""
CREATE FUNCTION index_changed_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM person_token USING new_people AS p WHERE person_token.person_id = p.person_id;
    INSERT INTO person_token (token, person_id)
    SELECT token, p.person_id FROM new_people AS p, {_OF_P} AS token;
    RETURN NULL;
END $$
"""

_NEW = """
CREATE TRIGGER new_people_are_found AFTER INSERT ON person
REFERENCING NEW TABLE AS new_people FOR EACH STATEMENT EXECUTE FUNCTION index_new_people()
"""

_CHANGED = """
CREATE TRIGGER changed_people_are_found AFTER UPDATE ON person
REFERENCING NEW TABLE AS new_people FOR EACH STATEMENT EXECUTE FUNCTION index_changed_people()
"""

_ALREADY_THERE = f"""
INSERT INTO person_token (token, person_id)
SELECT token, p.person_id FROM person AS p, {_OF_P} AS token
"""

_LINES = "CREATE INDEX ix_line_plain ON line (plain_text(line_id))"

_LOOKS = """
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""

STATEMENTS: list[str] = [_PLAIN, _TOKENS, _FIND_NEW, _FIND_CHANGED, _NEW, _CHANGED, _ALREADY_THERE, _LINES, _LOOKS]

MORE_WORDS: list[str] = [_PLAIN, _TOKENS]
"""Earlier releases found people by fewer beginnings."""

_OF_C = "person_tokens(c.before ->> 'name', c.before ->> 'name_kana', '', '', '', '')"
"""What a change of name left behind; nothing where it was of something else, or is erased."""


def _refind(rows: str) -> str:
    """Find the people of a statement's rows by what they are called now and were called before, and nothing else."""
    return f"""
    DELETE FROM person_token USING {rows} AS r WHERE person_token.person_id = r.person_id;
    INSERT INTO person_token (token, person_id)
    SELECT token, p.person_id FROM person AS p, {_OF_P} AS token WHERE p.person_id IN (SELECT person_id FROM {rows})
    UNION
    SELECT token, c.person_id FROM person_change AS c, {_OF_C} AS token
    WHERE c.person_id IN (SELECT person_id FROM {rows});
"""


_REFIND_CHANGED = f"""
CREATE OR REPLACE FUNCTION index_changed_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_refind("new_people")}    RETURN NULL;
END $$
"""

_FIND_FORMER = f"""
CREATE FUNCTION index_former_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_refind("new_changes")}    RETURN NULL;
END $$
"""

_FORMER = [
    f"""
CREATE TRIGGER former_names_are_found_{event.lower()} AFTER {event} ON person_change
REFERENCING NEW TABLE AS new_changes FOR EACH STATEMENT EXECUTE FUNCTION index_former_names()
"""
    for event in ("INSERT", "UPDATE")
]

_FORMER_ALREADY_THERE = f"""
INSERT INTO person_token (token, person_id)
SELECT DISTINCT token, c.person_id FROM person_change AS c, {_OF_C} AS token
ON CONFLICT DO NOTHING
"""

FORMER_NAMES: list[str] = [_REFIND_CHANGED, _FIND_FORMER, *_FORMER, _FORMER_ALREADY_THERE]
"""Earlier releases found nobody by a former name."""

NO_FORMER_NAMES: list[str] = [
    "DROP TRIGGER former_names_are_found_insert ON person_change",
    "DROP TRIGGER former_names_are_found_update ON person_change",
    "DROP FUNCTION index_former_names",
    _FIND_CHANGED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
]

NEW_WORDS = f"""
DO $$
DECLARE
    done text := '';
    last text;
BEGIN
    LOOP
        WITH page AS (SELECT * FROM person WHERE person_id > done ORDER BY person_id LIMIT 1000 FOR SHARE),
        written AS (
            INSERT INTO person_token (token, person_id)
            SELECT token, p.person_id FROM page AS p, {_OF_P} AS token
            ON CONFLICT DO NOTHING
        )
        SELECT max(person_id) INTO last FROM page;
        EXIT WHEN last IS NULL;
        done := last;
        COMMIT;
    END LOOP;
END $$
"""
"""The words that people are not found by yet, a page a transaction; outside of any other."""

DROPS: list[str] = [
    "DROP TRIGGER new_people_are_found ON person",
    "DROP TRIGGER changed_people_are_found ON person",
    "DROP FUNCTION index_new_people",
    "DROP FUNCTION index_changed_people",
    "DROP INDEX ix_line_plain",
    "DROP FUNCTION person_tokens",
    "DROP FUNCTION plain_text",
]
