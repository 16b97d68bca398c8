// Nothing typed is ever lost. A form with `data-keep` is sent there as she types; what is not acknowledged yet lies in
// this browser encrypted (AES-GCM), under a key that only the server has and gives only to whoever is signed in. It is
// held in memory while the page is open, and what lies here is wiped when the server has said that it has it.
(() => {
  const PREFIX = "threshold-unsent:";
  const PAUSE = 900, AGAIN = 4000; // milliseconds: after the last key, and between two tries
  const form = document.querySelector("form[data-keep]"), signed = document.querySelector("[data-signed]");
  const place = form || signed;

  // On other pages: which notes have text here that was not sent. Only their addresses can be read without the key.
  const list = document.querySelector("[data-unsent]");
  const stored = (beginning) => Object.keys(localStorage).filter((name) => name.startsWith(beginning));
  if (list) {
    const paths = new Set(stored(PREFIX).map((name) => name.slice(PREFIX.length).split(" ")[0]));
    for (const path of paths) {
      const line = list.querySelector("template").content.cloneNode(true);
      line.querySelector("a").href = path;
      list.append(line);
    }
    list.hidden = !paths.size;
  }
  if (!place) return;

  const here = `${PREFIX}${location.pathname} `;
  const own = here + Math.random().toString(36).slice(2);
  const text = place.querySelector("textarea"), version = form?.elements.version, session = form?.elements.session;
  const state = place.querySelector("[data-state]"), others = place.querySelector("[data-others]");
  const otherTemplate = place.querySelector("[data-other-template]");
  let key = null, isBusy = false, isStopped = false, isLeaving = false, turn = 0;
  let acknowledged = form?.hasAttribute("data-refused") ? null : snapshot(), refused = null;

  function snapshot() { return JSON.stringify([text.value, session?.value ?? ""]); }
  const isDirty = () => snapshot() !== acknowledged;
  const say = (words, tone = "") => {
    if (state.textContent !== words) state.textContent = words;
    state.dataset.tone = tone;
  };
  const toBase64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  const fromBase64 = (words) => Uint8Array.from(atob(words), (sign) => sign.charCodeAt(0));
  const lies = () => (key ? "it lies in this browser, encrypted" : "leave this page open");

  const askKey = async () => {
    try {
      const answer = await fetch(place.dataset.key, { redirect: "manual", cache: "no-store" });
      if (!answer.ok) return "signed out";
      const given = await answer.json();
      if (form) form.elements.csrfmiddlewaretoken.value = given.token;
      // Only over https (and on this very machine) do browsers offer the means.
      if (!key && crypto.subtle) key = await crypto.subtle.importKey("raw", fromBase64(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
      return "";
    } catch {
      return "away";
    }
  };

  const remember = async () => {
    if (!key || !isDirty()) return;
    const mine = ++turn, iv = crypto.getRandomValues(new Uint8Array(12));
    const words = JSON.stringify({ text: text.value, session: session?.value ?? "", version: version.value, at: Date.now() });
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(words));
    if (mine !== turn || !isDirty()) return; // typed on, or acknowledged meanwhile
    try {
      localStorage.setItem(own, JSON.stringify({ iv: toBase64(iv), sealed: toBase64(sealed) }));
    } catch {
      say("This browser has no room to keep what is not sent yet: leave this page open.", "care");
    }
  };
  const forget = () => { turn++; localStorage.removeItem(own); };

  const recalled = async () => {
    const found = [];
    for (const name of stored(here)) {
      try {
        const { iv, sealed } = JSON.parse(localStorage.getItem(name));
        const words = await crypto.subtle.decrypt({ name: "AES-GCM", iv: fromBase64(iv) }, key, fromBase64(sealed));
        found.push({ name, ...JSON.parse(new TextDecoder().decode(words)) });
      } catch { /* somebody else's: it opens for them alone */ }
    }
    return found.sort((one, other) => other.at - one.at);
  };

  const showOther = (words, whence, leave) => {
    const piece = otherTemplate.content.cloneNode(true).firstElementChild;
    piece.querySelector("[data-whence]").textContent = whence;
    piece.querySelector("[data-other]").textContent = words;
    const done = () => { piece.remove(); others.hidden = !others.querySelector("[data-other]"); leave(); };
    const take = piece.querySelector("[data-take]");
    take.hidden = !form;
    take.addEventListener("click", () => {
      text.value = text.value.trim() ? `${text.value.trimEnd()}\n\n${words}` : words;
      done();
      changed();
    });
    piece.querySelector("[data-mine]").addEventListener("click", done);
    others.append(piece);
    others.hidden = false;
  };

  const recall = async () => {
    for (const one of await recalled()) {
      if (one.text === text.value || !one.text.trim()) {
        localStorage.removeItem(one.name);
      } else if (form && !isDirty() && one.version === version.value) {
        text.value = one.text;
        if (session && one.session) session.value = one.session;
        await remember();
        localStorage.removeItem(one.name);
        say("What you had typed is back.", "good");
        save();
      } else {
        const when = new Date(one.at).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
        showOther(one.text, `Typed here ${when}, and not kept:`, () => localStorage.removeItem(one.name));
      }
    }
  };

  const heard = async (answer, sent) => {
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      if (!(await askKey())) return; // signed in again, in this window or another: the next try goes through
      say(`You are signed out. What you type is not lost: ${lies()}. Sign in again to keep it.`, "care");
      showSignIn();
      return;
    }
    const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
    if (answer.ok) {
      version.value = told.version;
      acknowledged = sent;
      if (!isDirty()) forget();
      hideSignIn();
      say(`Kept at ${told.kept_at}`, "good");
    } else if (answer.status === 409 && told.text === text.value && !told.is_signed) {
      version.value = told.version; // the same words from another window: nothing to choose
    } else if (answer.status === 409) {
      isStopped = true;
      say(told.problem, "care");
      const goOn = () => { isStopped = false; version.value = told.version; changed(); };
      showOther(told.text, told.is_signed ? "Signed and locked meanwhile:" : "Kept meanwhile in another window:", told.is_signed ? () => {} : goOn);
    } else if (answer.status === 422) {
      refused = sent;
      say(`${told.problem} It is not kept yet; ${lies()}.`, "care");
    } else {
      say(`The practice could not keep it just now. It will be tried again; ${lies()}.`, "care");
    }
  };

  const save = async () => {
    if (isBusy || isStopped || isLeaving || !isDirty() || snapshot() === refused) return;
    if (!text.value.trim() && version.value === "0") return;
    isBusy = true;
    const sent = snapshot();
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new FormData(form), redirect: "manual" });
      await heard(answer, sent);
    } catch {
      say(`No connection. It will be kept when there is one; ${lies()}.`, "care");
    } finally {
      isBusy = false;
    }
  };

  const showSignIn = () => {
    if (place.querySelector("[data-sign-in-link]")) return;
    const link = document.createElement("a");
    link.dataset.signInLink = "";
    link.className = "desk-button";
    link.href = `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = "Sign in again";
    state.after(link);
  };
  const hideSignIn = () => place.querySelector("[data-sign-in-link]")?.remove();

  let waiting = 0;
  const changed = () => {
    remember();
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE);
  };

  if (form) {
    form.addEventListener("input", changed);
    form.addEventListener("submit", (event) => {
      isLeaving = true;
      if (event.submitter?.value === "discard") {
        if (confirm("Throw this draft away for good?")) stored(here).forEach((name) => localStorage.removeItem(name));
        else { event.preventDefault(); isLeaving = false; }
      }
    });
    addEventListener("online", save);
    addEventListener("pageshow", () => { isLeaving = false; });
    addEventListener("beforeunload", (event) => { if (!key && !isLeaving && isDirty()) event.preventDefault(); });
    setInterval(save, AGAIN);
  }
  askKey().then(() => { if (key) return recall(); }).then(() => { if (form && isDirty()) changed(); });
})();
