/* A comfort: fills in the place where the browser knows it. Without script, the two fields are typed. */
(() => {
  const box = document.getElementById("gps");
  if (!box || !navigator.geolocation) return;
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  box.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = box.dataset.waits;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        document.getElementById("id_lat").closest("details").open = true;
        document.getElementById("id_lat").value = coords.latitude.toFixed(2);
        document.getElementById("id_lon").value = coords.longitude.toFixed(2);
        said.textContent = box.dataset.found;
      },
      () => {
        said.textContent = box.dataset.failed;
      },
      { timeout: 20000, maximumAge: 3600000 },
    );
  });
})();
