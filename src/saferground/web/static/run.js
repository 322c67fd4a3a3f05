"use strict";
// What the scripts of a report put outside it speaks English, as the report does.
(function () {
  var box = document.getElementById("origin-box");
  if (box) { box.lang = "en"; box.dir = "ltr"; }
}());
