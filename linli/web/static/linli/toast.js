// Messages: closed by their button, gone after a while unless they offer undo or report a failure. Errors take the focus.
(function () {
  "use strict";
  const STAYS = 8000;
  const box = document.querySelector("[data-toasts]");

  function leave(part) {
    if (part.querySelector("form") || part.classList.contains("toast-error")) return;
    setTimeout(function () { if (!part.matches(":hover")) part.remove(); }, STAYS);
  }

  if (box) {
    box.querySelectorAll(".toast-part").forEach(leave);
    box.addEventListener("click", function (event) {
      if (event.target.closest("[data-toast-close]")) event.target.closest(".toast-part").remove();
    });
  }

  function say(words) {
    if (!box || !words) return;
    const part = document.createElement("div");
    const text = document.createElement("span");
    part.className = "toast-part toast-error";
    text.textContent = words;
    part.append(text);
    box.append(part);
    setTimeout(function () { part.remove(); }, STAYS);
  }

  function failed() { say(document.body.dataset.wordsFail); }
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:timeout", failed);

  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
