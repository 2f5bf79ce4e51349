// [data-timer="2026-03-05T09:10:00+08:00"]: its [data-timer-shows] says how long ago that was, minute by minute.
(function () {
  "use strict";

  function two(number) { return String(number).padStart(2, "0"); }

  function show(box) {
    const passed = Math.max(0, Math.floor((Date.now() - Date.parse(box.dataset.timer)) / 1000));
    const place = box.querySelector("[data-timer-shows]");
    place.textContent = two(Math.floor(passed / 3600)) + ":" + two(Math.floor(passed / 60) % 60) + ":" + two(passed % 60);
  }

  document.querySelectorAll("[data-timer]").forEach(function (box) {
    show(box);
    setInterval(show, 1000, box);
  });
})();
