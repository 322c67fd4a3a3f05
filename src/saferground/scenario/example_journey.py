"""A small invented country and its neighbour, for learning: what ``saferground new --model journey`` writes.

Nothing in it describes a real place. Columns that are left out here are written blank.
"""

from __future__ import annotations

SCENE = "country"

SETTINGS = {
    "title": "Small country (invented), as of 31 January 2030",
    "purpose": "To learn how a scenario folder is built; invented, not for use in any response",
    "owner": "Write here who keeps the scenario",
    "audience": "Write here who the products are for",
    "sensitivity": "limited",
    "model": "journey",
    "start": "2030-01-01",
    "as_of": "2030-01-31",
    "days": "60",
    "step_hours": "24",
}

RULES = {"home_country": "Northland", "spawning": "camps", "awareness_level": 2}

PARAMETERS = {
    "max_move_speed": {"prior": "uniform", "low": 150.0, "high": 400.0, "unit": "km/day"},
    "default_movechance": {"prior": "fixed", "value": 0.3, "unit": "1/day"},
}
PARAMETER_NOTE = "Invented; every prior that is set here says where it comes from"

TABLES = {
    "places": """
id,name,name_local,lat,lon,kind,country,region,population,capacity,confidence
mill,Mill,الطاحونة,12.000,20.000,conflict_zone,Northland,North,60000,,assumption
quarry,Quarry,المحجر,12.300,20.600,town,Northland,North,25000,,assumption
ford,Ford,المخاضة,11.400,20.300,town,Northland,South,15000,,assumption
fork,Fork,المفرق,11.000,20.500,marker,Northland,South,,,assumption
plain,Plain camp,مخيم السهل,10.700,20.100,idp_camp,Northland,South,,8000,assumption
lake,Lake camp,مخيم البحيرة,10.400,20.900,camp,Lakeland,,,20000,assumption
""",
    "routes": """
id,origin,destination,length_km,walk_probability,confidence
mill_quarry,mill,quarry,75,0,assumption
mill_ford,mill,ford,80,0,assumption
quarry_ford,quarry,ford,110,0.5,assumption
ford_fork,ford,fork,55,0,assumption
fork_plain,fork,plain,60,0,assumption
fork_lake,fork,lake,90,0,assumption
""",
    "closures": """
kind,country,other_country,place,route,closed,reopened,reason,confidence,published
country,Northland,Lakeland,,,2030-01-20,2030-01-24,border closed,assumption,2030-01-20
route,,,,quarry_ford,2030-01-12,,bridge destroyed,assumption,2030-01-12
""",
    "conflicts": """
place,date,intensity,confidence,published
mill,2030-01-01,1,assumption,2030-01-01
quarry,2030-01-10,0.5,assumption,2030-01-10
quarry,2030-01-25,1,assumption,2030-01-25
""",
    "floods": "place,date,level",
    "food_security": "region,date,ipc",
    "kinds": "place,date,kind",
    "demographics": "attribute,value,place,weight",
    "residents": "place,value,people",
    "pathways": "pathway,order,place",
    "corrections": "place,date",
    "counts": """
series,place,measures,end,value,unit,confidence,published
Plain camp,plain,present,2030-01-01,500,individuals,assumption,2030-01-01
Plain camp,plain,present,2030-01-16,2100,individuals,assumption,2030-01-16
Plain camp,plain,present,2030-01-31,3900,individuals,assumption,2030-01-31
Lake camp,lake,present,2030-01-01,200,individuals,assumption,2030-01-01
Lake camp,lake,present,2030-01-16,3400,individuals,assumption,2030-01-16
Lake camp,lake,present,2030-01-31,7800,individuals,assumption,2030-01-31
Displaced people,,present,2030-01-01,1000,individuals,assumption,2030-01-01
Displaced people,,present,2030-01-31,14000,individuals,assumption,2030-01-31
""",
    "planning_figures": """
id,issuer,what,measures,value_low,value_best,value_high,horizon,confidence,published
example_plan,Invented agency,People in camps,in_camps,15000,20000,30000,two months,assumption,2030-01-28
""",
    "own_forecasts": """
id,author,made,series,place,day,low,best,high,level
example_guess,Invented planning cell,2030-01-31,Lake camp,lake,2030-02-28,9000,12000,16000,0.8
""",
    "standards": "indicator,value",
    "sources": """
id,title,publisher,note
invented,Invented for this example; not an observation,Saferground,Replace every row by your own
""",
}
"""The tables as CSV. The one source is written into every ``source`` column."""

PLANS: dict[str, str] = {}
"""A journey has none yet."""

SOURCE = "invented"
