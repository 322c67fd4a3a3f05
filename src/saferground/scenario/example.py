"""A small invented city, for learning: what ``saferground new`` writes.

Nothing in it describes a real place. Columns that are left out here are written blank.
"""

from __future__ import annotations

SCENE = "city"

SETTINGS = {
    "title": "Small city (invented), as of 8 March 2030",
    "purpose": "To learn how a scenario folder is built; invented, not for use in any response",
    "owner": "Write here who keeps the scenario",
    "audience": "Write here who the products are for",
    "sensitivity": "limited",
    "model": "siege",
    "start": "2030-03-01",
    "as_of": "2030-03-08",
    "days": "21",
    "step_hours": "6",
}

PARAMETERS = {
    "stayer_share": {"prior": "logitnormal", "low": 0.2, "high": 0.6, "unit": "share"},
    "loading_hours": {"prior": "fixed", "value": 1.0, "unit": "h"},
}
PARAMETER_NOTE = "Invented; every prior that is set here says where it comes from"

TABLES = {
    "places": """
id,name,name_local,kind,lat,lon,population_low,population_best,population_high,confidence
hillside,Hillside,حي التل,district,33.000,43.000,9000,10000,12000,assumption
market,Market,حي السوق,district,33.012,43.004,18000,20000,24000,assumption
old_town,Old Town,المدينة القديمة,district,33.024,43.002,13000,15000,18000,assumption
harbour,Harbour,حي الميناء,district,33.026,43.020,10000,12000,14000,assumption
south_gate,South Gate,البوابة الجنوبية,muster_point,32.985,42.995,,,,assumption
east_bridge,East Bridge,الجسر الشرقي,muster_point,33.010,43.040,,,,assumption
crossroads,Crossroads,مفرق الطرق,screening_site,32.930,43.030,,,,assumption
plain_camp,Plain Camp,مخيم السهل,camp,32.850,43.100,,,,assumption
river_camp,River Camp,مخيم النهر,camp,32.880,43.200,,,,assumption
villages,Eastern Villages,القرى الشرقية,host_community,32.950,43.150,,,,assumption
aid_post,Aid Post,نقطة الإسعاف,stabilisation_point,32.980,43.000,,,,assumption
hospital,Field Hospital,المستشفى الميداني,field_hospital,32.920,43.040,,,,assumption
depot,Northern Depot,المستودع الشمالي,supply_source,33.100,43.000,,,,assumption
""",
    "borders": """
district,neighbour,length_km,confidence
hillside,market,1.5,assumption
market,old_town,1.2,assumption
market,harbour,0.8,assumption
old_town,harbour,1.0,assumption
""",
    "routes": """
id,origin,destination,mode,length_km,exposed_km,via,opens_hour,closes_hour,confidence,note
hillside_south,hillside,south_gate,walk,2,0.3,,0,24,assumption,
market_south,market,south_gate,walk,3.5,0.8,hillside,0,24,assumption,Through Hillside
market_east,market,east_bridge,walk,4,1.2,,0,24,assumption,
old_town_south,old_town,south_gate,walk,5,1.5,market hillside,0,24,assumption,"Through Market, then Hillside"
old_town_east,old_town,east_bridge,walk,4.5,1.8,,0,24,assumption,
harbour_east,harbour,east_bridge,walk,2.5,0.9,,0,24,assumption,
south_crossroads,south_gate,crossroads,road,8,0,,6,18,assumption,
east_crossroads,east_bridge,crossroads,walk,10,0,,6,18,assumption,
crossroads_plain,crossroads,plain_camp,road,14,0,,6,20,assumption,
crossroads_river,crossroads,river_camp,road,20,0,,6,20,assumption,
crossroads_villages,crossroads,villages,road,12,0,,6,20,assumption,
aid_hospital,aid_post,hospital,ambulance,9,0,,0,24,assumption,
depot_old_town,depot,old_town,supply,12,0,,0,24,assumption,
depot_harbour,depot,harbour,supply,14,0,,0,24,assumption,
""",
    "closures": """
route,closed,reopened,reason,confidence,published
depot_harbour,2030-03-01,,fighting,assumption,2030-03-01
east_crossroads,2030-03-05,2030-03-07,flood,assumption,2030-03-05
""",
    "control": """
district,date,status,confidence,published
hillside,2030-03-01,contested,assumption,2030-03-01
market,2030-03-01,held,assumption,2030-03-01
old_town,2030-03-01,held,assumption,2030-03-01
harbour,2030-03-01,held,assumption,2030-03-01
hillside,2030-03-05,retaken,assumption,2030-03-06
market,2030-03-07,contested,assumption,2030-03-07
""",
    "futures": "id,weight,meaning",
    "households": """
id,name,share,persons,men,children,infants,disabled,speed_kmh,flight_factor,priority,confidence
with_infants,Families with infants,0.35,6,1,4,1,0,2.5,1.1,no,assumption
families,Other families,0.45,6,2,2,0,0,3.5,1,no,assumption
with_disability,Families with a disabled or frail member,0.2,5,1,2,0,1,1.5,0.7,no,assumption
""",
    "stations": """
place,kind,opens,servers,opens_hour,closes_hour,confidence,published
south_gate,aid,2030-03-01,3,0,24,assumption,
east_bridge,aid,2030-03-01,2,0,24,assumption,
crossroads,registration,2030-03-01,8,6,20,assumption,
crossroads,screening,2030-03-01,4,6,20,assumption,
crossroads,aid,2030-03-01,4,6,20,assumption,
crossroads,shade,2030-03-01,300,0,24,assumption,
aid_post,stabilisation,2030-03-01,4,0,24,assumption,
hospital,beds,2030-03-03,20,0,24,assumption,2030-03-02
""",
    "buses": """
place,date,vehicles,seats,speed_kmh,opens_hour,closes_hour,confidence,published
south_gate,2030-03-01,10,40,25,6,18,assumption,
crossroads,2030-03-01,15,40,30,6,20,assumption,
crossroads,2030-03-06,20,40,30,6,20,assumption,2030-03-06
""",
    "camps": """
place,date,capacity,occupied,confidence,published,note
plain_camp,2030-03-01,8000,1500,assumption,,
plain_camp,2030-03-12,12000,0,assumption,2030-03-08,Extension announced
river_camp,2030-03-10,15000,0,assumption,2030-03-06,Planned opening
villages,2030-03-01,,3000,assumption,,No stated limit
""",
    "supplies": """
district,good,date,days_low,days_best,days_high,inflow,confidence
,food,2030-03-01,15,30,60,0,assumption
,water,2030-03-01,3,7,14,0.5,assumption
,fuel,2030-03-01,5,10,20,0,assumption
,medicine,2030-03-01,5,15,30,0,assumption
harbour,food,2030-03-01,10,20,40,0.1,assumption
""",
    "stocks": """
place,item,date,on_hand,resupply,every_days,lead_days,keeps,unit,confidence,published,note
plain_camp,water,2030-03-01,60,90,1,0,60,m3,assumption,,Trucks; tanks of 60 m3
,food,2030-03-01,240,100,7,3,,t,assumption,,A truckload a week from the warehouse
,tents,2030-03-01,900,300,7,5,,tents,assumption,2030-03-02,
,kits,2030-03-01,1200,400,10,4,,kits,assumption,2030-03-02,
""",
    "counts": """
series,place,measures,start,end,value,value_low,value_high,unit,confidence,published,note
Left the city,,left_cumulative,2030-03-01,2030-03-04,1900,1500,2500,individuals,assumption,2030-03-05,
Left the city,,left_cumulative,2030-03-01,2030-03-06,4200,3500,5000,individuals,assumption,2030-03-07,
Left the city,,left_cumulative,2030-03-01,2030-03-08,6800,,,individuals,assumption,2030-03-09,Published too late
Arrivals at Crossroads,crossroads,arrived_daily,,2030-03-06,700,600,900,individuals,assumption,2030-03-07,
""",
    "planning_figures": """
id,issuer,what,measures,value_low,value_best,value_high,horizon,confidence,published
example_plan,Invented agency,People who could leave,left_cumulative,15000,25000,40000,one month,assumption,2030-03-03
""",
    "own_forecasts": """
id,author,made,measures,day,low,best,high,level
example_guess,Invented planning cell,2030-03-08,left_cumulative,2030-03-15,12000,16000,22000,0.8
""",
    "standards": "indicator,value",
    "sources": """
id,title,publisher,note
invented,Invented for this example; not an observation,Saferground,Replace every row by your own
""",
}
"""The tables as CSV. The one source is written into every ``source`` column."""

PLANS = {
    "larger_camp.toml": """
# A plan: dated changes to the scenario, from the day after its as-of date on. `saferground compare` sets the plans of
# this folder beside each other and beside no plan at all. One file a plan; the name of the file is its short name.
title = "Plain Camp larger, more lanes at Crossroads"
note = "Invented. Say here who proposes it and what it rests on"
cost = 900000                # of the whole plan; leave it out where it is not known
currency = "USD"
lead_days = 2                # from the decision on the as-of date until anything can be in place

[[camps]]
place = "plain_camp"
from = 2030-03-14            # without `until` it stays
places = 3000                # people more than there would be; negative: fewer. Or capacity: people in all

[[stations]]
place = "crossroads"
kind = "screening"
from = 2030-03-10
servers = 4                  # lanes more, which work the hours of those there

[[hours]]
place = "crossroads"
kind = "registration"
from = 2030-03-10
until = 2030-03-24           # first day with the old hours again
closes_hour = 22

[[buses]]                    # a fleet moves: what one site loses another gains
place = "south_gate"
from = 2030-03-12
vehicles = -3

[[buses]]
place = "crossroads"
from = 2030-03-12
vehicles = 3
""",
}
"""Plans by the name of their file."""

SOURCE = "invented"
