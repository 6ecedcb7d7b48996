// The large search field of the home page opens the search of the header.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".kb-search")) return;
  const toggle = document.querySelector("[data-md-toggle=search]");
  if (toggle && !toggle.checked) toggle.click();
  document.querySelector("[data-md-component=search-query]")?.focus();
});

// Buttons that need a script show themselves only where there is one.
const show = () => {
  for (const button of document.querySelectorAll("button[data-kb-copy], button[data-kb-fullscreen]")) {
    if (button.dataset.kbFullscreen && !document.fullscreenEnabled) continue;
    button.hidden = false;
  }
};
(window.document$ ?? { subscribe: (act) => act() }).subscribe(show);

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-kb-copy], button[data-kb-fullscreen]");
  if (!button) return;
  if (button.dataset.kbFullscreen) {
    document.querySelector(button.dataset.kbFullscreen)?.requestFullscreen();
    return;
  }
  const source = document.querySelector(button.dataset.kbCopy);
  await navigator.clipboard.writeText(source.content?.textContent ?? source.textContent);
  const label = button.textContent;
  button.textContent = button.dataset.kbDone;
  setTimeout(() => (button.textContent = label), 2000);
});
