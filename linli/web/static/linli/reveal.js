// A part that was opened closes again: a revealed value is hidden after two minutes, an open form on Escape.
(function () {
  "use strict";
  const SHOWN = 2 * 60 * 1000;

  function hideLater(part) {
    if (part.dataset.hiding) return;
    part.dataset.hiding = "1";
    setTimeout(function () {
      const value = part.querySelector("strong");
      if (value) value.textContent = value.textContent.replace(/[^\s]/g, "*");
    }, SHOWN);
  }

  document.addEventListener("htmx:afterSettle", function () {
    document.querySelectorAll(".reveal.is-open").forEach(hideLater);
  });
  document.querySelectorAll(".reveal.is-open").forEach(hideLater);

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("[data-reveal] details[open], details[data-more][open]").forEach(function (part) {
      part.open = false;
      part.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details[data-more][open]").forEach(function (part) {
      if (!part.contains(event.target)) part.open = false;
    });
  });
})();
