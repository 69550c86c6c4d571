// Sends a file line by line in small parts, each under its own key, so that a lost answer is asked for again and
// nothing enters twice; what was refused becomes a report to download.
"use strict";
(() => {
  const form = document.getElementById("import");
  if (!form) return;
  const PART_BYTES = 48000, LINE_BYTES = 900000, TRIES = 5, SHOWN = 200;
  const words = form.dataset;
  const at = (id) => document.getElementById(id);
  const pause = (ms) => new Promise((go) => setTimeout(go, ms));

  const length = (text) => encodeURIComponent(text).length + 3;

  const parts = (lines) => {
    const found = [];
    let part = [], size = 0;
    lines.forEach(([number, text]) => {
      const bytes = length(text);
      if (part.length && (size + bytes > PART_BYTES || part.length >= 100)) {
        found.push(part);
        part = [];
        size = 0;
      }
      part.push([number, text]);
      size += bytes;
    });
    if (part.length) found.push(part);
    return found;
  };

  const send = async (part, key, dry) => {
    const body = new URLSearchParams({csrf: words.csrf, op: key, dry, lines: part.map(([, text]) => text).join("\n")});
    let answer;
    for (let tried = 0; tried < TRIES; tried += 1) {
      try {
        answer = await fetch(form.action, {method: "POST", body, headers: {Accept: "application/json"}});
      } catch {
        answer = undefined;
      }
      if (answer && answer.status !== 503) break;
      await pause(1000 * (tried + 1));
    }
    if (!answer) throw new Error(words.noAnswer);
    const said = (answer.headers.get("content-type") || "").includes("json") ? await answer.json() : {};
    if (!answer.ok || !said.lines) throw new Error(why(said) || words.noAnswer);
    return said;
  };

  const why = (said) => (document.documentElement.lang === "ja" && said.message) || said.detail;

  const cell = (value) => {
    const text = String(value ?? "");
    return `"${(/^[\t\r\n]|^\s*[=+\-@＝＋－＠﹦﹢﹣﹫]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = at("file").files[0];
    if (!file) return;
    let text;
    try {
      text = new TextDecoder("utf-8", {fatal: true}).decode(await file.arrayBuffer());
    } catch {
      // Read as UTF-8 a file of another encoding loses its names without a word.
      for (const id of ["tried", "finished", "stopped", "report", "lines"]) at(id).hidden = true;
      at("unreadable").hidden = false;
      return;
    }
    at("unreadable").hidden = true;
    const dry = event.submitter ? event.submitter.value : "1";
    const run = `${words.op}-${Date.now().toString(36)}`;
    const lines = text.split("\n").map((line, index) => [index + 1, line]).filter(([, line]) => line.trim());
    const counted = {imported: 0, already: 0, refused: 0}, refused = [];
    const buttons = form.querySelectorAll("button");
    buttons.forEach((each) => { each.disabled = true; });
    for (const id of ["tried", "finished", "stopped", "report", "lines"]) at(id).hidden = true;
    at("lines").tBodies[0].replaceChildren();
    let done = 0;
    const show = () => {
      at("bar").max = lines.length || 1;
      at("bar").value = done;
      at("count").textContent = `${done} / ${lines.length}`;
      for (const name of Object.keys(counted)) at(name).textContent = counted[name];
    };
    const list = (row) => {
      refused.push(row);
      if (refused.length > SHOWN) return;
      const shown = at("lines").tBodies[0].insertRow();
      row.forEach((value) => { shown.insertCell().textContent = value ?? ""; });
    };
    const refuse = (row) => {
      counted.refused += 1;
      list(row);
    };
    const fits = lines.filter(([number, line]) => {
      if (length(line) <= LINE_BYTES) return true;
      refuse([number, "", "TOO_LARGE", words.tooLarge]);
      done += 1;
      return false;
    });
    show();
    try {
      let index = 0;
      for (const part of parts(fits)) {
        const said = await send(part, `${run}-${index += 1}`, dry);
        said.lines.forEach((line, place) => {
          const row = [part[place][0], line.external_id, line.code, why(line)];
          if (line.outcome === "refused") refuse(row);
          else counted[line.outcome] += 1;
          if (line.differs) list(row);
        });
        done += part.length;
        show();
      }
      at(dry === "1" ? "tried" : "finished").hidden = false;
    } catch (error) {
      at("why").textContent = error.message;
      at("stopped").hidden = false;
    }
    if (refused.length) {
      refused.sort(([one], [other]) => one - other);
      const rows = [[words.line, "external_id", "code", words.why], ...refused].map((row) => row.map(cell).join(",")).join("\r\n");
      const link = at("report");
      link.href = URL.createObjectURL(new Blob(["\ufeff", rows, "\r\n"], {type: "text/csv"}));
      link.download = words.name;
      link.hidden = false;
      at("lines").hidden = false;
    }
    buttons.forEach((each) => { each.disabled = false; });
  });
})();
