"use strict";
(function () {
  // Where a figure comes from: one click opens what it rests on, the next leads to the document.
  var data = JSON.parse(document.getElementById("provenance-data").textContent);
  var by = function (list) { var made = {}; list.forEach(function (one) { made[one.id] = one; }); return made; };
  var origins = by(data.origins), processes = by(data.processes), cited = by(data.cited);
  var node = function (tag, text, parts) {
    var made = document.createElement(tag);
    if (text) made.textContent = text;
    (parts || []).forEach(function (part) { if (part) made.append(part); });
    return made;
  };
  var box = node("dialog"), title = node("h2"), told = node("div"), close = node("button", "Close");
  box.id = "origin-box"; box.lang = "en"; box.dir = "ltr"; title.id = "origin-title"; close.type = "button";
  box.setAttribute("aria-labelledby", title.id);
  box.append(close, title, told);
  document.body.append(box);
  close.addEventListener("click", function () { box.close(); });
  box.addEventListener("click", function (event) { if (event.target === box) box.close(); });

  // A row of the page may wait in a folded table.
  var open = function (name) {
    var row = document.getElementById(name), part = row;
    while (part) { if (part.tagName === "DETAILS") part.open = true; part = part.parentElement; }
    return row;
  };
  var inside = function (name, text) {
    var link = node("a", text);
    link.href = "#" + encodeURIComponent(name);
    link.addEventListener("click", function () {
      box.close();
      var row = open(name);
      if (row) { row.tabIndex = -1; row.focus({ preventScroll: true }); }
    });
    return link;
  };
  var source = function (id) {
    var one = cited[id], line = node("li");
    var about = [one.publisher, one.published, one.edition].filter(Boolean).join(", ");
    line.append(document.getElementById(one.anchor) ? inside(one.anchor, one.title) : node("span", one.title));
    if (about) line.append(" (" + about + ")");
    if (/^https?:\/\//.test(one.url)) {
      var out = node("a", "open the document");
      out.href = one.url; out.target = "_blank"; out.rel = "noreferrer noopener";
      out.setAttribute("aria-label", "Open the document: " + one.title);
      line.append(" ", out);
    }
    return line;
  };
  var sources = function (ids) { return node("ul", "", ids.map(source)); };
  var ground = function (one) {
    var name = one.anchor && document.getElementById(one.anchor) ? inside(one.anchor, one.name) : node("b", one.name);
    return node("li", "", [name, ": " + one.told + (one.own ? ". " + one.own : "") + ".", one.cited.length ? sources(one.cited) : null]);
  };
  var process = function (one) {
    var list = node("ul", "", one.grounds.map(ground)), count = node("span", " (" + one.grounds.length + ")");
    count.className = "unit";
    return node("details", "", [node("summary", one.title, [count]), list]);
  };
  var facts = function () {
    return node("dl", "", data.facts.map(function (fact) { return node("div", "", [node("dt", fact[0]), node("dd", fact[1])]); }));
  };
  var show = function (origin, what) {
    var rests = origin.processes.map(function (id) { return processes[id]; });
    var ids = [], assumed = 0;
    rests.forEach(function (one) {
      one.grounds.forEach(function (part) {
        assumed += part.cited.length ? 0 : 1;
        part.cited.forEach(function (id) { if (ids.indexOf(id) < 0) ids.push(id); });
      });
    });
    title.textContent = "Where this comes from: " + (what || origin.title);
    var parts = [node("p", origin.how)];
    if (origin.question) parts.push(node("p", "It answers: " + origin.question + " Every day and place: table " + origin.table + "."));
    parts.push(facts());
    if (rests.length) parts.push(node("h3", "Inputs, each with its source"));
    parts = parts.concat(rests.map(process));
    if (assumed) parts.push(node("p", assumed + " of these inputs cite no document; each says what it rests on instead."));
    if (ids.length) parts.push(node("h3", "Documents (" + ids.length + ")"), sources(ids));
    told.replaceChildren.apply(told, parts);
    box.showModal();
    told.scrollTop = 0;
  };
  document.addEventListener("click", function (event) {
    var asked = event.target.closest("[data-origin]");
    if (asked) show(origins[asked.dataset.origin], asked.dataset.what);
  });
  var found = function () { if (location.hash) open(decodeURIComponent(location.hash.slice(1))); };
  window.addEventListener("hashchange", found);
  found();
}());
