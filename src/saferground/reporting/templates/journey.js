"use strict";
(function () {
  // Marks, roads and bars of the map, for the day that the player of report.js shows.
  var map = JSON.parse(document.getElementById("map-data").textContent), land = map.land;
  if (!land) return;
  var svg = document.getElementById(land.id + "-now"), slider = document.getElementById("day");
  var readout = document.getElementById("readout"), chosen = null;
  var all = function (root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); };
  var marks = all(svg, "[data-mark]"), ways = all(svg, "[data-way]"), broads = all(svg, "[data-broad]"), bars = all(document, "[data-bar]");
  var name = document.getElementById("day-name"), barsDay = document.querySelector(".bars-day");
  var set = function (node, values) { Object.keys(values).forEach(function (key) { node.setAttribute(key, values[key]); }); };
  var share = function (mark, t) { return mark.capacity[t] ? Math.min(1, mark.people[t] / mark.capacity[t]) : 0; };
  var drawMark = function (node, mark, t) {
    var r = mark.radius[t], full = share(mark, t), box = node.querySelector(".camp-box"), town = node.querySelector(".town");
    node.querySelector("title").textContent = mark.name + (mark.local ? " (" + mark.local + ")" : "") + ": " + mark.told[t];
    set(node.querySelector(".fire"), { transform: "scale(" + (r + 7) + ")", opacity: mark.conflict[t] ? 0.35 + 0.0065 * mark.conflict[t] : 0 });
    if (town) town.setAttribute("r", r);
    [".ring-low", ".ring-high"].forEach(function (name, i) {
      var ring = mark.rings[t][i], outline = node.querySelector(name);
      set(outline, box ? { x: -ring, y: -ring, width: 2 * ring, height: 2 * ring } : { r: ring });
    });
    if (!box) return;
    box.classList.toggle("closed", !mark.shelter[t]);
    box.classList.toggle("unlimited", mark.shelter[t] === 1 && mark.capacity[t] === null);
    box.classList.toggle("full", full >= 0.98);
    set(box, { x: -r, y: -r, width: 2 * r, height: 2 * r });
    set(node.querySelector(".camp-fill"), { x: -r, y: r - 2 * r * full, width: 2 * r, height: 2 * r * full });
  };
  var drawBar = function (node, mark, t) {
    var limit = node.querySelector(".limit");
    node.querySelector(".fill").style.width = 100 * mark.people[t] / map.top + "%";
    var spread = node.querySelector(".spread").style, low = Math.min(mark.low[t], map.top), high = Math.min(mark.high[t], map.top);
    spread.left = 100 * low / map.top + "%";
    spread.width = 100 * (high - low) / map.top + "%";
    if (limit) limit.style.left = 100 * (mark.capacity[t] || 0) / map.top + "%";
    node.querySelector(".bar-value").textContent = mark.people[t].toLocaleString("en");
  };
  var wayWords = function (way, t) {
    var count = function (n) { return n.toLocaleString("en"); };
    var range = way.high[t] > way.low[t] ? " (90 % range " + count(way.low[t]) + " to " + count(way.high[t]) + ")" : "";
    return count(way.flow[t]) + " people a day" + range + (way.shut[t] ? "; closed" : "");
  };
  var tell = function (t) {
    if (!chosen) return;
    var bold = document.createElement("b"), local = document.createElement("bdi");
    bold.textContent = chosen.name || chosen.title;
    local.textContent = chosen.local || "";
    local.className = "local";
    local.dir = "auto";
    readout.hidden = false;
    readout.replaceChildren(bold, " ", local, ". " + name.textContent + ": " + (chosen.told ? chosen.told[t] : wayWords(chosen, t)) + ".");
  };
  var show = function () {
    var t = Number(slider.value);
    marks.forEach(function (node, i) { drawMark(node, land.marks[i], t); });
    ways.forEach(function (node, i) {
      node.setAttribute("stroke-width", land.ways[i].width[t]);
      node.classList.toggle("shut", land.ways[i].shut[t] === 1);
      broads[i].setAttribute("stroke-width", land.ways[i].broad[t]);
      [node, broads[i]].forEach(function (line) {
        line.querySelector("title").textContent = land.ways[i].title + ": " + wayWords(land.ways[i], t);
      });
    });
    bars.forEach(function (node) { drawBar(node, land.marks[Number(node.dataset.bar)], t); });
    svg.dataset.day = t;
    if (barsDay) barsDay.textContent = "on " + name.textContent;
    tell(t);
  };
  var choose = function (node, data) {
    all(svg, ".mark.on").forEach(function (old) { old.classList.remove("on"); });
    node.classList.add("on");
    chosen = data;
    tell(Number(slider.value));
  };
  var listen = function (node, data) { node.addEventListener("click", function () { choose(node, data); }); };
  marks.forEach(function (node, i) { listen(node, land.marks[i]); });
  ways.forEach(function (node, i) { listen(node, land.ways[i]); listen(broads[i], land.ways[i]); });
  var places = document.getElementById("map-place");
  if (places) places.addEventListener("change", function () {
    var at = Number(places.value.split(" ")[1]);
    if (places.value) choose(marks[at], land.marks[at]);
  });
  new MutationObserver(show).observe(name, { childList: true, characterData: true, subtree: true });
  show();
}());
