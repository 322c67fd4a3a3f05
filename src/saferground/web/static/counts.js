"use strict";
// The counts page: two grids of text cells, checked as a whole by the board, saved when nothing is wrong.
(function () {
  var board = window.board, t = board.t;
  var record = JSON.parse(document.getElementById("counts").textContent);
  var name = record.scenario.name, base = "/api/scenarios/" + encodeURIComponent(name) + "/counts";
  var byId = function (id) { return document.getElementById(id); };
  var make = function (tag, text, attributes) {
    var node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return node;
  };
  var cell = function (text, attributes) { // what it holds keeps its own direction
    var made = make("td", null, attributes);
    made.appendChild(make("bdi", text));
    return made;
  };
  var later = function (work, wait) {
    var timer = null;
    return function () { window.clearTimeout(timer); timer = window.setTimeout(work, wait); };
  };

  // --- grids ---
  var grids = record.grids.map(function (grid) {
    var table = document.querySelector("[data-grid=" + grid.kind + "]");
    return { kind: grid.kind, columns: grid.columns, offers: grid.offers, table: table, body: table.querySelector("tbody") };
  });
  var cellOf = function (grid, column) {
    var cell = make("td"), input = make("input", null, { "data-column": column.name, autocomplete: "off", spellcheck: "false", dir: "auto" });
    if (grid.offers[column.name]) input.setAttribute("list", grid.kind + "-" + column.name);
    if (column.kind === "number") input.inputMode = "decimal";
    if (column.folded) cell.className = "folded";
    input.className = column.kind === "text" || column.kind === "ref" || column.kind === "id" ? "long" : "";
    input.setAttribute("aria-label", t(column.name));
    cell.appendChild(input);
    return cell;
  };
  var numbered = function (grid) {
    Array.prototype.forEach.call(grid.body.rows, function (row, at) { row.cells[0].textContent = at + 1; });
  };
  var addRow = function (grid) {
    var row = make("tr");
    row.appendChild(make("th", "", { scope: "row" }));
    grid.columns.forEach(function (column) { row.appendChild(cellOf(grid, column)); });
    var last = make("td"), remove = make("button", "×", { type: "button", "aria-label": t("Remove this row"), "class": "remove" });
    remove.addEventListener("click", function () {
      var beside = row.nextElementSibling || row.previousElementSibling;
      row.remove();
      if (!beside) beside = addRow(grid);
      numbered(grid);
      beside.querySelector("input").focus();
      changed();
    });
    last.appendChild(remove);
    row.appendChild(last);
    grid.body.appendChild(row);
    numbered(grid);
    return row;
  };
  var rowAt = function (grid, at) { while (grid.body.rows.length <= at) addRow(grid); return grid.body.rows[at]; };
  var inputAt = function (grid, row, column) { return rowAt(grid, row).querySelector("[data-column=" + column + "]"); };
  var cellsOf = function (grid, row) {
    var cells = {};
    grid.columns.forEach(function (column) {
      var value = row.querySelector("[data-column=" + column.name + "]").value.trim();
      if (value) cells[column.name] = value;
    });
    return cells;
  };
  var filled = function () {
    var found = [];
    grids.forEach(function (grid) {
      Array.prototype.forEach.call(grid.body.rows, function (row, at) {
        var cells = cellsOf(grid, row);
        if (Object.keys(cells).length) found.push({ grid: grid, row: row, at: at, cells: cells });
      });
    });
    return found;
  };
  var edits = function (rows) {
    return { edits: rows.map(function (one) { return { do: "enter", kind: one.grid.kind, cells: one.cells }; }) };
  };
  var put = function (grid, at, names, rows) {
    rows.forEach(function (cells, down) {
      cells.forEach(function (value, right) {
        if (names[right]) inputAt(grid, at + down, names[right]).value = value;
      });
    });
    if (rows.some(function (cells) { return cells.some(function (value, right) { return value && folded(grid, names[right]); }); })) unfold(true);
    changed();
  };
  var folded = function (grid, column) { return grid.columns.some(function (one) { return one.name === column && one.folded; }); };

  // --- paste and files ---
  var cellsIn = function (text) { // cells as Excel copies them: tabs, lines, and quotes around cells that hold either
    var rows = [[]], cell = "", quoted = false;
    for (var i = 0; i < text.length; i += 1) {
      var sign = text[i];
      if (quoted && sign === '"' && text[i + 1] === '"') { cell += '"'; i += 1; }
      else if (quoted && sign === '"') quoted = false;
      else if (!quoted && sign === '"' && cell === "") quoted = true;
      else if (!quoted && sign === "\t") { rows[rows.length - 1].push(cell.trim()); cell = ""; }
      else if (!quoted && sign === "\n") { rows[rows.length - 1].push(cell.trim()); cell = ""; rows.push([]); }
      else if (sign !== "\r") cell += sign;
    }
    rows[rows.length - 1].push(cell.trim());
    return rows.filter(function (row) { return row.some(Boolean); });
  };
  var looksHeaded = function (grid, row) {
    var names = grid.columns.map(function (one) { return one.name; });
    return row.filter(function (cell) { return names.indexOf(cell.toLowerCase().replace(/ /g, "_")) >= 0; }).length >= 2;
  };
  var paste = function (grid, input, text, event) {
    var rows = cellsIn(text);
    if (rows.length < 2 && (rows[0] || []).length < 2) return;
    event.preventDefault();
    var at = Array.prototype.indexOf.call(grid.body.rows, input.closest("tr"));
    if (looksHeaded(grid, rows[0])) return read(grid, at, { text: text });
    var names = grid.columns.map(function (one) { return one.name; });
    var shown = document.body.classList.contains("all-columns") ? names : names.filter(function (one) { return !folded(grid, one); });
    put(grid, at, shown.slice(shown.indexOf(input.dataset.column)), rows);
  };
  var said = function (problems) {
    byId("read-notes").replaceChildren.apply(byId("read-notes"), problems.map(function (one) {
      var where = [one.file, one.line ? t("line {n}", { n: one.line }) : "", one.column].filter(Boolean).join(", ");
      return make("li", where + ": " + sentence(one), one.severity === "problem" ? { "class": "wrong" } : {});
    }));
  };
  var read = function (grid, at, what) {
    var form = new FormData();
    form.append("kind", grid.kind);
    if (what.file) form.append("file", what.file); else form.append("text", what.text);
    board.send("POST", base + "/read", form).then(function (got) {
      put(grid, at, got.columns, got.rows);
      board.say(t("{n} rows read.", { n: got.rows.length }));
      said(got.problems.concat(got.notes));
    }).catch(board.failed);
  };
  grids.forEach(function (grid) {
    grid.table.addEventListener("paste", function (event) {
      if (event.target.tagName === "INPUT") paste(grid, event.target, event.clipboardData.getData("text/plain"), event);
    });
    grid.table.addEventListener("input", function () { changed(); });
    grid.table.addEventListener("keydown", function (event) {
      if (event.target.tagName !== "INPUT" || (event.key !== "Enter" && event.key !== "ArrowUp")) return;
      if (event.key === "ArrowUp" && event.target.hasAttribute("list")) return;
      var at = Array.prototype.indexOf.call(grid.body.rows, event.target.closest("tr")) + (event.key === "Enter" ? 1 : -1);
      if (at < 0) return;
      event.preventDefault();
      inputAt(grid, at, event.target.dataset.column).focus();
    });
  });
  byId("upload").addEventListener("change", function (event) {
    var first = filled().filter(function (one) { return one.grid.kind === "counts"; }).length;
    if (event.target.files.length) read(grids[0], first, { file: event.target.files[0] });
    event.target.value = "";
  });
  byId("more-rows").addEventListener("click", function () { for (var i = 0; i < 10; i += 1) addRow(grids[0]); });
  var unfold = function (all) {
    document.body.classList.toggle("all-columns", all);
    byId("more-columns").setAttribute("aria-pressed", String(all));
    byId("more-columns").textContent = all ? t("Show fewer columns") : t("Show all columns");
  };
  byId("more-columns").addEventListener("click", function () { unfold(!document.body.classList.contains("all-columns")); });
  byId("empty").addEventListener("click", function () {
    if (filled().length && !window.confirm(t("Clear everything that is not saved?"))) return;
    clear();
    changed();
  });
  var clear = function () {
    grids.forEach(function (grid) {
      grid.body.textContent = "";
      for (var i = 0; i < Number(grid.table.dataset.rows); i += 1) addRow(grid);
    });
  };

  // --- drafts: at once in the browser, soon after in the board ---
  var own = "saferground-draft-" + name;
  var drafted = function () {
    return filled().map(function (one) {
      return [one.grid.kind].concat(one.grid.columns.map(function (column) { return one.cells[column.name] || ""; }));
    });
  };
  var restore = function (rows) {
    grids.forEach(function (grid) {
      var mine = rows.filter(function (row) { return row[0] === grid.kind; }).map(function (row) { return row.slice(1); });
      if (mine.length) put(grid, 0, grid.columns.map(function (one) { return one.name; }), mine);
      if (mine.length && grid.kind === "sources") byId("new-sources").open = true;
    });
  };
  var keepThere = later(function () {
    board.send("PUT", base + "/draft", { cells: drafted() })
      .then(function () { byId("draft-state").textContent = drafted().length ? t("Draft kept.") : ""; })
      .catch(function () {
        byId("draft-state").textContent = t("The board cannot be reached; the draft is kept in this browser.");
        window.setTimeout(keepThere, 4000);
      });
  }, 500);
  var keepHere = function () {
    try { window.localStorage.setItem(own, JSON.stringify({ cells: drafted(), at: new Date().toISOString() })); } catch (full) { return; }
  };
  var here = function () {
    try { return JSON.parse(window.localStorage.getItem(own)) || { cells: [], at: "" }; } catch (broken) { return { cells: [], at: "" }; }
  };

  // --- check and save ---
  var asked = 0, right = false;
  var mark = function (input, text) {
    var cell = input.closest("td");
    cell.classList.add("bad");
    input.setAttribute("aria-invalid", "true");
    input.title = (input.title ? input.title + "\n" : "") + text;
    var told = cell.querySelector(".told") || cell.appendChild(make("span", "", { "class": "told" }));
    told.textContent = told.textContent ? told.textContent + " " + text : text;
  };
  var unmark = function () {
    document.querySelectorAll(".grid-table .told").forEach(function (node) { node.remove(); });
    document.querySelectorAll(".grid-table .bad").forEach(function (node) { node.classList.remove("bad"); });
    document.querySelectorAll(".grid-table [aria-invalid]").forEach(function (node) { node.removeAttribute("aria-invalid"); node.title = ""; });
  };
  var sentence = function (problem) { return t("got {got}; expected {expected}.", problem) + board.advice(problem.do); };
  var listed = function (found) {
    byId("problems").replaceChildren.apply(byId("problems"), found.map(function (one) {
      var line = make("li"), where = one.row ? t("Row {n}", { n: one.at + 1 }) + (one.problem.column ? ", " + t(one.problem.column) : "") : one.problem.file;
      if (one.input) {
        var link = make("a", where, { href: "#" });
        link.addEventListener("click", function (event) { event.preventDefault(); one.input.focus(); });
        line.appendChild(link);
      } else line.appendChild(make("b", where));
      line.appendChild(document.createTextNode(": " + sentence(one.problem)));
      return line;
    }));
  };
  var judge = function (rows, verdict) {
    unmark();
    var found = verdict.problems.map(function (problem) {
      var one = rows[problem.line - 1];
      if (!one) return { problem: problem };
      var input = one.row.querySelector("[data-column=" + (problem.column || "none") + "]") || one.row.querySelector("input");
      if (problem.column && folded(one.grid, problem.column)) unfold(true);
      if (one.grid.kind === "sources") byId("new-sources").open = true;
      mark(input, sentence(problem));
      return { problem: problem, row: one.row, at: one.at, input: input };
    }).concat((verdict.elsewhere || []).map(function (problem) { return { problem: problem }; }));
    listed(found);
    var known = (verdict.already || []).length;
    right = !found.length && rows.length > 0;
    byId("save").disabled = !right;
    byId("verdict").className = found.length ? "wrong" : "";
    byId("verdict").textContent = found.length ? t("{n} problems; nothing is saved until they are gone.", { n: found.length })
      : rows.length ? t("{n} rows are right and can be saved.", { n: rows.length }) + (known ? " " + t("{n} of them are there already.", { n: known }) : "") : "";
  };
  var check = later(function () {
    var rows = filled(), mine = asked += 1;
    if (!rows.length) return judge(rows, { problems: [] });
    board.send("POST", base + "/check", edits(rows)).then(function (verdict) {
      if (mine === asked) judge(rows, verdict);
    }).catch(function (error) {
      if (mine !== asked) return;
      byId("verdict").textContent = error.status ? error.message : t("The board cannot be reached; the draft is kept in this browser.");
      if (!error.status) window.setTimeout(check, 4000);
    });
  }, 350);
  var changed = function () {
    byId("save").disabled = true;
    asked += 1;
    keepHere();
    keepThere();
    check();
  };
  byId("save").addEventListener("click", function () {
    var rows = filled();
    byId("save").disabled = true;
    board.send("POST", base, edits(rows)).then(function (saved) {
      clear();
      unmark();
      changed();
      board.say(t("{n} rows saved.", { n: saved.rows.length }));
      return refresh();
    }).catch(function (error) {
      board.failed(error);
      if (error.problems && error.problems.length) judge(rows, { problems: error.problems });
      else byId("save").disabled = false;
    });
  });

  // --- what was entered ---
  var shown = ["series", "place", "end", "value", "unit", "source", "published", "confidence"];
  var when = function (iso) { return iso.slice(0, 16).replace("T", " "); };
  var button = function (text, work) {
    var node = make("button", text, { type: "button" });
    node.addEventListener("click", work);
    return node;
  };
  var line = function (entry) {
    var row = make("tr", null, entry.withdrawn ? { "class": "withdrawn" } : {});
    if (entry.kind === "counts") shown.forEach(function (column) { row.appendChild(cell(entry.cells[column])); });
    else row.appendChild(cell(t("source") + " " + entry.cells.id + ": " + entry.cells.title, { colspan: shown.length }));
    row.appendChild(cell(entry.who + ", " + board.figure(when(entry.at))));
    var does = make("td");
    if (entry.withdrawn) does.appendChild(button(t("Restore"), function () { apply({ do: "restore", id: entry.id, version: entry.version }); }));
    else {
      does.appendChild(button(t("Change"), function () { open(entry); }));
      does.appendChild(document.createTextNode(" "));
      does.appendChild(button(t("Withdraw"), function () { apply({ do: "withdraw", id: entry.id, version: entry.version }); }));
    }
    row.appendChild(does);
    return row;
  };
  var headed = function (names, rows) {
    var table = make("table"), head = make("tr"), thead = make("thead"), body = make("tbody");
    names.forEach(function (one) { head.appendChild(make("th", one, { scope: "col" })); });
    thead.appendChild(head);
    rows.forEach(function (row) { body.appendChild(row); });
    table.appendChild(thead);
    table.appendChild(body);
    return table;
  };
  var draw = function (page) {
    record = page;
    var names = shown.map(function (one) { return t(one); }).concat([t("by, at (UTC)"), t("do")]);
    byId("entered").replaceChildren(page.entered.length ? headed(names, page.entered.map(line)) : make("p", t("Nothing yet.")));
    var cells = function (some) {
      return some ? Object.keys(some).filter(function (key) { return some[key]; }).map(function (key) { return key + "=" + some[key]; }).join(", ") : "–";
    };
    var differing = function (change) {
      if (!change.before || !change.after) return [cells(change.before), cells(change.after)];
      var keys = Object.keys(change.after).filter(function (key) { return change.before[key] !== change.after[key]; });
      var part = function (some) { var only = {}; keys.forEach(function (key) { only[key] = some[key] || "–"; }); return cells(only); };
      return [part(change.before), part(change.after)];
    };
    byId("changes").querySelector("div").replaceChildren(headed([t("when (UTC)"), t("who"), t("what"), t("row"), t("before"), t("after")], page.changes.map(function (change) {
      var row = make("tr");
      [when(change.at), change.who, t(change.action), change.entry].concat(differing(change)).forEach(function (text) { row.appendChild(cell(String(text))); });
      return row;
    })));
    if (byId("as-of").value < page.known_until) byId("as-of").value = page.known_until;
    page.grids.forEach(function (grid) {
      Object.keys(grid.offers).forEach(function (column) {
        var list = byId(grid.kind + "-" + column);
        if (list) list.replaceChildren.apply(list, grid.offers[column].map(function (one) { return make("option", one.told, { value: one.value }); }));
      });
    });
  };
  var refresh = function () { return board.get(base).then(draw); };
  var apply = function (edit) {
    return board.send("POST", base, { edits: [edit] }).then(refresh).then(function () { board.say(t("Saved.")); })
      .catch(function (error) { board.failed(error); return refresh(); });
  };
  var open = function (entry, theirs) {
    var grid = grids.filter(function (one) { return one.kind === entry.kind; })[0], fields = byId("row-fields");
    fields.textContent = "";
    byId("row-problems").textContent = theirs || "";
    grid.columns.forEach(function (column) {
      var label = make("label", t(column.name)), input = make("input", null, { "data-column": column.name, dir: "auto", autocomplete: "off" });
      input.value = entry.cells[column.name] || "";
      if (grid.offers[column.name]) input.setAttribute("list", grid.kind + "-" + column.name);
      label.appendChild(input);
      fields.appendChild(label);
    });
    byId("row-save").onclick = function () { amend(entry, fields); };
    if (!byId("row-box").open) byId("row-box").showModal();
  };
  var amend = function (entry, fields) {
    var cells = {};
    fields.querySelectorAll("input").forEach(function (input) { cells[input.dataset.column] = input.value.trim(); });
    board.send("POST", base, { edits: [{ do: "change", id: entry.id, version: entry.version, cells: cells }] }).then(function () {
      byId("row-box").close();
      board.say(t("Saved."));
      return refresh();
    }).catch(function (error) {
      if (error.status === 409) return clash(entry, cells, error.problems[0]);
      byId("row-problems").textContent = (error.problems || []).map(sentence).join(" ") || error.message;
    });
  };
  var clash = function (entry, mine, conflict) {
    var told = Object.keys(conflict.theirs).filter(function (key) { return (mine[key] || "") !== conflict.theirs[key]; }).map(function (key) {
      return t(key) + ": " + t("yours {mine}, now {theirs}", { mine: mine[key] || "–", theirs: conflict.theirs[key] || "–" });
    });
    var now = { id: entry.id, kind: entry.kind, version: conflict.now, cells: mine };
    open(now, t("{who} changed this row meanwhile.", { who: conflict.who }) + " " + told.join("; ") + ". " + t("Save again to keep yours."));
    refresh();
  };

  // --- where sources differ: asked for when it is opened ---
  var whole = function (value) { return Math.round(value).toLocaleString(board.tongue); };
  var saying = function (one) {
    var range = one.high > one.low ? " (" + board.figure(whole(one.low) + "–" + whole(one.high)) + ")" : "";
    return one.source + ": " + whole(one.value) + range + (one.published ? ", " + one.published : "") + (one.superseded ? " – " + t("revised later") : "");
  };
  var sideBySide = function (found) {
    var rows = found.map(function (one) {
      var row = make("tr"), said = make("td"), list = make("ul", null, { "class": "plain" });
      [one.day, t(one.measures), one.place || t("whole scenario")].forEach(function (text) { row.appendChild(cell(text)); });
      one.said.forEach(function (saidOne) { list.appendChild(make("li", null, saidOne.superseded ? { "class": "superseded" } : {})).appendChild(make("bdi", saying(saidOne))); });
      said.appendChild(list);
      row.appendChild(said);
      row.appendChild(make("td", one.spread === null ? "∞" : "× " + one.spread.toFixed(2)));
      return row;
    });
    byId("beside").querySelector("div").replaceChildren(rows.length
      ? headed([t("end"), t("measures"), t("place"), t("what each source said"), t("highest by lowest")], rows)
      : make("p", t("No two sources speak of the same people, place and day.")));
  };
  byId("beside").addEventListener("toggle", function () {
    if (byId("beside").open) board.get(base + "/beside?until=" + encodeURIComponent(byId("as-of").value)).then(sideBySide).catch(board.failed);
  });

  // --- forecast anew ---
  var runOf = function () {
    return board.get("/api/home").then(function (home) {
      var card = home.cards.filter(function (one) { return one.known.name === name; })[0];
      return card && card.latest ? card.latest.name : "";
    });
  };
  var jobLine = function (job, old) {
    var item = make("li", null, { "class": "job", "data-job": job.id, "data-state": job.state });
    item.appendChild(make("b", t("Forecast") + " "));
    item.appendChild(make("span", "", { "data-part": "state" }));
    item.appendChild(make("progress", null, { "data-part": "progress", max: 100, "aria-label": t("Progress") }));
    var cancel = button(t("Cancel"), function () { board.send("DELETE", "/api/jobs/" + job.id).then(function (now) { board.draw(item, now); }).catch(board.failed); });
    cancel.dataset.part = "cancel";
    item.appendChild(cancel);
    item.appendChild(make("a", t("Open"), { "data-part": "open", "class": "button", href: "/runs/" + job.order.run }));
    if (old) item.appendChild(make("a", t("Old and new laid over each other"), { "class": "button beside", href: "/compare-runs?old=" + encodeURIComponent(old) + "&new=" + encodeURIComponent(job.order.run), hidden: "" }));
    item.appendChild(make("span", "", { "data-part": "error", "class": "wrong" }));
    byId("refit-jobs").prepend(item);
    board.draw(item, job);
    board.follow(item, function (done) {
      var beside = item.querySelector(".beside");
      if (beside && done.state === "done") beside.hidden = false;
    });
  };
  byId("refit-now").addEventListener("click", function () {
    var order = { kind: "forecast", as_of: byId("as-of").value || null, members: Number(byId("members").value) };
    byId("refit-now").disabled = true;
    runOf().then(function (old) {
      return board.send("POST", "/api/scenarios/" + encodeURIComponent(name) + "/jobs", order).then(function (job) { jobLine(job, old); });
    }).catch(board.failed).then(function () { byId("refit-now").disabled = false; });
  });
  board.get("/api/jobs?scenario=" + encodeURIComponent(name) + "&most=5").then(function (jobs) {
    jobs.filter(function (job) { return job.kind === "forecast" && (job.state === "waiting" || job.state === "running"); })
      .reverse().forEach(function (job) { jobLine(job, ""); });
  }).catch(function () { return null; });

  clear();
  draw(record);
  board.get(base + "/draft").then(function (there) {
    var mine = here();
    restore(mine.at > there.at ? mine.cells : there.cells);
  }).catch(function () { restore(here().cells); });
}());
