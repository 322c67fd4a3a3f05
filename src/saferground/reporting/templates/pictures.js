"use strict";
(function () {
  // Charts and maps as pictures, each with its title and what it is of, so that it can stand alone.
  var figures = JSON.parse(document.getElementById("figures").textContent);
  var owner = document.querySelector("[data-credit]"), credit = owner ? owner.dataset.credit : "";
  document.querySelectorAll("[data-tools]").forEach(function (tools) { tools.hidden = false; });
  var plain = function (text) { return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"); };
  // What a picture shows, and the note below its title.
  var titleOf = function (node) {
    var figure = node.closest("figure"), words = figure && figure.querySelector("figcaption");
    if (node.dataset.title || !words) return [node.dataset.title || "", ""];
    var note = words.querySelector(".told");
    var parts = Array.prototype.filter.call(words.childNodes, function (part) { return part !== note; });
    return [parts.map(function (part) { return part.textContent.trim(); }).filter(Boolean).join(" · "), note ? note.textContent : ""];
  };
  var FAN = "Line: median of the futures; darker: half of them; paler: nine in ten. ";
  var chart = function (div, format) {
    var figure = JSON.parse(JSON.stringify(figures[div.id])), look = figure.layout, below = { xref: "paper", yref: "paper", showarrow: false };
    var title = titleOf(div), group = div.closest(".group");
    var legend = group && group.querySelector(".key .half") ? FAN : "";
    var note = title[1] ? "<br><span style='font-size:12px'>" + plain(title[1]) + "</span>" : "";
    look.title = { text: plain(title[0]) + note, x: 0.01, xanchor: "left", y: note ? 0.95 : 0.98, yanchor: "top", font: { size: 15 } };
    look.margin = Object.assign({}, look.margin, { t: 78, b: 66, l: 60 });
    look.paper_bgcolor = "#ffffff";
    look.annotations = (look.annotations || []).concat(Object.assign(below, {
      text: plain(legend + credit), x: 0, xanchor: "left", y: 0, yanchor: "top", yshift: -44, font: { size: 10, color: "#55646f" }
    }));
    return window.Plotly.downloadImage(figure, { format: format, filename: div.id, width: 900, height: 500, scale: format === "png" ? 2 : 1 });
  };

  var STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "opacity", "font-family", "font-size", "font-weight", "text-anchor", "paint-order", "display"];
  var SVG = "http://www.w3.org/2000/svg";
  var copyStyles = function (from, to) {
    var known = window.getComputedStyle(from);
    STYLES.forEach(function (name) { to.style.setProperty(name, known.getPropertyValue(name)); });
    Array.prototype.forEach.call(from.children, function (child, i) { copyStyles(child, to.children[i]); });
  };
  var line = function (svg, text, y, size) {
    var made = document.createElementNS(SVG, "text");
    made.textContent = text;
    made.setAttribute("x", 4); made.setAttribute("y", y);
    made.setAttribute("style", "font:" + size + "px system-ui,'Segoe UI','Noto Sans',Arial,sans-serif;fill:#1d2b36");
    svg.appendChild(made);
  };
  var drawing = function (svg) {
    var copy = svg.cloneNode(true), box = svg.viewBox.baseVal, day = svg.classList.contains("map") && document.getElementById("day-name");
    copyStyles(svg, copy);
    copy.removeAttribute("style");
    copy.querySelectorAll("title").forEach(function (title) { title.remove(); });
    copy.setAttribute("xmlns", SVG);
    copy.setAttribute("viewBox", box.x + " -34 " + box.width + " " + (box.height + 60));
    copy.setAttribute("width", box.width); copy.setAttribute("height", box.height + 60);
    var paper = document.createElementNS(SVG, "rect");
    paper.setAttribute("x", box.x); paper.setAttribute("y", -34); paper.setAttribute("width", box.width); paper.setAttribute("height", box.height + 60);
    paper.setAttribute("fill", "#ffffff");
    copy.insertBefore(paper, copy.firstChild);
    line(copy, titleOf(svg)[0] + (day ? ", " + day.textContent : ""), -12, 17);
    line(copy, credit, box.height + 18, 12);
    return new XMLSerializer().serializeToString(copy);
  };
  var save = function (blob, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  };
  var map = function (svg, format) {
    var blob = new Blob([drawing(svg)], { type: "image/svg+xml" }), name = svg.id.replace(/-now$/, "-map") + "." + format;
    if (format === "svg") return save(blob, name);
    var image = new Image(), url = URL.createObjectURL(blob);
    image.addEventListener("load", function () {
      var canvas = document.createElement("canvas");
      canvas.width = 2 * image.naturalWidth; canvas.height = 2 * image.naturalHeight;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(url);
      canvas.toBlob(function (png) { save(png, name); }, "image/png");
    });
    image.src = url;
  };
  document.addEventListener("click", function (event) {
    var asked = event.target.closest("[data-picture]");
    if (!asked) return;
    var what = document.getElementById(asked.dataset.picture);
    (what.tagName.toLowerCase() === "svg" ? map : chart)(what, asked.dataset.format);
  });
}());
