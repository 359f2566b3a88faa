import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

/** A bare system has no Chinese glyphs. */
const CHINESE_FONTS = path.join(path.dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts');

/**
 * Unpacks the browser that `@sparticuz/chromium` carries, and what a bare system lacks: its libraries and a font. In a
 * process of its own, because the package unpacks into its process's temporary directory and takes what lies there for
 * whole.
 */
async function unpackChromium(folder: string): Promise<Pick<LaunchOptions, 'executablePath' | 'env'>> {
  const script =
    "import('@sparticuz/chromium').then((package) => package.default.executablePath()).then(console.log)";
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', script], {
    cwd: __dirname,
    // The package brings out its libraries only where it finds itself on Lambda.
    env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
  });
  const fontSettings = path.join(folder, 'fonts.conf');
  await writeFile(
    fontSettings,
    `<fontconfig>
      <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
      <dir>${path.join(folder, 'fonts')}</dir>
      <dir>${CHINESE_FONTS}</dir>
      <cachedir>${path.join(folder, 'fonts-cache')}</cachedir>
    </fontconfig>`,
  );
  return {
    executablePath: stdout.trim(),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: path.join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: fontSettings,
    },
  };
}

/** A Chromium that reaches this machine and no other; what it needs lies in the folder while it runs. */
export async function launchChromium(folder: string): Promise<Browser> {
  // The package is made for this system only; on another, the Chrome that is installed is used.
  const isCarried = process.platform === 'linux' && process.arch === 'x64';
  return chromium.launch({
    ...(isCarried ? await unpackChromium(folder) : { channel: 'chrome' }),
    args: ['--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}
