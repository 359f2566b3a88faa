import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A real issuer (certified OpenID Connect) in a process of its own. */
export class OidcIssuer {
  url = '';
  #process: ChildProcess | null = null;

  /** Knows its address, and no hub yet. */
  async start(): Promise<void> {
    const script = path.join(__dirname, 'oidc-process.mjs');
    const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#process = child;
    this.url = await this.#nextLine();
  }

  /** Lets the people of a hub sign in. */
  async admit(hub: string): Promise<void> {
    this.#process?.stdin?.write(`${hub}\n`);
    await this.#nextLine();
  }

  async stop(): Promise<void> {
    if (!this.#process) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }

  async #nextLine(): Promise<string> {
    if (!this.#process?.stdout) throw new Error('the issuer starts before the first test');
    const lines = createInterface(this.#process.stdout);
    const [line] = await once(lines, 'line');
    lines.close();
    return line;
  }
}
