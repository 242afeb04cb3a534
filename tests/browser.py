"""What a reader sees in Chromium: an exported page, or a notebook of classic Jupyter whose cells are run there by a click.

    browser.py page FILE SCREENSHOTS
    browser.py notebook FOLDER NOTEBOOK SCREENSHOTS

A page is looked at 1400, 830 and 420 pixels wide; its figures are moved by keys, a click and the pointer. FOLDER is where Jupyter starts, NOTEBOOK a path below it. Exit code 0 if all is as it should be."""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import outputs
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 300
FIGURES = "[data-chart]"


def browser(profile):
    options = webdriver.ChromeOptions()
    for option in ("headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars", f"user-data-dir={profile}"):
        options.add_argument("--" + option)
    options.binary_location = "/usr/bin/chromium"
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def resize(driver, width, height):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


# Templates of nbconvert ask for scripts of other hosts, which a closed network refuses; classic Jupyter for an extension that need not be installed, for a font of no address and for colors of Mermaid, which its editor does not have; what .NET Interactive stores, for the process that ran it.
FOREIGN = re.compile(r"https://\S+ .*(net::ERR_|Failed to load)|\S+/(discovery|undefinedresources/dotnet-interactive\.js) |.*nbextensions/widgets/|.*about:blank|.*/codemirror/mode/mermaid/")


def console_errors(driver):
    """Errors of scripts of the page."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE" and not FOREIGN.match(entry["message"])]


def undrawn(driver):
    """Figures with room for their chart that are not drawn: their scripts ask for plotly.js for five seconds."""
    return driver.execute_script("""
        return [...document.querySelectorAll(arguments[0])].filter(place => place.dataset.drawn ? !place.querySelector('.main-svg') : !place.querySelector('svg') ||
            place.clientWidth >= place.querySelector('svg').getAttribute('width') - 1).map(place => place.closest('[id^=figure-]').id);""", FIGURES)


def blank(driver):
    """Mermaid diagrams that are not drawn: their scripts ask for mermaid.js for five seconds."""
    return driver.execute_script("return [...document.querySelectorAll('div[id^=mermaid-]')].filter(place => /^mermaid-[0-9a-f]{12}$/.test(place.id) && !place.querySelector('svg')).map(place => place.id);")


def unmoved(driver):
    """Sliders whose moves change nothing on the page."""
    return driver.execute_script("""
        const move = (slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true })); };
        return [...document.querySelectorAll('input[type=range]')].filter(slider => {
            const before = document.body.innerHTML, value = slider.value;
            move(slider, value === slider.max ? slider.min : slider.max);
            const isSame = document.body.innerHTML === before;
            move(slider, value);
            return isSame || document.body.innerHTML !== before;
        }).map(slider => slider.id);""")


def charts(driver, box):
    """What the charts of a figure look like."""
    return driver.execute_script("return [...arguments[0].querySelectorAll('.main-svg')].map(svg => svg.innerHTML).join();", box)


def moved(driver, box):
    """The controls of a figure answer to keys, to a click on Play and to the pointer, and its charts follow."""
    def changes(what, act, seen):
        before = seen()
        act()
        WebDriverWait(driver, 20, 0.05).until(lambda _: seen() != before, f"{what} changes {box.get_attribute('id')}")

    for control in box.find_elements(By.CSS_SELECTOR, ".lstmlab-controls > [data-kind]"):
        entry = control.find_element(By.CSS_SELECTOR, "input, select")
        last = entry.get_property("value") == (entry.get_attribute("max") or str(len(entry.find_elements(By.TAG_NAME, "option")) - 1))
        key = (Keys.ARROW_UP if last else Keys.ARROW_DOWN) if entry.tag_name == "select" else Keys.ARROW_LEFT if last else Keys.ARROW_RIGHT
        changes("an arrow key", lambda: entry.send_keys(key), lambda: charts(driver, box))
        require(entry.accessible_name, "each control has a name for those who do not see it")
        for button in control.find_elements(By.TAG_NAME, "button"):
            changes("Play", button.click, lambda: entry.get_property("value"))
            if driver.execute_script("return 'playing' in arguments[0].dataset", button):
                button.click()
        if control.get_attribute("data-kind") == "hover":
            point = driver.execute_script("""
                const [slider, box] = arguments, stage = [...box.querySelectorAll('.lstmlab-stage')].find(s => (s.data[0].x || []).length === Number(slider.max) + 1);
                if (!stage) return null;
                stage.scrollIntoView({ block: 'center', behavior: 'instant' });
                const [trace] = stage.calcdata, { xaxis, yaxis } = stage._fullLayout, place = stage.getBoundingClientRect();
                const k = slider.value === '1' ? 2 : 1;
                return [place.x + xaxis._offset + xaxis.c2p(trace[k].x), place.y + yaxis._offset + yaxis.c2p(trace[k].y), k];""", entry, box)
            if point:
                pointer = ActionChains(driver)
                pointer.w3c_actions.pointer_action.move_to_location(round(point[0]), round(point[1]))
                pointer.perform()
                WebDriverWait(driver, 20, 0.05).until(lambda _: entry.get_property("value") == str(point[2]), f"pointing at point {point[2]} of {box.get_attribute('id')} chooses it")


def movements(driver):
    """The first figure with each kind of control is moved, and all charts follow the language of the page."""
    firsts = (driver.find_elements(By.CSS_SELECTOR, f"[id^=figure-]:has([data-kind={kind}])") for kind in ("slider", "picker", "steps", "hover"))
    for box in {boxes[0].id: boxes[0] for boxes in firsts if boxes and boxes[0].is_displayed()}.values():
        moved(driver, box)
    buttons = driver.find_elements(By.CSS_SELECTOR, "button[data-language]")
    texts = lambda: driver.execute_script("return [...document.querySelectorAll('.main-svg text, .lstmlab-controls label')].map(text => text.textContent).join();")
    for button in reversed(buttons):
        before = texts()
        button.click()
        if before:
            WebDriverWait(driver, 20, 0.1).until(lambda _: texts() != before, "the charts follow the language of the page")


def folds(driver):
    """Code and solutions stay folded until their summaries are asked by a key."""
    for fold in driver.find_elements(By.CSS_SELECTOR, "details.source, details.solution"):
        code = fold.find_element(By.CSS_SELECTOR, "pre.source")
        require(not code.is_displayed(), "folded code is out of sight")
        for shown in (True, False):
            fold.find_element(By.TAG_NAME, "summary").send_keys(Keys.ENTER)
            require(code.is_displayed() == shown, f"a key on its summary {'unfolds' if shown else 'folds'} the code")


def languages(driver, address):
    """The switch shows one language, tells the figures, and links and the next visit keep the choice."""
    buttons = driver.find_elements(By.CSS_SELECTOR, "button[data-language]")
    driver.execute_script("window.told = []; document.addEventListener('lstmlab-language', event => told.push(event.detail));")

    def require_shown(language):
        seen = driver.execute_script("return [...document.querySelectorAll('body [lang=en], body [lang=zh]')].filter(part => part.checkVisibility()).map(part => part.getAttribute('lang'));")
        require(set(seen) == {language}, f"texts in {language} are seen, and no others: {set(seen)}")
        require(driver.execute_script("return document.documentElement.lang") == {"en": "en", "zh": "zh-CN"}[language], f"the page says that it is in {language}")
        pressed = [button.get_attribute("data-language") for button in driver.find_elements(By.CSS_SELECTOR, "button[aria-pressed=true]")]
        require(pressed == [language], f"the button of {language} is the one pressed: {pressed}")

    for button in reversed(buttons):
        language = button.get_attribute("data-language")
        button.send_keys(Keys.SPACE)
        require_shown(language)
        require(driver.execute_script("return told.at(-1)") == language, f"figures hear of {language}")
        lost = driver.execute_script("return [...document.querySelectorAll('a[href]')].map(link => link.getAttribute('href')).filter(link => /^[^:#]+\\.html/.test(link) && !link.includes('.html?lang=' + arguments[0]));", language)
        require(not lost, f"links to pages carry the language: {lost}")
    for start in ("?lang=zh", ""):
        driver.get(address + start)
        require_shown("zh" if start else "en")


def screenshot(driver, path):
    height = driver.execute_script("return document.documentElement.scrollHeight")
    width = driver.execute_script("return innerWidth")
    resize(driver, width, min(height, 12000))
    driver.save_screenshot(str(path))


def require(holds, what):
    if not holds:
        raise SystemExit("Not so: " + what)


def page(driver, file, screenshots):
    for width in (1400, 830, 420):
        resize(driver, width, 900)
        driver.get(file.resolve().as_uri())
        deadline = time.monotonic() + 15
        while (undrawn(driver) or blank(driver)) and time.monotonic() < deadline:
            time.sleep(0.2)
        require(not undrawn(driver), f"every figure is drawn at {width} px; {undrawn(driver)} are not")
        require(not blank(driver), f"every Mermaid diagram is drawn at {width} px; {blank(driver)} are not")
        require(not unmoved(driver), f"every slider changes the page, and changes it back; {unmoved(driver)} do not")
        drawn, figures = (len(driver.find_elements(By.CSS_SELECTOR, selector)) for selector in (FIGURES + "[data-drawn]", FIGURES))
        wide = driver.execute_script("return document.documentElement.scrollWidth")
        require(wide <= width, f"the page fits into {width} px; it is {wide} px wide")
        errors = console_errors(driver)
        require(not errors, f"no script of the page fails at {width} px: {errors}")
        screenshot(driver, screenshots / f"{file.parent.name}-{file.stem}-{width}.png")
        movements(driver)
        folds(driver)
        if driver.find_elements(By.CSS_SELECTOR, "button[data-language]"):
            languages(driver, file.resolve().as_uri())
        print(f"{file.name} at {width} px: {figures} figures, {drawn} of them interactive")
    copies = len(re.findall(r"plotly\.js v\d", file.read_text(encoding="utf-8")))
    require(copies <= 1 and (copies == 1 or not figures), f"plotly.js is on the page once; it is there {copies} times")


def server(folder):
    """Starts Jupyter on a free port of this machine, without a token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["/usr/bin/python3", "-m", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--port-retries=0", "--NotebookApp.token=", "--NotebookApp.password=", f"--notebook-dir={folder}"],
        stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}/"
    for _ in range(300):
        try:
            urllib.request.urlopen(address + "api").close()
            return process, address
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise SystemExit("Jupyter did not start.")


def notebook(driver, folder, path, screenshots):
    stored = json.loads((pathlib.Path(folder) / path).read_text(encoding="utf-8"))
    process, address = server(folder)
    try:
        resize(driver, 1400, 900)
        driver.get(f"{address}notebooks/{path}")
        wait = WebDriverWait(driver, PATIENCE)
        running = "return !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected())"
        wait.until(lambda d: d.execute_script(running))
        # The numbers of stored cells, which would look like those of a run.
        driver.execute_script("Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code').forEach(c => c.set_input_prompt())")
        driver.find_element(By.CSS_SELECTOR, "[data-jupyter-action='jupyter-notebook:confirm-restart-kernel-and-run-all-cells']").click()
        wait.until(lambda d: d.find_elements(By.CSS_SELECTOR, ".modal.in .btn-danger, .modal.show .btn-danger"))[0].click()
        wait.until(lambda d: d.execute_script("return Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code' && c.get_text()).every(c => c.input_prompt_number > 0) && !Jupyter.notebook.kernel_busy"))
        for _ in range(50):
            if not undrawn(driver) and not blank(driver):
                break
            time.sleep(0.2)
        screenshot(driver, screenshots / f"classic-{pathlib.Path(path).stem}.png")
        failed = driver.find_elements(By.CSS_SELECTOR, ".output_error")
        require(not failed, "no cell fails: " + "".join(output.text for output in failed))
        require(not undrawn(driver) and not blank(driver), f"every figure is drawn; {undrawn(driver) + blank(driver)} are not")
        require(not unmoved(driver), f"every slider changes the page, and changes it back; {unmoved(driver)} do not")
        ran = json.loads(driver.execute_script("return JSON.stringify(Jupyter.notebook.toJSON())"))
        differences = outputs.differences(stored, ran)
        require(not differences, f"the cells put out what is stored: {differences}")
        errors = console_errors(driver)
        require(not errors, f"no script fails: {errors}")
        print(f"{path}: {len(driver.find_elements(By.CSS_SELECTOR, FIGURES + '[data-drawn]'))} interactive figures")
    finally:
        # It ends its kernels.
        process.terminate()
        process.wait()


def main(kind, *arguments):
    screenshots = pathlib.Path(arguments[-1])
    screenshots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = browser(profile)
        try:
            if kind == "page":
                page(driver, pathlib.Path(arguments[0]), screenshots)
            else:
                notebook(driver, *arguments[:2], screenshots)
        finally:
            driver.quit()


if __name__ == "__main__":
    main(*sys.argv[1:])
