import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LaborFlowHub, TOKEN } from './labor-flow-hub';

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningScript {
  child: ChildProcess;
  ended: Promise<Ended>;
}

/** The script as a process of its own, in a folder of its own, before a hub that fails as it is told to. */
export class ScriptWorld {
  hub = new LaborFlowHub();
  folder = '';

  async open(): Promise<void> {
    this.hub = new LaborFlowHub();
    this.folder = mkdtempSync(path.join(tmpdir(), 'labor-flow-test-'));
    await this.hub.start();
  }

  async close(): Promise<void> {
    await this.hub.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string | Buffer): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  start(args: readonly string[], env: Record<string, string> = {}): RunningScript {
    const script = path.join(__dirname, '..', '..', 'scripts', 'labor-flow', 'index.ts');
    const child = spawn(process.execPath, ['--require', require.resolve('tsx/cjs'), script, ...args], {
      // Files are named as a caller in the folder names them.
      cwd: this.folder,
      env: { PATH: process.env.PATH, HUB_URL: this.hub.url, HUB_TOKEN: TOKEN, ...env },
    });
    const ended = new Promise<Ended>((resolve) => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text) => {
        stdout += text;
      });
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { child, ended };
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }
}

/** A fresh hub and folder for each test of a file. */
export function useScript(): ScriptWorld {
  const world = new ScriptWorld();
  beforeEach(() => world.open());
  afterEach(() => world.close());
  return world;
}
