"use strict";
// The page of plans: cards with sliders, tried as they are moved; every sentence of an answer is made of its record.
(function () {
  var home = document.getElementById("plans");
  if (!home) return;
  var t = board.t, name = home.dataset.scenario;
  var base = "/api/scenarios/" + encodeURIComponent(name), asOf = new URLSearchParams(location.search).get("as_of");
  var url = function (path) { return base + path + (asOf ? (path.indexOf("?") < 0 ? "?" : "&") + "as_of=" + encodeURIComponent(asOf) : ""); };
  var byId = function (id) { return document.getElementById(id); };
  var part = function (within, which) { return within.querySelector("[data-part=" + which + "]"); };
  var MOST = 4, COLOURS = ["#0b4f80", "#8a5300", "#1d7a4a", "#6a4c93"];
  var controls = null, saved = [], plans = [], removed = null, answer = null, byKey = {};

  var KINDS = {
    places: t("New place"), routes: t("New way"), openings: t("Open a way that is closed"), closures: t("Shut a way"),
    camps: t("Places of a camp or host community"), stations: t("Lanes, staff, beds"), hours: t("Working hours"), buses: t("Buses or ambulances"),
    supplies: t("Supplies into the besieged area"), stocks: t("Stock of relief goods")
  };
  var GROUPS = { sites: t("Sites"), camps: t("Camps"), care: t("Care of the injured"), stocks: t("Stocks of relief goods") };
  var RESOURCES = {
    mustering: t("Mustering: marshals"), registration: t("Registration: clerks"), screening: t("Screening: lanes"), aid: t("Aid: points"), shade: t("Shade and water: people"),
    buses: t("Buses and ambulances"), camp: t("Camp places: people"), triage: t("Triage: places"), stabilisation: t("Treatment: places"),
    theatre: t("Operating tables"), beds: t("Hospital beds"), water: t("Water in each order"), food: t("Food in each order"), tents: t("Tents in each order"),
    kits: t("Core relief kits in each order"), hygiene_kits: t("Hygiene kits in each order"), health_kits: t("Health kits in each order"), trauma_kits: t("Trauma kits in each order")
  };
  var HOURS = {
    registration: [t("Registration opens, hour"), t("Registration closes, hour")], screening: [t("Screening opens, hour"), t("Screening closes, hour")],
    aid: [t("Aid opens, hour"), t("Aid closes, hour")], mustering: [t("Mustering opens, hour"), t("Mustering closes, hour")],
    buses: [t("First departure, hour"), t("Last departure, hour")]
  };
  var leverWords = function (one) {
    if (one.unit !== "hour") return RESOURCES[one.resource] || one.resource;
    var words = HOURS[one.resource] || [t("Opens, hour"), t("Closes, hour")];
    return words[one.field === "opens_hour" ? 0 : 1];
  };

  // Numbers and days in the reader's language.
  var lang = board.tongue;
  var rough = new Intl.NumberFormat(lang, { maximumSignificantDigits: 2 }), plain = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  var about = function (value) { return board.figure(rough.format(value)); };
  var signed = function (value) { return value === 0 ? "0" : board.figure((value < 0 ? "−" : "+") + rough.format(Math.abs(value))); };
  var percent = function (share) {
    if (share > 0 && share < 0.01) return board.figure("<1 %");
    if (share < 1 && share > 0.99) return board.figure(">99 %");
    return board.figure(Math.round(100 * share) + " %");
  };
  var dayWords = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", timeZone: "UTC" });
  var day = function (iso) { var at = new Date(iso + "T00:00:00Z"); return isNaN(at) ? String(iso) : dayWords.format(at); };

  // Small pieces of pages.
  var el = function (tag, keys) {
    var made = document.createElement(tag);
    Object.keys(keys || {}).forEach(function (key) {
      if (key === "text") made.textContent = keys[key];
      else if (keys[key] !== null && keys[key] !== undefined) made.setAttribute(key, keys[key]);
    });
    for (var i = 2; i < arguments.length; i += 1) if (arguments[i]) made.append(arguments[i]);
    return made;
  };
  var fill = function (within, children) { within.replaceChildren.apply(within, children); };
  var clone = function (id) { return byId(id).content.firstElementChild.cloneNode(true); };
  var told = function (where, words) { where.textContent = words; where.hidden = !words; };
  var numbered = 0;
  var label = function (caption, field) { numbered += 1; field.id = field.id || "field-" + numbered; caption.htmlFor = field.id; };
  var svg = function (tag, keys) {
    var made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(keys).forEach(function (key) { made.setAttribute(key, keys[key]); });
    return made;
  };

  // --- plans as they are typed ---------------------------------------------------------------------------------------
  var MARK = "saferground-plans-mark", DRAFT = "saferground-plans:" + name;
  var remembered = function (key) { try { return window.localStorage.getItem(key); } catch (e) { return null; } };
  var remember = function (key, value) { try { window.localStorage.setItem(key, value); } catch (e) { /* the server keeps it too */ } };
  var unique = function () { return Array.from(window.crypto.getRandomValues(new Uint8Array(12)), function (b) { return ("0" + b.toString(16)).slice(-2); }).join(""); };
  var mark = remembered(MARK) || unique();
  remember(MARK, mark);
  var page = unique();

  var fresh = function () {
    var used = plans.map(function (one) { return one.name; }), n = 1;
    while (used.indexOf("plan_" + n) >= 0) n += 1;
    return { name: "plan_" + n, title: board.bare(t("Plan {n}", { n: n })), note: "", cost: "", currency: "", lead_days: "", changes: [], file: "" };
  };
  var ofTyped = function (typed, file) {
    var one = fresh();
    return Object.assign(one, { title: typed.title, note: typed.note, cost: typed.cost === null ? "" : String(typed.cost), currency: typed.cost === null ? "" : typed.currency, lead_days: typed.lead_days === null ? "" : String(typed.lead_days), changes: JSON.parse(JSON.stringify(typed.changes)), file: file || "" });
  };
  var number = function (text) { return String(text).trim() !== "" && isFinite(Number(text)) ? Number(text) : text; };
  var sent = function (one) {
    return { name: one.name, title: one.title, note: one.note, cost: one.cost === "" ? null : number(one.cost), currency: one.currency, lead_days: one.lead_days === "" ? null : number(one.lead_days), changes: one.changes.map(function (c) { return { kind: c.kind, values: c.values }; }) };
  };
  var asKept = function () { return plans.map(function (one) { return Object.assign(sent(one), { cost: one.cost, lead_days: one.lead_days, file: one.file }); }); };
  var active = function () { return plans.filter(function (one) { return one.changes.length; }); };
  var keeping = 0;
  var keep = function () {
    remember(DRAFT, JSON.stringify(asKept()));
    window.clearTimeout(keeping);
    keeping = window.setTimeout(function () { board.send("PUT", base + "/plans/draft/" + mark, { plans: asKept() }).catch(function () { /* this browser has it */ }); }, 900);
  };
  var changed = function () { keep(); later(); };

  // --- trying --------------------------------------------------------------------------------------------------------
  var waiting = 0, current = 0, stopped = null, retry = 0;
  var later = function () {
    current += 1;
    if (stopped) stopped.abort();
    if (answer) state(t("Working it out…"), "busy");
    document.querySelectorAll(".plan-card,#outcomes,#best,#binds,#passage").forEach(function (one) { one.classList.add("stale"); });
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 90);
  };
  var ask = function () {
    var mine = current += 1;
    stopped = new AbortController();
    if (!answer) state(t("Asking…"), "busy");
    board.send("POST", url("/plans/try"), { page: page, plans: active().map(sent) }, stopped.signal)
      .then(function (one) { heard(one, mine); }).catch(function (error) { lost(error, mine); });
  };
  var follow = function (one, mine) {
    var beyond = one.state === "first" ? "&beyond=first" : "";
    board.get(url("/plans/tries/" + one.id + "?wait=1" + beyond)).then(function (next) { heard(next, mine); }).catch(function (error) { lost(error, mine); });
  };
  var heard = function (one, mine) {
    if (mine !== current) return;
    retry = 0;
    byId("again").hidden = true;
    told(byId("trial-wrong"), "");
    if (one.state === "wrong") return wrong(one.problems);
    showProblems([]);
    if (one.state === "failed") { told(byId("trial-wrong"), one.message); state(t("No answer."), ""); byId("again").hidden = false; return; }
    if (one.answer) { answer = one.answer; draw(); }
    progress(one);
    if (one.state !== "whole") window.setTimeout(function () { if (mine === current) follow(one, mine); }, 150);
  };
  var lost = function (error, mine) {
    if (error.name === "AbortError" || mine !== current) return;
    if (error.status === 404 && answer) return window.setTimeout(ask, 300);
    if (error.status) {
      state(t("No answer."), "");
      byId("again").hidden = false;
      return told(byId("trial-wrong"), error.message);
    }
    retry = Math.min(retry + 1, 8);
    state(t("The board cannot be reached. What you typed is kept; trying again…"), "busy");
    window.setTimeout(function () { if (mine === current) ask(); }, 600 * retry);
  };
  var state = function (words, kind, done, of) {
    byId("trial").className = "trial " + kind;
    if (byId("trial-words").textContent !== words) byId("trial-words").textContent = words;
    byId("trial-bar").hidden = done === undefined;
    if (done !== undefined) { byId("trial-bar").max = of; byId("trial-bar").value = done; }
  };
  var progress = function (one) {
    if (one.state === "whole") return state(t("Answer in {n} futures.", { n: one.answer.members }), "done");
    if (one.state === "first") return state(t("Answer in {n} futures, refining…", { n: one.answer.members }), "busy");
    var why = answer ? t("A plan has new places or ways, or the scenario changed: the futures are prepared anew.") : t("Preparing the futures, once for this scenario.");
    if (one.phase === "fit") return state(why + " " + t("Learning from the counts…"), "busy", one.done, 100);
    if (one.phase === "simulate") return state(why + " " + t("Simulating…"), "busy");
    state(answer ? t("Working it out…") : why, "busy");
  };
  byId("again").addEventListener("click", function () { ask(); });

  // --- problems ------------------------------------------------------------------------------------------------------
  var wrong = function (problems) {
    showProblems(problems);
    state(t("Nothing is worked out until what is marked is put right."), "");
  };
  var sentence = function (one) { return one.got === "nothing" ? board.figure(one.do) : t("Got {got}; expected {expected}.", { got: one.got, expected: one.expected }) + board.advice(one.do); };
  var showProblems = function (problems) {
    document.querySelectorAll("[data-part=wrong]").forEach(function (one) { told(one, ""); });
    document.querySelectorAll("[aria-invalid]").forEach(function (one) { one.removeAttribute("aria-invalid"); });
    var rest = [];
    problems.forEach(function (one) {
      var plan = plans.find(function (p) { return one.file === "plans/" + p.name + ".toml" || one.file === p.name + ".toml"; });
      if (!plan || !plan.card) return rest.push(one.file + ": " + sentence(one));
      var change = one.line ? plan.changes[one.line - 1] : null, key = one.column.split(".").pop();
      var spot = change && change.row, field = spot && spot.querySelector("[data-key=" + JSON.stringify(key) + "]");
      var own = field && field.parentElement.querySelector("[data-part=wrong]");
      var where = own || (spot ? part(spot, "wrong") : plan.card.querySelector(":scope > [data-part=wrong]"));
      for (var up = spot; up && up !== plan.card; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      if (field) field.setAttribute("aria-invalid", "true");
      told(where, (where.hidden ? "" : where.textContent + "\n") + sentence(one));
    });
    if (rest.length) told(byId("trial-wrong"), rest.join(" "));
  };

  // --- cards ---------------------------------------------------------------------------------------------------------
  var isOf = function (lever, change) {
    if (change.kind !== lever.kind) return false;
    var keys = Object.keys(change.values).filter(function (key) { return key !== "from" && key !== "until" && change.values[key] !== null && change.values[key] !== "" && !(key === "vehicles" && lever.field !== "vehicles" && Number(change.values[key]) === 0); });
    var wanted = Object.keys(lever.fixed).filter(function (key) { return lever.fixed[key] !== ""; }).concat(lever.field);
    return keys.length === wanted.length && wanted.every(function (key) { return key === lever.field ? keys.indexOf(key) >= 0 : change.values[key] === lever.fixed[key]; });
  };
  var levelOn = function (lever, iso) {
    var found = lever.levels[0];
    lever.levels.forEach(function (one) { if (one.first <= iso) found = one; });
    return found.value;
  };
  var placeName = {}, localName = {};
  var addCard = function (plan) {
    var card = plan.card = clone("card-template"), index = plans.indexOf(plan);
    card.style.setProperty("--plan", COLOURS[index % MOST]);
    card.setAttribute("aria-label", plan.title);
    var field = function (which) {
      var input = part(card, which);
      input.value = plan[which];
      input.addEventListener("input", function () { plan[which] = input.value; if (which === "title") card.setAttribute("aria-label", plan.title); changed(); });
    };
    ["title", "note", "cost", "currency", "lead_days"].forEach(field);
    part(card, "remove").addEventListener("click", function () { removed = plan; plans.splice(plans.indexOf(plan), 1); redraw(); changed(); byId("add").focus(); });
    part(card, "double").addEventListener("click", function () {
      var other = ofTyped(Object.assign({}, plan, { cost: plan.cost === "" ? null : plan.cost, lead_days: plan.lead_days === "" ? null : plan.lead_days, changes: plan.changes.map(function (c) { return { kind: c.kind, values: c.values }; }) }));
      other.title = board.bare(t("{title}, copy", { title: plan.title }));
      addPlan(other);
    });
    part(card, "text").addEventListener("click", function () { openText(plan); });
    part(card, "save").addEventListener("click", function () { openSave(plan); });
    var kinds = part(card, "kind");
    controls.kinds.forEach(function (one) { kinds.append(el("option", { value: one.name, text: KINDS[one.name] || one.name })); });
    part(card, "add-change").addEventListener("click", function () {
      var change = { kind: kinds.value, values: {} };
      if (keysOf(change).some(function (one) { return one.name === "from"; })) change.values.from = controls.first;
      plan.changes.push(change);
      drawOthers(plan);
      change.row.open = true;
      change.row.querySelector("input,select").focus();
      changed();
    });
    byId("cards").append(card);
    drawLevers(plan);
    drawOthers(plan);
  };
  var drawLevers = function (plan) {
    var groups = part(plan.card, "groups"), made = [], taken = [];
    Object.keys(GROUPS).forEach(function (group) {
      var mine = controls.levers.filter(function (one) { return one.group === group; });
      if (!mine.length) return;
      var groupBox = el("details", { class: "group-box" }, el("summary", { class: "group-name", text: GROUPS[group] }));
      groupBox.open = group === "sites";
      made.push(groupBox);
      var places = mine.map(function (one) { return one.place; }).filter(function (one, i, all) { return all.indexOf(one) === i; });
      places.forEach(function (place) {
        var box = el("details", { class: "place" }), used = el("span", { class: "used" });
        var hours = el("details", { class: "hours" }, el("summary", { text: t("Working hours") }));
        box.append(el("summary", {}, el("bdi", { text: placeName[place] || t("Shared stock") }), localName[place] && el("bdi", { class: "local", text: localName[place] }), used));
        mine.filter(function (one) { return one.place === place; }).forEach(function (lever) {
          var change = plan.changes.find(function (one) { return taken.indexOf(one) < 0 && isOf(lever, one); });
          if (change) taken.push(change);
          (lever.unit === "hour" ? hours : box).append(leverRow(plan, lever, change || null, box, used));
          if (change) box.open = groupBox.open = true;
          if (change && lever.unit === "hour") hours.open = true;
        });
        if (hours.children.length > 1) box.append(hours);
        countUsed(box, used);
        groupBox.append(box);
      });
    });
    fill(groups, made);
    plan.taken = taken;
  };
  var countUsed = function (box, used) {
    var n = box.querySelectorAll(".lever.set").length;
    used.textContent = n ? (n === 1 ? t("1 change") : t("{n} changes", { n: n })) : "";
  };
  var neutral = function (lever, from) { return lever.adds ? 0 : levelOn(lever, from); };
  var leverRow = function (plan, lever, change, box, used) {
    var row = clone("lever-template"), slide = part(row, "slide"), exact = part(row, "number"), from = part(row, "from"), until = part(row, "until");
    var words = leverWords(lever);
    part(row, "label").textContent = words;
    label(part(row, "label"), slide);
    exact.setAttribute("aria-label", lever.adds ? t("{what}, more or fewer", { what: words }) : words);
    slide.min = lever.low; slide.max = lever.high; slide.step = lever.step;
    exact.min = lever.least; exact.max = lever.most; exact.step = "any";
    exact.dataset.key = lever.field; from.dataset.key = "from"; until.dataset.key = "until";
    from.min = until.min = controls.first; from.max = controls.last;
    var show = function () {
      var first = change ? String(change.values.from) : controls.first, value = change ? change.values[lever.field] : neutral(lever, controls.first);
      var there = levelOn(lever, first), steps = lever.levels.filter(function (one) { return one.first > controls.first; });
      part(row, "now").textContent = (there === null ? t("none now") : change && first !== controls.first ? t("{n} on {day}", { n: plain.format(there), day: day(first) }) : t("now {n}", { n: plain.format(there) })) + (!change && steps.length ? " " + t("({n} from {day})", { n: steps[steps.length - 1].value === null ? "–" : plain.format(steps[steps.length - 1].value), day: day(steps[steps.length - 1].first) }) : "");
      slide.value = value === null ? lever.low : value;
      if (document.activeElement !== exact) exact.value = value === null ? "" : value;
      row.classList.toggle("set", Boolean(change));
      part(row, "days").hidden = !change;
      if (change) { from.value = change.values.from || ""; until.value = change.values.until || ""; }
      var then = change && (lever.adds ? (there || 0) + Number(value) : Number(value));
      var result = change ? (change.values.until ? t("{n} from {day} until {end}", { n: plain.format(then), day: day(first), end: day(change.values.until) }) : t("{n} from {day} on", { n: plain.format(then), day: day(first) })) : "";
      told(part(row, "then"), result && lever.adds ? signed(Number(value)) + ": " + result : result);
      slide.setAttribute("aria-valuetext", change ? result : t("unchanged"));
    };
    var set = function (value) {
      if (typeof value === "number" && value === neutral(lever, change ? change.values.from : controls.first)) value = null;
      if (value === null && change) { plan.changes.splice(plan.changes.indexOf(change), 1); change = null; }
      else if (value !== null) {
        if (!change) {
          change = { kind: lever.kind, values: { from: controls.first } };
          Object.keys(lever.fixed).forEach(function (key) { if (lever.fixed[key] !== "") change.values[key] = lever.fixed[key]; });
          plan.changes.push(change);
          plan.taken.push(change);
        }
        change.values[lever.field] = value;
        change.row = row;
      }
      show();
      countUsed(box, used);
      changed();
    };
    slide.addEventListener("input", function () { set(Number(slide.value)); });
    exact.addEventListener("input", function () { set(exact.value === "" ? null : number(exact.value)); });
    exact.addEventListener("blur", show);
    from.addEventListener("change", function () { if (change) { change.values.from = from.value; show(); changed(); } });
    until.addEventListener("change", function () { if (change) { change.values.until = until.value || null; show(); changed(); } });
    if (change) change.row = row;
    show();
    return row;
  };
  var keysOf = function (change) { return controls.kinds.find(function (one) { return one.name === change.kind; }).keys; };
  var drawOthers = function (plan) {
    var mine = plan.changes.filter(function (one) { return plan.taken.indexOf(one) < 0; });
    part(plan.card, "others-title").hidden = !mine.length;
    fill(part(plan.card, "others"), mine.map(function (one) { return changeForm(plan, one); }));
  };
  var described = function (plan, change) {
    var v = change.values, ofPlan = news(plan, "places").find(function (one) { return one[0] === (v.place || v.district); }), way = controls.routes.find(function (one) { return one.id === (v.route || v.id); });
    var what = v.name || (ofPlan && ofPlan[1]) || placeName[v.place || v.district] || v.place || v.district || (way && way.name) || v.route || v.id || "";
    var apart = ["place", "district", "route", "id", "name", "name_local", "from", "until", "lat", "lon"];
    var rest = Object.keys(v).filter(function (key) { return apart.indexOf(key) < 0 && v[key] !== null && v[key] !== ""; }).map(function (key) {
      return (key === "kind" || key === "mode" || key === "good" || key === "item" ? "" : key.replace(/_/g, " ") + " ") + (typeof v[key] === "number" ? plain.format(v[key]) : (placeName[v[key]] || String(v[key]).replace(/_/g, " ")));
    });
    var days = v.from ? (v.until ? t("{first} until {end}", { first: day(v.from), end: day(v.until) }) : t("from {first}", { first: day(v.from) })) : "";
    return (KINDS[change.kind] || change.kind) + ": " + [what].concat(rest, days).filter(Boolean).join(", ");
  };
  var changeForm = function (plan, change) {
    var form = change.row = clone("change-template");
    var describe = function () { part(form, "legend").textContent = described(plan, change); };
    describe();
    keysOf(change).forEach(function (key) {
      var caption = key.meaning.split(";")[0] + (key.unit && key.unit !== "count" ? " [" + key.unit + "]" : "") + (key.required ? " *" : "");
      var input = inputOf(plan, key, change), holder = el("label", {}, el("span", { text: caption, lang: "en", dir: "ltr" }), input, el("span", { class: "wrong", "data-part": "wrong", hidden: "" }));
      input.dataset.key = key.name;
      input.addEventListener(input.tagName === "SELECT" || input.type === "date" ? "change" : "input", function () {
        change.values[key.name] = input.value === "" ? null : (key.type === "number" || key.type === "integer") ? number(input.value) : input.value;
        describe();
        changed();
      });
      part(form, "fields").append(holder);
    });
    part(form, "drop").addEventListener("click", function () { plan.changes.splice(plan.changes.indexOf(change), 1); drawOthers(plan); changed(); part(plan.card, "add-change").focus(); });
    return form;
  };
  var inputOf = function (plan, key, change) {
    var value = change.values[key.name];
    value = value === undefined || value === null ? "" : String(value);
    var options = null;
    if (key.type === "choice" || (key.name === "kind" && key.choices.length)) options = key.choices.map(function (one) { return [one, one.replace(/_/g, " ")]; });
    if (key.type === "ref" && key.target === "places") options = controls.places.map(function (one) { return [one.id, one.name]; }).concat(news(plan, "places"));
    if (key.type === "ref" && key.target === "routes") options = controls.routes.map(function (one) { return [one.id, one.name + " (" + one.kind + ")"]; }).concat(news(plan, "routes"));
    if (options) {
      if (value && !options.some(function (one) { return one[0] === value; })) options.push([value, value]);
      var select = el("select", {}, el("option", { value: "", text: key.default ? key.default.replace(/_/g, " ") : "–" }));
      options.forEach(function (one) { select.append(el("option", { value: one[0], text: one[1] })); });
      select.value = value;
      return select;
    }
    var input = el("input", { autocomplete: "off" });
    if (key.type === "date") { input.type = "date"; input.min = controls.first; if (key.name === "from") input.max = controls.last; }
    if (key.type === "number" || key.type === "integer") { input.inputMode = key.low < 0 ? "text" : "decimal"; if (key.default) input.placeholder = key.default; }
    input.value = value;
    return input;
  };
  var news = function (plan, kind) {
    return plan.changes.filter(function (one) { return one.kind === kind && one.values.id; }).map(function (one) { return [one.values.id, one.values.name || one.values.id]; });
  };
  var redraw = function () {
    document.querySelectorAll("#cards > :not(#none)").forEach(function (one) { one.remove(); });
    byId("cards").style.setProperty("--plans", plans.length + 1);
    plans.forEach(addCard);
    byId("add").disabled = byId("load").disabled = plans.length >= MOST;
    byId("back").hidden = !removed || plans.length >= MOST;
    byId("full").hidden = !active().length;
    if (answer) draw();
  };
  var addPlan = function (plan) {
    if (plans.length >= MOST) return board.say(t("Up to four plans stand beside each other. Remove one first."), true);
    var titles = plans.map(function (one) { return one.title.toLowerCase(); }), title = plan.title, n = 2;
    while (titles.indexOf(plan.title.toLowerCase()) >= 0) { plan.title = title + " " + n; n += 1; }
    plans.push(plan);
    redraw();
    part(plan.card, "title").focus();
    part(plan.card, "title").select();
    changed();
  };
  byId("add").addEventListener("click", function () { addPlan(fresh()); });
  byId("back").addEventListener("click", function () {
    var one = removed;
    removed = null;
    addPlan(Object.assign(fresh(), sent(one), { name: fresh().name, cost: one.cost, lead_days: one.lead_days, file: one.file }));
  });
  byId("load").addEventListener("change", function () {
    var one = saved.find(function (s) { return s.name === byId("load").value; });
    byId("load").value = "";
    if (!one) return;
    if (one.plan) return addPlan(ofTyped(one.plan, one.name));
    told(byId("trial-wrong"), t("The plan {name} has problems:", { name: one.name }) + " " + one.problems.map(sentence).join(" "));
  });
  byId("judge").addEventListener("change", function () { remember("saferground-plans-judge", byId("judge").value); if (answer) draw(); });

  // --- answers -------------------------------------------------------------------------------------------------------
  var meaningOf = function (outcome) { return controls.outcomes.find(function (one) { return one.outcome === outcome; }); };
  var UNITS = { "person-hours": t("person-hours"), "person-nights": t("person-nights"), "person-days": t("person-days"), people: t("people") };
  var OUTCOMES = {
    waiting: t("Waiting in lines"), apart: t("Apart from the family"), in_the_open: t("In the open"), without_a_place: t("Nights without a place"),
    unmet: t("Not served from stocks"), untreated: t("Injured and untreated"), deaths: t("Deaths")
  };
  var outcomeWords = function (outcome) { return OUTCOMES[outcome] || meaningOf(outcome).name; };
  var unitWords = function (outcome) { var unit = meaningOf(outcome).unit; return UNITS[unit] || unit; };
  var pick = function (tried, outcome) { return tried.outcomes.find(function (one) { return one.outcome === outcome; }); };
  var coloured = function (change, words) { return el("span", { class: "mean " + (change.sure ? (change.amount.mean < 0 ? "less" : "more") : "unsure"), text: words }); };
  var sharesBar = function (change) {
    var bar = el("span", { class: "shares", "aria-hidden": "true" });
    ["better", "same", "worse"].forEach(function (one) { bar.append(el("i", { class: one, style: "width:" + 100 * change[one] + "%" })); });
    return bar;
  };
  var sharesWords = function (change) { return t("better in {better}, same in {same}, worse in {worse}", { better: percent(change.better), same: percent(change.same), worse: percent(change.worse) }); };
  var span = function (amount) { return t("{low} to {high}", { low: about(amount.low), high: about(amount.high) }); };
  var signedSpan = function (amount) { return t("{low} to {high}", { low: signed(amount.low), high: signed(amount.high) }); };
  var strip = function (change, all) {
    var low = Math.min.apply(null, [0].concat(all.map(function (c) { return Math.min(c.amount.low, c.amount.mean); }))), high = Math.max.apply(null, [0].concat(all.map(function (c) { return Math.max(c.amount.high, c.amount.mean); })));
    if (high - low <= 0) return null;
    var x = function (v) { return 8 + 284 * (v - low) / (high - low); };
    var made = svg("svg", { class: "bars", viewBox: "0 0 300 22", preserveAspectRatio: "none", "aria-hidden": "true" }), m = x(change.amount.mean);
    made.append(svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 0, y2: 22 }), svg("line", { class: "range", x1: x(change.amount.low), x2: x(change.amount.high), y1: 11, y2: 11 }), svg("path", { class: "mean", d: "M" + m + " 3l7 8l-7 8l-7 -8z" }));
    return made;
  };
  var draw = function () {
    var judged = byId("judge").value, tried = answer.plans, none = tried[0], shown = tried.slice(1);
    var mine = function (plan) { return shown.find(function (one) { return one.name === plan.name; }); };
    document.querySelectorAll(".stale").forEach(function (one) { one.classList.remove("stale"); });
    var first = pick(none, judged);
    fill(part(byId("none"), "answer"), [
      el("p", { class: "by", text: outcomeWords(judged) }), el("p", { class: "value" }, about(first.amount.mean) + " ", el("span", { class: "unit", text: unitWords(judged) })),
      el("p", { text: t("In the mean. Half of the futures lie below {middle}, nine in ten between {low} and {high}.", { middle: about(first.amount.middle), low: about(first.amount.low), high: about(first.amount.high) }) }), bindsMost(none)
    ].filter(Boolean));
    plans.forEach(function (plan) {
      var one = mine(plan), where = part(plan.card, "answer");
      fill(part(plan.card, "top"), []);
      if (!one) return fill(where, [el("p", { text: t("Move a slider below, or add a change: the answer follows at once.") })]);
      var change = pick(one, judged).change, all = shown.map(function (s) { return pick(s, judged).change; });
      var others = one.outcomes.filter(function (o) { return o.outcome !== judged && o.change.sure; });
      fill(part(plan.card, "top"), [
        el("p", { class: "by", text: outcomeWords(judged) }),
        change.sure ? el("p", { class: "value" }, signed(change.amount.mean) + " ", el("span", { class: "unit", text: unitWords(judged) })) : el("p", { class: "value unsure", text: t("No sure difference") }),
        strip(change, all)
      ].filter(Boolean));
      fill(where, [
        sharesBar(change), el("p", { text: t("Of the futures: {shares}.", { shares: sharesWords(change) }) }),
        el("p", { text: others.length ? t("Also, in the mean: {list}.", { list: others.map(function (o) { return outcomeWords(o.outcome).toLowerCase() + " " + signed(o.change.amount.mean); }).join("; ") }) : t("No other outcome differs surely.") }),
        bindsMost(one)
      ].filter(Boolean));
    });
    byId("doubts").hidden = !answer.doubts.length;
    fill(byId("doubts").querySelector("ul"), answer.doubts.map(function (one) { return el("li", { text: one }); }));
    drawOutcomes(tried);
    drawBest(tried, judged);
    drawBinds(tried);
    drawPassage(tried);
    byId("full").hidden = !shown.length;
  };
  var bindsMost = function (tried) {
    var one = tried.binding.find(function (b) { return b.group === "sites"; });
    return one && el("p", {}, t("What binds at the sites: "), el("b", { text: what(one) }), when(one) ? ", " + when(one) : "", ".");
  };
  var PLAIN = { registration: t("registration"), screening: t("screening"), aid: t("aid"), mustering: t("mustering"), buses: t("buses"), camp: t("camp places"), beds: t("hospital beds"), theatre: t("operating tables"), triage: t("triage"), stabilisation: t("treatment"), shade: t("shaded places") };
  var what = function (one) { return t("{what}, {place}", { what: PLAIN[one.kind] || one.what, place: one.name }); };
  var when = function (one) { return one.first ? (one.first === one.last ? day(one.first) : t("{first} to {last}", { first: day(one.first), last: day(one.last) })) : ""; };
  var titleOf = function (tried) { return tried.name === "baseline" ? t("No plan") : tried.title; };
  var head = function (cells) { return el("thead", {}, cells.reduce(function (row, one) { row.append(typeof one === "string" ? el("th", { scope: "col", text: one }) : one); return row; }, el("tr", {}))); };
  var column = function (tried) {
    var index = plans.findIndex(function (one) { return one.name === tried.name; });
    var cell = el("th", { scope: "col" });
    if (index >= 0) { cell.style.setProperty("--plan", COLOURS[index % MOST]); cell.append(el("i", { class: "dot", "aria-hidden": "true" })); }
    cell.append(el("bdi", { text: titleOf(tried) }));
    return cell;
  };
  var table = function (id, heads, rows, section) {
    var body = el("tbody", {});
    rows.forEach(function (cells) {
      var row = el("tr", {});
      cells.forEach(function (cell, i) { var made = el(i ? "td" : "th", i ? {} : { scope: "row" }); made.append.apply(made, [].concat(cell)); row.append(made); });
      body.append(row);
    });
    fill(byId(id), [head(heads), body]);
    byId(section).hidden = !rows.length;
  };
  var drawOutcomes = function (tried) {
    var rows = controls.outcomes.map(function (one) {
      var cells = [[outcomeWords(one.outcome), el("small", { text: unitWords(one.outcome) })]];
      tried.forEach(function (plan) {
        var found = pick(plan, one.outcome), change = found.change;
        if (!change) return cells.push([el("span", { class: "mean", text: about(found.amount.mean) }), el("small", { text: span(found.amount) }), el("small", { text: t("half below {middle}", { middle: about(found.amount.middle) }) })]);
        cells.push([coloured(change, change.sure ? signed(change.amount.mean) : t("not sure")), el("small", { text: signedSpan(change.amount) }), sharesBar(change), el("small", { text: sharesWords(change) }),
          found.cost_per_unit === null ? "" : el("small", { text: t("{cost} for each saved", { cost: about(found.cost_per_unit) + " " + plan.currency }) })]);
      });
      return cells;
    });
    table("outcomes-table", [t("Outcome")].concat(tried.map(column)), tried.length > 1 ? rows : [], "outcomes");
  };
  var drawBest = function (tried, judged) {
    byId("best-about").textContent = t("Judged by: {outcome} ({unit}), in {n} futures.", { outcome: outcomeWords(judged), unit: unitWords(judged), n: answer.members });
    var against = function (plan, other) {
      if (plan === other) return "–";
      if (other.name === "baseline") return percent(pick(plan, judged).change.better);
      if (plan.name === "baseline") return percent(pick(other, judged).change.worse);
      var pair = answer.pairs.find(function (p) { return p.outcome === judged && (p.plan === plan.name && p.other === other.name || p.plan === other.name && p.other === plan.name); });
      return percent(pair.plan === plan.name ? pair.change.better : pair.change.worse);
    };
    var rows = tried.map(function (plan) {
      var found = pick(plan, judged);
      return [el("bdi", { text: titleOf(plan) }), percent(found.best), about(found.regret)].concat(tried.map(function (other) { return against(plan, other); }));
    });
    var heads = [t("Plan"), t("Best in"), t("Regret, mean")].concat(tried.map(function (other) { return t("Better than: {title}", { title: titleOf(other) }); }));
    table("best-table", heads, tried.length > 1 ? rows : [], "best");
  };
  var drawBinds = function (tried) {
    var rows = [];
    tried.forEach(function (plan) {
      plan.binding.forEach(function (one) {
        rows.push([el("bdi", { text: titleOf(plan) }), GROUPS[one.group], el("bdi", { text: what(one) }), plain.format(one.narrowest), when(one) || t("no day for sure"), day(one.worst), t("{n}; one future in twenty: more than {high}", { n: about(one.held), high: about(one.held_high) })]);
      });
    });
    table("binds-table", [t("Plan"), t("Among"), t("What holds up most"), t("Days, in the mean"), t("In half of the futures"), t("Worst day"), t("People held up on it")], rows, "binds");
  };
  var drawPassage = function (tried) {
    var rows = tried.map(function (plan) {
      var p = plan.passage;
      return [el("bdi", { text: titleOf(plan) }), t("{n} ({low} to {high})", { n: about(p.left), low: about(p.left_low), high: about(p.left_high) }), p.kept_high < 0.5 ? t("none") : t("{n}; one future in twenty: more than {high}", { n: about(p.kept), high: about(p.kept_high) })];
    });
    table("passage-table", [t("Plan"), t("People who get out in the days ahead"), t("Fewer than under the plan that lets most out")], tried.length > 1 ? rows : [], "passage");
  };

  // --- text, files, folders ------------------------------------------------------------------------------------------
  var texted = null;
  var openText = function (plan) {
    texted = plan;
    told(byId("text-wrong"), "");
    board.send("POST", base + "/plans/write", sent(plan)).then(function (typed) { byId("text").value = typed.text; byId("text-box").showModal(); })
      .catch(function (error) {
        if (plan.changes.length && error.problems && error.problems.length) { board.say(t("First put right what is marked."), true); return wrong(error.problems); }
        byId("text").value = "title = " + JSON.stringify(plan.title) + "\n";
        byId("text-box").showModal();
      });
  };
  byId("text-use").addEventListener("click", function () {
    board.send("POST", base + "/plans/read", { name: texted.name, text: byId("text").value }).then(function (typed) {
      var at = plans.indexOf(texted), next = ofTyped(typed, texted.file);
      next.name = texted.name;
      plans[at] = next;
      byId("text-box").close();
      redraw();
      changed();
      part(next.card, "text").focus();
    }).catch(function (error) {
      var list = byId("text-wrong");
      if (!error.problems || !error.problems.length) return board.failed(error);
      fill(list, error.problems.map(function (one) { return el("li", { text: (one.line ? t("Line {n}", { n: one.line }) + (one.column ? ", " + one.column : "") : one.column) + ": " + sentence(one) }); }));
      list.hidden = false;
    });
  });
  var saving = null;
  var slug = function (title) { return title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60); };
  var there = function () { return saved.find(function (one) { return one.name === byId("save-name").value; }); };
  var showThere = function () {
    var one = there();
    told(byId("save-there"), one && controls.own ? t("There is a plan of this name already: {title}. Saving replaces it.", { title: one.plan ? one.plan.title : one.name }) : "");
    byId("save-now").textContent = one ? t("Replace it") : t("Save into the scenario");
  };
  var openSave = function (plan) {
    saving = plan;
    byId("save-name").value = plan.file || slug(plan.title) || plan.name;
    byId("save-now").hidden = !controls.own;
    byId("save-shipped").hidden = byId("save-copy").hidden = controls.own;
    told(byId("save-wrong"), "");
    listSaved().then(function () { showThere(); byId("save-box").showModal(); }).catch(board.failed);
  };
  byId("save-name").addEventListener("input", showThere);
  var notSaved = function (error) {
    told(byId("save-wrong"), error.problems && error.problems.length ? error.problems.map(sentence).join(" ") : error.message);
    if (error.problems && error.problems.length) showProblems(error.problems.map(function (one) { return Object.assign({}, one, { file: "plans/" + saving.name + ".toml" }); }));
    listSaved().then(showThere).catch(board.failed);
  };
  byId("save-now").addEventListener("click", function () {
    if (!byId("save-name").reportValidity()) return;
    var called = byId("save-name").value, one = there();
    board.send("PUT", base + "/plans/" + encodeURIComponent(called), { plan: sent(saving), replaces: one ? one.digest : "" }).then(function () {
      saving.file = called;
      keep();
      byId("save-box").close();
      board.say(t("Saved as plans/{name}.toml.", { name: called }));
      return listSaved();
    }).catch(notSaved);
  });
  byId("save-file").addEventListener("click", function () {
    if (!byId("save-name").reportValidity()) return;
    board.send("POST", base + "/plans/write", sent(saving)).then(function (typed) {
      var link = el("a", { href: URL.createObjectURL(new Blob([typed.text], { type: "application/toml" })), download: byId("save-name").value + ".toml" });
      document.body.append(link);
      link.click();
      link.remove();
      window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
      byId("save-box").close();
    }).catch(notSaved);
  });
  byId("save-copy").addEventListener("click", function () {
    board.send("POST", base + "/copy").then(function () {
      controls.own = true;
      byId("save-now").hidden = false;
      byId("save-shipped").hidden = byId("save-copy").hidden = true;
      board.say(t("The scenario now stands in your folder."));
      return listSaved().then(showThere);
    }).catch(notSaved);
  });
  byId("compare").addEventListener("click", function () {
    byId("compare").disabled = true;
    board.send("POST", url("/plans/compare"), { plans: active().map(sent) }).then(function (job) { window.location.assign("/jobs/" + job.id); })
      .catch(function (error) { byId("compare").disabled = false; if (error.problems && error.problems.length) wrong(error.problems); else board.failed(error); });
  });

  // --- start ---------------------------------------------------------------------------------------------------------
  var listSaved = function () {
    return board.get(base + "/plans").then(function (found) {
      saved = found;
      fill(byId("load"), [byId("load").firstElementChild].concat(found.map(function (one) { return el("option", { value: one.name, text: one.plan ? one.plan.title : one.name }); })));
      byId("load-label").hidden = !found.length;
    });
  };
  var restored = function () {
    var own = remembered(DRAFT);
    try { if (own) return Promise.resolve(JSON.parse(own)); } catch (e) { /* the server may have it */ }
    return board.get(base + "/plans/draft/" + mark).then(function (found) { return found.plans; }).catch(function () { return []; });
  };
  board.get(url("/levers")).then(function (found) {
    controls = found;
    found.places.forEach(function (one) { placeName[one.id] = one.name; localName[one.id] = one.local; });
    found.outcomes.forEach(function (one) { byId("judge").append(el("option", { value: one.outcome, text: outcomeWords(one.outcome) })); });
    document.querySelectorAll("[data-class]").forEach(function (one) { one.hidden = one.dataset.class !== found.sensitivity; });
    var judge = remembered("saferground-plans-judge");
    if (judge && meaningOf(judge)) byId("judge").value = judge;
    return Promise.all([listSaved(), restored()]);
  }).then(function (both) {
    plans = (Array.isArray(both[1]) ? both[1] : []).slice(0, MOST).filter(function (one) { return one && Array.isArray(one.changes); });
    home.hidden = false;
    redraw();
    ask();
  }).catch(function (error) {
    home.hidden = false;
    document.querySelectorAll("#plans > :not(#trial-wrong)").forEach(function (one) { one.hidden = true; });
    byId("trial-wrong").hidden = false;
    fill(byId("trial-wrong"), error.problems && error.problems.length ? [
      el("p", { text: t("The scenario has problems. Plans can be tried once they are mended.") }),
      error.problems.reduce(function (list, one) { list.append(el("li", { text: one.file + (one.line ? ", " + t("line {n}", { n: one.line }) : "") + (one.column ? ", " + one.column : "") + ": " + sentence(one) })); return list; }, el("ul", {}))
    ] : [el("p", { text: error.status ? error.message : t("The board cannot be reached.") })]);
  });
}());
