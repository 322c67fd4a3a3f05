"use strict";
(function () {
  var read = function (id) { return JSON.parse(document.getElementById(id).textContent); };
  var map = read("map-data"), picker = read("picker-data");
  var number = function (value) {
    if (value === null || value === undefined) return "–";
    if (value !== 0 && Math.abs(value) < 10) return String(Number(value.toPrecision(2)));
    return Math.round(Number(value.toPrecision(2))).toLocaleString("en");
  };
  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  var day = function (iso) { var p = iso.split("-"); return Number(p[2]) + " " + MONTHS[Number(p[1]) - 1] + " " + p[0]; };
  var shortDay = function (iso) { var p = iso.split("-"); return Number(p[2]) + " " + MONTHS[Number(p[1]) - 1].slice(0, 3); };

  // Map: one day at a time.
  var slider = document.getElementById("day"), name = document.getElementById("day-name"), play = document.getElementById("play");
  var readout = document.getElementById("readout"), chosen = null;
  var marksOf = function (panel) {
    var svg = document.getElementById(panel.id + "-now");
    return {
      data: panel, svg: svg,
      marks: Array.prototype.slice.call(svg.querySelectorAll("[data-mark]")),
      ways: Array.prototype.slice.call(svg.querySelectorAll("[data-way]")),
      broads: Array.prototype.slice.call(svg.querySelectorAll("[data-broad]"))
    };
  };
  var panels = map.panels.map(marksOf);
  var set = function (node, values) { Object.keys(values).forEach(function (key) { node.setAttribute(key, values[key]); }); };
  var share = function (mark, t) { return mark.capacity.length && mark.capacity[t] ? mark.people[t] / mark.capacity[t] : 0; };
  var range = function (one, t) {
    var low = number(one.low[t]), high = number(one.high[t]);
    return low === high ? "" : " (90 % range " + low + " to " + high + ")";
  };
  var wayWords = function (way, t) {
    return number(way.flow[t]) + " people a day" + range(way, t) + (way.shut[t] ? "; closed" : "");
  };
  var said = function (mark, t) {
    if (mark.flow) return wayWords(mark, t);
    var waits = mark.kind === "muster_point" || mark.kind === "screening_site";
    var text = number(mark.people[t]) + " people" + (waits ? " waiting" : "") + range(mark, t);
    if (mark.capacity.length && mark.capacity[t] === 0) return "not open";
    if (mark.capacity.length && mark.capacity[t]) text += " of " + number(mark.capacity[t]) + " (" + Math.round(100 * share(mark, t)) + " % full)";
    if (mark.full.length && mark.full[t] !== null && mark.capacity[t]) text += "; no room left in " + mark.full[t] + " % of futures";
    if (mark.shares.length) {
      var c = mark.shares[t][0], r = mark.shares[t][1];
      text += "; held in " + Math.max(0, 100 - c - r) + " %, contested in " + c + " %, retaken in " + r + " % of futures";
    }
    return text;
  };
  var drawMark = function (node, mark, t) {
    node.querySelector("title").textContent = mark.name + (mark.local ? " (" + mark.local + ")" : "") + ": " + said(mark, t);
    if (mark.shares.length) {
      var r = mark.radius[t], slices = node.querySelectorAll(".slice");
      set(node.querySelector(".held"), { r: r });
      set(node.querySelector(".rim"), { r: r });
      set(node.querySelector(".ring-low"), { r: mark.rings[t][0] });
      set(node.querySelector(".ring-high"), { r: mark.rings[t][1] });
      set(slices[0], { r: r / 2, "stroke-width": r, "stroke-dasharray": mark.shares[t][0] + " 200" });
      set(slices[1], { r: r / 2, "stroke-width": r, "stroke-dasharray": mark.shares[t][1] + " 200", "stroke-dashoffset": -mark.shares[t][0] });
    } else if (mark.kind === "camp") {
      var full = Math.min(1, share(mark, t)), box = node.querySelector(".camp-box");
      box.classList.toggle("closed", mark.capacity[t] === 0);
      box.classList.toggle("full", full >= 0.98);
      set(node.querySelector(".camp-fill"), { y: 8 - 16 * full, height: 16 * full });
      var end = function (n) { return 8 - 16 * Math.min(n / mark.capacity[t], 1.5); };
      node.querySelectorAll(".whisker").forEach(function (bar) {
        bar.setAttribute("d", mark.capacity[t] ? "M0 " + end(mark.low[t]) + "V" + end(mark.high[t]) : "");
      });
    }
  };
  var tell = function (t) {
    if (!chosen) return;
    readout.hidden = false;
    readout.textContent = "";
    var bold = document.createElement("b");
    bold.textContent = chosen.name || chosen.title;
    readout.appendChild(bold);
    if (chosen.local) {
      var local = document.createElement("bdi");
      local.className = "local";
      local.textContent = chosen.local;
      local.dir = "auto";
      readout.appendChild(document.createTextNode(" "));
      readout.appendChild(local);
    }
    var rest = (chosen.beyond ? ", " + chosen.beyond : "") + ". " + day(map.days[t]) + ": " + said(chosen, t) + ".";
    readout.appendChild(document.createTextNode(rest));
  };
  var show = function (t) {
    panels.forEach(function (panel) {
      panel.marks.forEach(function (node, i) { drawMark(node, panel.data.marks[i], t); });
      panel.ways.forEach(function (node, i) {
        var way = panel.data.ways[i];
        node.setAttribute("stroke-width", way.width[t]);
        node.classList.toggle("shut", way.shut[t] === 1);
        panel.broads[i].setAttribute("stroke-width", way.broad[t]);
        [node, panel.broads[i]].forEach(function (line) { line.querySelector("title").textContent = way.title + ": " + wayWords(way, t); });
      });
    });
    var when = day(map.days[t]) + (t < map.as_of ? " (run-up)" : t === map.as_of ? " (as of)" : "");
    name.textContent = when;
    slider.setAttribute("aria-valuetext", when);
    tell(t);
  };
  var choose = function (node, data) {
    document.querySelectorAll(".mark.on").forEach(function (old) { old.classList.remove("on"); });
    node.classList.add("on");
    chosen = data;
    tell(Number(slider.value));
  };
  panels.forEach(function (panel) {
    var listen = function (node, data) { node.addEventListener("click", function () { choose(node, data); }); };
    panel.marks.forEach(function (node, i) { listen(node, panel.data.marks[i]); });
    panel.ways.forEach(function (node, i) { listen(node, panel.data.ways[i]); });
    panel.broads.forEach(function (node, i) { listen(node, panel.data.ways[i]); });
  });
  var places = document.getElementById("map-place");
  if (places && panels.length) places.addEventListener("change", function () {
    var at = places.value.split(" "), panel = panels[Number(at[0])];
    if (places.value) choose(panel.marks[Number(at[1])], panel.data.marks[Number(at[1])]);
  });
  var timer = null;
  var stop = function () { window.clearInterval(timer); timer = null; play.textContent = "Play"; play.setAttribute("aria-pressed", "false"); };
  var advance = function () {
    if (Number(slider.value) >= map.days.length - 1) return stop();
    slider.value = Number(slider.value) + 1;
    show(Number(slider.value));
  };
  play.addEventListener("click", function () {
    if (timer) return stop();
    if (Number(slider.value) >= map.days.length - 1) slider.value = map.as_of;
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    timer = window.setInterval(advance, 450);
    advance();
  });
  slider.addEventListener("input", function () { show(Number(slider.value)); });
  window.addEventListener("beforeprint", function () { stop(); show(map.as_of); });
  window.addEventListener("afterprint", function () { show(Number(slider.value)); });
  document.querySelector(".player").hidden = false;
  show(Number(slider.value));

  // Needs of one place by day.
  var select = document.getElementById("chooser-place"), table = document.getElementById("chooser-table");
  var cell = function (tag, text) { var node = document.createElement(tag); node.textContent = text; return node; };
  var needCell = function (values, t) {
    var node = cell("td", values && values[0][t] !== null ? number(values[0][t]) + " (" + number(values[1][t]) + ")" : "–");
    node.className = "need";
    if (values && values[3][t]) {
      var beyond = cell("span", number(values[2][t]) + " (" + number(values[3][t]) + ")");
      beyond.className = "unmet";
      node.appendChild(beyond);
    }
    return node;
  };
  var fill = function () {
    var place = picker.places[Number(select.value)], body = table.querySelector("tbody");
    var shown = picker.items.map(function (_, i) { return i; }).filter(function (i) { return place.values[i]; });
    var head = document.createElement("tr");
    head.appendChild(cell("th", "Day"));
    shown.forEach(function (i) {
      var th = cell("th", picker.items[i].name + " "), unit = cell("span", picker.items[i].unit);
      th.className = "need"; unit.className = "unit"; th.scope = "col";
      th.appendChild(unit); head.appendChild(th);
    });
    table.querySelector("thead").replaceChildren(head);
    body.replaceChildren.apply(body, picker.days.map(function (iso, t) {
      var row = document.createElement("tr"), first = cell("th", shortDay(iso));
      first.scope = "row";
      row.appendChild(first);
      shown.forEach(function (i) { row.appendChild(needCell(place.values[i], t)); });
      return row;
    }));
  };
  if (picker.places.length) {
    document.getElementById("chooser").hidden = false;
    select.addEventListener("change", fill);
    fill();
  }
}());
