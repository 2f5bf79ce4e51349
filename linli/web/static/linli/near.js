// A form with data-near: when it is sent, its hidden lon and lat say where the phone is; where that is not to be had
// in a few seconds it is sent without.
(function () {
  "use strict";
  const WAIT = { enableHighAccuracy: true, timeout: 6000, maximumAge: 60000 };

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-near]") || !navigator.geolocation || !form.checkValidity()) return;
    event.preventDefault();
    let gone = false;
    function send() {
      if (gone) return;
      gone = true;
      form.submit();
    }
    setTimeout(send, WAIT.timeout + 1500); // whoever does not answer the browser's question is not kept waiting
    navigator.geolocation.getCurrentPosition(function (found) {
      form.elements.lon.value = found.coords.longitude.toFixed(6);
      form.elements.lat.value = found.coords.latitude.toFixed(6);
      send();
    }, send, WAIT);
  });
})();
