// What VS Code's Jupyter extension does with a kernel where there is no Python: it finds the kernelspec, writes the connection file, starts the
// process and talks ZeroMQ to it. So does this, with the same library, the npm package zeromq:
//
//     node no-python.mjs MODULES NOTEBOOK
//
// MODULES is the folder node_modules that holds zeromq. Every code cell of NOTEBOOK is run and must put out what is stored.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const [modules, notebookPath] = process.argv.slice(2).map(argument => path.resolve(argument));
const { Dealer, Subscriber } = createRequire(path.join(modules, "zeromq"))("zeromq");
const PATIENCE = 120_000;
const session = randomUUID();
const key = randomUUID();
const sign = parts => createHmac("sha256", key).update(Buffer.concat(parts)).digest("hex");
const joined = text => Array.isArray(text) ? text.join("") : text;

/** The folders where clients look for kernels, in their order. */
function kernelFolders() {
    const data = process.env.JUPYTER_DATA_DIR ?? path.join(process.env.XDG_DATA_HOME ?? path.join(os.homedir(), ".local", "share"), "jupyter");
    const named = (process.env.JUPYTER_PATH ?? "").split(path.delimiter).filter(Boolean);
    return [...named, data, "/usr/local/share/jupyter", "/usr/share/jupyter"].map(folder => path.join(folder, "kernels"));
}

function findKernel(name) {
    const file = kernelFolders().map(folder => path.join(folder, name, "kernel.json")).find(fs.existsSync);
    assert.ok(file, `kernel '${name}' is in none of ${kernelFolders().join(", ")}: run 'kernel install'`);
    return JSON.parse(fs.readFileSync(file, "utf8"));
}

function freePort() {
    return new Promise(resolve => {
        const server = net.createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

/** Awaits what a kernel owes, and says which it was if it does not come. */
async function within(promise, what, milliseconds = PATIENCE) {
    let timer;
    const late = new Promise((_, reject) => timer = setTimeout(() => reject(new Error(`${what} did not come within ${milliseconds / 1000} s`)), milliseconds));
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A started kernel: requests go out, replies and outputs come in by the id of their request. */
class Kernel {
    listeners = new Map();

    static async start(spec, folder) {
        const kernel = new Kernel();
        const ports = {};
        for (const channel of ["shell", "iopub", "stdin", "control", "hb"]) ports[`${channel}_port`] = await freePort();
        kernel.connectionFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "connection-")), `kernel-${session}.json`);
        fs.writeFileSync(kernel.connectionFile, JSON.stringify({ ...ports, key, ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256" }), { mode: 0o600 });
        const [program, ...options] = spec.argv.map(argument => argument.replace("{connection_file}", kernel.connectionFile));
        kernel.process = spawn(program, options, { cwd: folder, env: { ...process.env, ...spec.env }, stdio: ["ignore", "inherit", "inherit"] });
        kernel.ended = new Promise((resolve, reject) => kernel.process.on("exit", resolve).on("error", reject));
        for (const channel of ["shell", "control", "iopub"]) {
            kernel[channel] = channel === "iopub" ? new Subscriber() : new Dealer({ routingId: session });
            kernel[channel].connect(`tcp://127.0.0.1:${ports[`${channel}_port`]}`);
            if (channel === "iopub") kernel.iopub.subscribe();
            kernel.listen(channel);
        }

        return kernel;
    }

    async listen(channel) {
        for await (const frames of this[channel]) {
            const start = frames.findIndex(frame => frame.toString() === "<IDS|MSG>") + 1;
            const parts = frames.slice(start + 1, start + 5);
            assert.equal(frames[start].toString(), sign(parts), "every message is signed");
            const [header, parent, , content] = parts.map(part => JSON.parse(part));
            this.listeners.get(parent.msg_id)?.({ channel, type: header.msg_type, content });
        }
    }

    /** Sends a request and waits for its reply and, once it was accepted, for the kernel to be idle again; shown gets every message on the way. */
    async request(channel, type, content, shown = () => { }) {
        const id = randomUUID();
        const header = { msg_id: id, session, username: "user", date: new Date().toISOString(), msg_type: type, version: "5.3" };
        const parts = [header, {}, {}, content].map(part => Buffer.from(JSON.stringify(part)));
        let reply, idle;
        const done = new Promise(resolve => this.listeners.set(id, message => {
            shown(message);
            if (message.channel === channel) reply = message.content;
            if (message.type === "status") idle = message.content.execution_state === "idle";
            if (reply && idle) resolve(reply);
        }));
        await this[channel].send(["<IDS|MSG>", sign(parts), ...parts]);
        return within(Promise.race([done, this.ended.then(code => { throw new Error(`the kernel ended with exit code ${code} during ${type}`); })]), `the reply to ${type}`)
            .finally(() => this.listeners.delete(id));
    }

    async execute(code, shown) {
        return this.request("shell", "execute_request", { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false, stop_on_error: true }, shown);
    }

    /** Runs a cell and gives its outputs as a notebook stores them. */
    async run(code) {
        const outputs = [];
        const reply = await this.execute(code, ({ type, content }) => {
            const last = outputs.at(-1);
            if (type === "clear_output") outputs.length = 0;
            else if (type === "stream" && last?.name === content.name) last.text += content.text;
            else if (type === "update_display_data") outputs.filter(output => output.id === content.transient.display_id).forEach(output => output.data = content.data);
            else if (["stream", "display_data", "execute_result"].includes(type)) outputs.push({ ...content, id: content.transient?.display_id });
        });
        return { reply, outputs: outputs.filter(output => !output.metadata?.lstmlab).map(shape) };
    }
}

/** An output, stored or just made, without what differs by form alone. */
const shape = output => Object.fromEntries(Object.entries(output.data ?? { [output.name]: output.text }).map(([name, text]) => [name, joined(text)]));

// A Python anywhere on the PATH would make this prove nothing.
const programs = process.env.PATH.split(path.delimiter).flatMap(folder => fs.existsSync(folder) ? fs.readdirSync(folder) : []);
assert.deepEqual(programs.filter(program => /^(python|jupyter|conda)/.test(program)), [], "there is no Python on the PATH");

const notebook = JSON.parse(fs.readFileSync(notebookPath, "utf8"));
const spec = findKernel(notebook.metadata.kernelspec.name);
const kernel = await Kernel.start(spec, path.dirname(notebookPath));
try {
    // What is sent before the kernel listens waits in the socket; what it publishes before the subscription arrived is lost, so ask again.
    for (let tries = 1, info; !info; tries++) {
        info = await within(kernel.request("shell", "kernel_info_request", {}), "kernel information", 2000).catch(problem => { if (tries === 30) throw problem; });
    }

    const cells = notebook.cells.filter(cell => cell.cell_type === "code");
    for (const [number, cell] of cells.entries()) {
        const { reply, outputs } = await kernel.run(joined(cell.source));
        assert.equal(reply.status, "ok", `code cell ${number + 1}: ${reply.ename}: ${reply.evalue}`);
        assert.deepEqual(outputs, cell.outputs.filter(output => !output.metadata?.lstmlab).map(shape), `code cell ${number + 1} puts out what is stored`);
    }

    assert.equal(spec.interrupt_mode, "message");
    await kernel.run("var kept = 41;");
    let interrupted;
    const stopped = await kernel.execute("Console.WriteLine(1); kept = 42; while (true) { }", ({ type }) => {
        if (type === "stream") interrupted = kernel.request("control", "interrupt_request", {});
    });
    assert.equal((await interrupted).status, "ok");
    assert.equal(stopped.ename, "KernelInterruptedException");
    assert.deepEqual((await kernel.run("kept")).outputs, [{ "text/plain": "42" }]);

    await kernel.request("control", "shutdown_request", { restart: false }).catch(problem => { if (kernel.process.exitCode !== 0) throw problem; });
    assert.equal(await within(kernel.ended, "the end of the kernel", 20_000), 0);
    console.log(`${cells.length} code cells of ${path.basename(notebookPath)} put out what is stored, an endless loop was stopped with its state kept, and the kernel ended, without Python.`);
} finally {
    kernel.process.kill("SIGKILL");
    fs.rmSync(path.dirname(kernel.connectionFile), { recursive: true, force: true });
}

process.exit(0);
