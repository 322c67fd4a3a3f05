"""From Flee's settings to the rules and parameters of a journey scenario, as a version of Flee carries them out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from saferground.errors import Problem
from saferground.exchange.flee.settings import V31, Setting, Settings, default_of, known_settings
from saferground.scenario.wording import did_you_mean, quoted

_SPAWN, _MOVE = "spawn_rules", "move_rules"
_DRIVEN, _FLOODED = f"{_SPAWN}.conflict_driven_spawning", f"{_SPAWN}.flood_driven_spawn_mode"
_MODES = ("constant", "poisson", "pop_ratio")
_FLOOD_SHARES, _FLOOD_PEOPLE = (0.0, 0.1, 0.2, 0.5, 0.9), (0.0, 100.0, 200.0, 300.0, 500.0)
FIRST_RULES = {"max_move_speed": 200.0, "camp_weight": 2.0, "conflict_weight": 0.25}
"""What ``use_v1_rules`` forces; it switches start_on_foot and avoid_short_stints off, too."""

Value = bool | int | float | str | tuple[float, ...]


@dataclass(frozen=True)
class Rules:
    """``[rules]`` and ``[parameters]`` of the scenario, as far as settings decide them."""

    rules: dict[str, Value]
    parameters: dict[str, float]

    @property
    def from_floods(self) -> bool:
        """Whether floods drive displacement; Flee then reads no conflicts."""
        return str(self.rules["spawning"]).startswith("flood")

    @property
    def from_counts(self) -> bool:
        """Whether the counts drive displacement."""
        return self.rules["spawning"] in ("totals", "camps")


def rules_of(settings: Settings, found: list[Problem]) -> Rules:
    """Rules and parameters; settings that contradict each other go to ``found``."""
    _check_zones(settings, found)
    rules: dict[str, Value] = {"flee": settings.version, "totals": "given"}
    parameters: dict[str, float] = {}
    for setting in known_settings().values():
        if settings.is_given(setting.section, setting.key):
            _take(setting, settings, rules, parameters)
    if settings.value(_MOVE, "use_v1_rules"):
        parameters |= FIRST_RULES
        rules |= {"start_on_foot": False, "avoid_short_stints": False}
    if settings.version == V31 and not rules.get("children_avoid_hazards"):
        rules.pop("boys_take_risk", None)  # Flee looks at it only where children avoid hazards
    rules["spawning"] = _spawning(settings, rules, parameters, found)
    return Rules(rules, parameters)


def _take(setting: Setting, settings: Settings, rules: dict[str, Value], parameters: dict[str, float]) -> None:
    value = settings.value(setting.section, setting.key)
    if setting.becomes == "parameter":
        parameters[setting.target] = value
    elif setting.becomes == "rule":
        rules[setting.target] = int(value) if setting.type == "integer" else value


def _check_zones(settings: Settings, found: list[Problem]) -> None:
    if not settings.value(_SPAWN, "flood_zone_spawning_only"):
        return
    if settings.version == V31:
        do = "Import it with the corrected rules."
        got = "a setting with which Flee 3.1 stops (KeyError)"
        found.append(settings.problem(_SPAWN, "flood_zone_spawning_only", got, "False for Flee 3.1", do))
    elif settings.value(_SPAWN, "conflict_zone_spawning_only"):
        do = "Add conflict_zone_spawning_only: False below spawn_rules; it is on where the file does not speak of it."
        got = "people who come only from conflict zones and only from flood zones"
        found.append(settings.problem(_SPAWN, "flood_zone_spawning_only", got, "one of the two", do))


# --- what drives displacement ----------------------------------------------------------------------------------------


def _spawning(settings: Settings, rules: dict[str, Value], parameters: dict[str, float], found: list[Problem]) -> str:
    if settings.version != V31 and settings.value(_SPAWN, "flood_zone_spawning_only"):
        if settings.is_given(_SPAWN, "flood_driven_spawn_mode"):
            return _by_flood(settings, rules, found)
    elif settings.is_given(_SPAWN, "conflict_driven_spawning"):
        return _by_conflict(settings, parameters, found)
    if settings.version == V31:
        return "totals"
    return "camps" if settings.value(_SPAWN, "sum_from_camps") else "totals"


def _by_conflict(settings: Settings, parameters: dict[str, float], found: list[Problem]) -> str:
    mode = _mode(settings, _DRIVEN, "spawn_mode", found)
    if mode == "poisson" and settings.version == V31:
        got, do = "a mode with which Flee 3.1 stops (UnboundLocalError)", "Import it with the corrected rules."
        found.append(settings.problem(_DRIVEN, "spawn_mode", got, "constant or pop_ratio for Flee 3.1", do))
    rate = settings.value(_DRIVEN, "displaced_per_conflict_day")
    most = 1.0 if mode == "pop_ratio" else 1e9
    if rate is not None and (not 0 <= rate <= most or (mode != "pop_ratio" and not rate.is_integer())):
        expected = "a share from 0 to 1" if mode == "pop_ratio" else "a whole number of people; Flee cuts the fraction"
        do = "Correct the number, or the spawn_mode."
        found.append(settings.problem(_DRIVEN, "displaced_per_conflict_day", f"{rate:.15g}", expected, do))
    parameters["displaced_per_conflict_day"] = rate if rate is not None else (0.01 if mode == "pop_ratio" else 500.0)
    return mode


def _by_flood(settings: Settings, rules: dict[str, Value], found: list[Problem]) -> str:
    key = "spawn_mode" if settings.is_given(_FLOODED, "spawn_mode") else "flood_spawn_mode"
    mode = _mode(settings, _FLOODED, key, found, default="pop_ratio")
    table = settings.value(_FLOODED, "displaced_per_flood_day")
    most = 1.0 if mode == "pop_ratio" else 1e9
    if table is not None and any(not 0 <= value <= most for value in table):
        expected = "shares from 0 to 1, by flood level" if mode == "pop_ratio" else "numbers of people, by flood level"
        do = "Correct the numbers, or the spawn_mode."
        found.append(settings.problem(_FLOODED, "displaced_per_flood_day", "other numbers", expected, do))
    rules["displaced_per_flood_day"] = table or (_FLOOD_SHARES if mode == "pop_ratio" else _FLOOD_PEOPLE)
    if not settings.value(_SPAWN, "take_from_population"):
        do = "Write take_from_population: True; Flee stops without it, since floods would displace people twice."
        found.append(settings.problem(_SPAWN, "take_from_population", "False", "True where floods displace", do))
    return f"flood_{mode}"


def _mode(settings: Settings, section: str, key: str, found: list[Problem], default: str = "constant") -> str:
    word = settings.value(section, key) or default
    mode = word.lower() if word.lower() == "poisson" else word
    if mode in _MODES:
        return mode
    do = f"{did_you_mean(word, _MODES)}Write one of these; with another word Flee displaces nobody."
    found.append(settings.problem(section, key, quoted(word), ", ".join(_MODES), do))
    return default


# --- what is left out, in words --------------------------------------------------------------------------------------


_HOLDS = {"sum_from_camps": "False"}
"""What holds in Flee 3.1 where that is not the default of the development version."""


def ignored(settings: Settings) -> Iterator[str]:
    """Settings of the file that the version does not read."""
    for (section, key), one in settings.given.items():
        setting = known_settings()[section, key]
        if not settings.reads(setting) and setting.type != "section":
            holds = _HOLDS.get(key, setting.default or "none")
            same = shown(one.value) == shown(_HOLDS.get(key, default_of(setting)))
            rest = "" if setting.becomes in ("nothing", "unexpressed") else f"; {holds} holds{' anyway' * same}"
            yield f"`{setting.name}: {shown(one.value)}`: Flee 3.1 does not know it{rest}."


def without_effect(settings: Settings) -> Iterator[str]:
    """Settings of the file that have no effect on results, or none in the version."""
    for (section, key), one in settings.given.items():
        setting = known_settings()[section, key]
        nothing = setting.becomes == "nothing" and section != "log_levels"
        if (nothing or (is_dead(setting, settings) and one.value)) and settings.reads(setting):
            yield f"`{setting.name}: {shown(one.value)}`: {setting.meaning}."


def is_dead(setting: Setting, settings: Settings) -> bool:
    """Whether the setting has no effect in the version because Flee reads it under another name."""
    return settings.version == V31 and setting.key == "camps_are_sinks"


def unexpressed(settings: Settings) -> Iterator[str]:
    """Settings of the file that are on and have no counterpart in a journey scenario."""
    for (section, key), one in settings.given.items():
        setting = known_settings()[section, key]
        wanted = setting.becomes == "unexpressed" and not is_dead(setting, settings)
        if wanted and one.value and settings.reads(setting):
            yield f"`{setting.name}: {shown(one.value)}`: {setting.meaning}."


def shown(value: object) -> str:
    """A value as the file would have it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(f"{one:.15g}" for one in value) + "]"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
