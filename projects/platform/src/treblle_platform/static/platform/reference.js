// The docs of an API, by Redoc, in the page's own colours.
const place = document.getElementById("viewer");
const style = getComputedStyle(document.documentElement);
const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

// The value of a custom property as the theme has it now: Redoc computes with colours.
function colour(name) {
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

function theme() {
  const sans = style.getPropertyValue("--sans");
  const mono = style.getPropertyValue("--mono");
  return {
    spacing: { unit: 4, sectionVertical: 28 },
    colors: {
      primary: { main: colour("accent") }, success: { main: colour("good") },
      warning: { main: colour("warn") }, error: { main: colour("bad") },
      text: { primary: colour("ink"), secondary: colour("muted") },
      border: { dark: colour("line-strong"), light: colour("line") },
      responses: {
        success: { color: colour("good"), backgroundColor: colour("good-soft"), tabTextColor: colour("good") },
        error: { color: colour("bad"), backgroundColor: colour("bad-soft"), tabTextColor: colour("bad") },
        redirect: { color: colour("calm"), backgroundColor: colour("calm-soft"), tabTextColor: colour("calm") },
        info: { color: colour("muted"), backgroundColor: colour("raised"), tabTextColor: colour("muted") },
      },
    },
    schema: {
      linesColor: colour("line-strong"), typeNameColor: colour("muted"), typeTitleColor: colour("ink"),
      requireLabelColor: colour("bad"), nestedBackground: colour("paper"), nestingSpacing: "1em",
      arrow: { color: colour("muted") },
    },
    typography: {
      fontSize: "14px", lineHeight: "1.5", fontFamily: sans, optimizeSpeed: true,
      headings: { fontFamily: sans, fontWeight: "650" },
      code: { fontFamily: mono, fontSize: "12.5px", color: colour("ink"), backgroundColor: colour("raised"), wrap: true },
      links: { color: colour("accent"), visited: colour("accent"), hover: colour("accent") },
    },
    sidebar: {
      width: "270px", backgroundColor: colour("card"), textColor: colour("ink"), activeTextColor: colour("accent"),
    },
    rightPanel: { backgroundColor: "#16171d", textColor: "#ececf1", width: "38%" },
    codeBlock: { backgroundColor: "#0d0e12" },
  };
}

const options = {
  hideDownloadButton: true, disableSearch: false, nativeScrollbars: true, hideLoading: true,
  sanitize: true, expandResponses: "200,201", jsonSampleExpandLevel: 3, scrollYOffset: 52,
};

// Redoc has its maker's logo from another address, which the policy refuses with an error: never asked for.
const ELSEWHERE = "https://cdn.redoc.ly/";
const images = HTMLImageElement.prototype;
const source = Object.getOwnPropertyDescriptor(images, "src");
const isElsewhere = (value) => String(value).startsWith(ELSEWHERE);
Object.defineProperty(images, "src", {
  ...source, set(value) { if (!isElsewhere(value)) source.set.call(this, value); },
});
images.setAttribute = function setAttribute(name, value) {
  if (name !== "src" || !isElsewhere(value)) Element.prototype.setAttribute.call(this, name, value);
};

function failed(message) {
  const said = document.createElement("p");
  said.className = "notice error reference-wait";
  said.setAttribute("role", "alert");
  said.textContent = message;
  place.replaceChildren(said);
}

async function show() {
  let answer;
  try {
    answer = await fetch(place.dataset.document);
  } catch {
    return failed("The docs could not be loaded: there is no connection. Reload to try again.");
  }
  if (!answer.ok) return failed("The docs could not be loaded. Reload to try again.");
  Redoc.init(await answer.json(), { ...options, theme: theme() }, place, (error) => {
    if (error) failed(`The document cannot be shown: ${error.message}`);
    else document.body.dataset.shown = "yes";
  });
}

show();
