// A form with data-once is sent once: its button says what happens, a line of progress shows, both come back on failure.
(function () {
  "use strict";

  function settle(form) {
    delete form.dataset.sending;
    form.querySelectorAll("button[data-was]").forEach(function (button) {
      button.disabled = false;
      (button.querySelector("span") || button).textContent = button.dataset.was;
      delete button.dataset.was;
    });
    form.querySelectorAll("progress").forEach(function (bar) { bar.hidden = true; });
  }

  function hold(form, button) {
    form.dataset.sending = "1";
    form.querySelectorAll("progress").forEach(function (bar) { bar.hidden = false; bar.removeAttribute("value"); });
    if (button && button.dataset.busy) {
      const words = button.querySelector("span") || button;
      button.dataset.was = words.textContent;
      words.textContent = button.dataset.busy;
    }
    // After the browser has collected the values: a disabled button would not be sent with them.
    setTimeout(function () {
      if (button && form.dataset.sending) button.disabled = Boolean(button.dataset.was);
    }, 0);
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    hold(form, event.submitter || form.querySelector("button[type=submit], button:not([type])"));
  }, true);

  // Back from the next page (browser cache), or an answer to htmx: usable again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sending]").forEach(settle);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.target.closest && event.target.closest("form[data-sending]");
    if (form) settle(form);
  });
  document.addEventListener("htmx:xhr:progress", function (event) {
    const bar = event.target.querySelector && event.target.querySelector("progress");
    if (bar && event.detail.lengthComputable) {
      bar.max = event.detail.total;
      bar.value = event.detail.loaded;
    }
  });
})();
