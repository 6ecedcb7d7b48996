// Runs before Material's own script. The first anchor that is followed within a page makes Material fetch that page once
// more and swap it for itself: the row that the anchor leads to would lose its mark, and a chart its place. So until a
// page has been swapped for another, anchors are left to the browser.
{
  const loaded = location.pathname;
  let isSwapped = false;
  addEventListener("DOMContentLoaded", () => window.location$?.subscribe(() => (isSwapped = true)));

  addEventListener("popstate", (event) => {
    if (!isSwapped && location.pathname === loaded) event.stopImmediatePropagation();
  });

  const leaveAlone = (event) => {
    const link = event.target.closest?.("a[href]");
    // Material passes over links with a target.
    if (!isSwapped && link?.hash && link.pathname === loaded && link.host === location.host) link.target = "_self";
  };
  document.addEventListener("click", leaveAlone, { capture: true });
}
