// A form with data-locate: a tap on [data-locate-go] fills its hidden lon and lat (WGS-84) with where the phone is.
(function () {
  "use strict";
  const WAIT = { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 };

  function tell(form, words) {
    const place = form.querySelector("[data-locate-say]");
    if (place) place.textContent = words || "";
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-locate-go]");
    const form = button && button.closest("form[data-locate]");
    if (!form) return;
    if (!navigator.geolocation) return tell(form, button.dataset.wordsNone);
    button.disabled = true;
    tell(form, button.dataset.wordsBusy);
    navigator.geolocation.getCurrentPosition(function (found) {
      form.elements.lon.value = found.coords.longitude.toFixed(6);
      form.elements.lat.value = found.coords.latitude.toFixed(6);
      button.disabled = false;
      tell(form, (button.dataset.wordsDone || "").replace("{m}", Math.round(found.coords.accuracy)));
      form.dispatchEvent(new CustomEvent("located", { bubbles: true }));
    }, function () {
      button.disabled = false;
      tell(form, button.dataset.wordsNone);
    }, WAIT);
  });
})();
