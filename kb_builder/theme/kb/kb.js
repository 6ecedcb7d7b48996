// The large search field of the home page opens the search of the header.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".kb-search")) return;
  const toggle = document.querySelector("[data-md-toggle=search]");
  if (toggle && !toggle.checked) toggle.click();
  document.querySelector("[data-md-component=search-query]")?.focus();
});
