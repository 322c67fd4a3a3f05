"use strict";
// What every page of the board shares: words, requests, messages, who the visitor is, and jobs.
window.board = (function () {
  var words = JSON.parse(document.getElementById("words").textContent);
  var t = function (message, values) {
    return (words[message] || message).replace(/\{(\w+)\}/g, function (_, name) { return apart(values[name], "\u2068"); });
  };
  var apart = function (value, sign) { return document.documentElement.dir === "rtl" ? sign + value + "\u2069" : value; }; // it keeps its own direction
  var figure = function (text) { return apart(text, "\u2066"); };
  var advice = function (text) { return document.documentElement.dir === "rtl" ? "\n" + figure(text) : " " + text; }; // an English sentence after our own
  var bare = function (text) { return text.replace(/[\u2066-\u2069]/g, ""); };
  var spoken = document.documentElement.lang; // numbers and days: British for English, and with the same digits as tables
  var tongue = spoken === "en" ? "en-GB" : spoken + "-u-nu-latn";
  var visitor = null;
  var who = function () {
    visitor = visitor || fetch("/api/session", { headers: { Accept: "application/json" } }).then(read);
    return visitor;
  };
  var read = function (answer) {
    return answer.json().catch(function () { return {}; }).then(function (data) {
      if (answer.ok) return data;
      var error = new Error(data.message || t("The board did not answer as expected."));
      error.status = answer.status;
      error.problems = data.problems || [];
      error.data = data;
      throw error;
    });
  };
  var get = function (path) { return fetch(path, { headers: { Accept: "application/json" } }).then(read); };
  var send = function (method, path, body, signal) { // once more with a new mark, should the session have ended
    return sent(method, path, body, signal).catch(function (error) {
      if (error.status !== 403) throw error;
      visitor = null;
      return sent(method, path, body, signal);
    });
  };
  var sent = function (method, path, body, signal) {
    return who().then(function (known) {
      var form = body instanceof FormData;
      var headers = { Accept: "application/json", "X-CSRF-Token": known.mark };
      if (!form && body !== undefined) headers["Content-Type"] = "application/json";
      return fetch(path, { method: method, headers: headers, signal: signal, body: form || body === undefined ? body : JSON.stringify(body) });
    }).then(read);
  };
  var say = function (text, bad) {
    var line = document.createElement("p");
    line.textContent = text;
    line.dir = "auto";
    if (bad) line.className = "bad";
    document.getElementById("said").appendChild(line);
    window.setTimeout(function () { line.remove(); }, bad ? 12000 : 5000);
  };
  var failed = function (error) {
    if (error.name === "AbortError") return;
    say(error.status ? error.message : t("The board cannot be reached. What you typed is kept on this page."), true);
  };

  // Under which name changes are recorded.
  var box = document.getElementById("duty-box"), button = document.getElementById("duty"), field = document.getElementById("duty-name");
  var named = function (known) { button.textContent = known.who === "not named" ? t("Your duty") : known.who; return known; };
  button.addEventListener("click", function () {
    who().then(function (known) { field.value = known.who === "not named" ? "" : known.who; box.showModal(); }).catch(failed);
  });
  box.addEventListener("close", function () {
    if (box.returnValue !== "save") return;
    visitor = send("PUT", "/api/session", { who: field.value }).then(named);
    visitor.then(function () { say(t("Saved.")); }, function (error) { visitor = null; failed(error); });
  });
  who().then(named, function () { visitor = null; });

  // Jobs: each line is asked for until it is over.
  var PHASES = {
    read: t("reading"), build: t("preparing"), compile: t("preparing"), fit: t("learning from the counts"), simulate: t("simulating"),
    needs: t("working out needs"), tables: t("writing tables"), report: t("writing the report"), store: t("storing"), finish: t("finishing"),
    "one more": t("trying one more of each")
  };
  var STATES = { waiting: t("waiting"), running: t("running"), done: t("done"), failed: t("failed"), cancelled: t("cancelled") };
  var part = function (line, name) { return line.querySelector("[data-part=" + name + "]"); };
  var draw = function (line, job) {
    var bar = part(line, "progress");
    line.dataset.state = job.state;
    line.className = "job " + job.state;
    part(line, "state").textContent = job.state === "running" && PHASES[job.phase] ? PHASES[job.phase] : STATES[job.state];
    bar.hidden = job.state !== "running";
    if (job.of) { bar.max = job.of; bar.value = job.done; } else bar.removeAttribute("value");
    part(line, "cancel").hidden = job.state !== "waiting" && job.state !== "running";
    part(line, "open").hidden = job.state !== "done";
    part(line, "error").textContent = job.error ? job.error.message : "";
  };
  var follow = function (line, then) {
    var wait = 700;
    var again = function () {
      get("/api/jobs/" + line.dataset.job).then(function (job) {
        draw(line, job);
        wait = 700;
        if (job.state === "waiting" || job.state === "running") window.setTimeout(again, wait);
        else if (then) then(job);
      }).catch(function () { wait = Math.min(2 * wait, 10000); window.setTimeout(again, wait); });
    };
    again();
  };
  var cancel = function (line) {
    send("DELETE", "/api/jobs/" + line.dataset.job).then(function (job) { draw(line, job); }).catch(failed);
  };
  document.querySelectorAll("[data-jobs] .job").forEach(function (line) {
    part(line, "cancel").addEventListener("click", function () { cancel(line); });
    var onward = line.parentElement.hasAttribute("data-follow");
    var open = function (job) { if (onward && job.state === "done") window.location.assign("/runs/" + job.order.run); };
    if (line.dataset.state === "waiting" || line.dataset.state === "running") follow(line, open);
  });
  document.querySelectorAll("[data-ask]").forEach(function (asking) {
    asking.addEventListener("click", function () {
      asking.disabled = true;
      send("POST", "/api/scenarios/" + encodeURIComponent(asking.dataset.scenario) + "/jobs", { kind: asking.dataset.ask })
        .then(function (job) { window.location.assign("/jobs/" + job.id); })
        .catch(function (error) { asking.disabled = false; failed(error); });
    });
  });
  return { t: t, tongue: tongue, figure: figure, advice: advice, bare: bare, get: get, send: send, say: say, failed: failed, who: who, follow: follow, draw: draw, part: part, phases: PHASES, states: STATES };
}());
