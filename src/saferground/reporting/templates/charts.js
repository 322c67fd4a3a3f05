"use strict";
(function () {
  // Charts: drawn when they come near the screen, all of them before printing.
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var plots = Array.prototype.slice.call(document.querySelectorAll(".plot"));
  var config = { responsive: true, displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false };
  var draw = function (div) {
    if (div.dataset.drawn) return;
    div.dataset.drawn = "yes";
    div.textContent = "";
    window.Plotly.newPlot(div, figures[div.id].data, figures[div.id].layout, config);
  };
  if ("IntersectionObserver" in window) {
    var near = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) { if (entry.isIntersecting) { near.unobserve(entry.target); draw(entry.target); } });
    }, { rootMargin: "600px" });
    plots.forEach(function (div) { near.observe(div); });
  } else plots.forEach(draw);
  // On paper the drawings are scaled, not drawn anew: a browser does not wait for that.
  var scale = function (div) {
    draw(div);
    div.style.setProperty("--shape", div.clientWidth + " / " + div.clientHeight);
    div.querySelectorAll(".main-svg").forEach(function (svg) {
      svg.setAttribute("viewBox", "0 0 " + parseFloat(svg.getAttribute("width")) + " " + parseFloat(svg.getAttribute("height")));
    });
  };
  var folded = [];
  window.addEventListener("beforeprint", function () {
    plots.forEach(scale);
    folded = Array.prototype.slice.call(document.querySelectorAll("details:not([open])"));
    folded.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () { folded.forEach(function (part) { part.open = false; }); });
  var idle = window.requestIdleCallback || function (work) { window.setTimeout(work, 200); };
  var rest = plots.slice();
  var drawRest = function () {
    while (rest.length && rest[0].dataset.drawn) rest.shift();
    if (rest.length) { draw(rest.shift()); idle(drawRest); }
  };
  window.setTimeout(function () { idle(drawRest); }, 1500);
}());
