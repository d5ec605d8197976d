import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Requirement } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';
import { Conversation } from './load/conversation.ts';
import { talkOf, WrongReply, type Talk } from './load/talk.ts';

export const NGINX: Requirement = {
  command: 'nginx',
  versionArgs: ['-v'],
  debianPackage: 'nginx-light',
};

/** Each kind of request that nginx can pass on has a folder for what does not fit in memory. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as const;

/**
 * One worker, with an access log, that keeps what the upstream answers on disk, so in the system's
 * memory, and the files open.
 */
function configuration(folder: string, port: number, upstream: number): string {
  const temporary = TEMPORARY.map((kind) => `  ${kind}_temp_path ${folder}/${kind};\n`);
  // Started by root, a worker would become a user who may not read the folder.
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  return `${user}worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
${temporary.join('')}
  access_log ${folder}/access.log combined buffer=64k flush=1s;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=20000;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=places:16m inactive=1d;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${upstream};
      proxy_cache places;
      proxy_cache_valid 200 1d;
    }
  }
}
`;
}

/** Starts nginx as a cache in front of the upstream's port, and waits until it serves. */
export async function startNginx(
  scope: Scope,
  upstream: number,
): Promise<{ readonly port: number; readonly program: Program }> {
  const [port = 0] = await freePorts(1);
  const folder = scope.folder();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configuration(folder, port, upstream));
  const program = scope.spawn('nginx', ['-p', folder, '-c', config, '-g', 'daemon off;']);
  (await Conversation.connectSoon(port)).close();
  return { port, program };
}

const OK = Buffer.from('HTTP/1.1 200 ', 'latin1');
const HEAD_END = '\r\n\r\n';

/** Asks for the texts at these paths; each reply must have the one that is expected. */
export function getTalk(paths: readonly string[], expected: (index: number) => Buffer): Talk {
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: places\r\n\r\n`);
  return talkOf(requests, (received, start, index) => {
    const head = received.indexOf(HEAD_END, start, 'latin1');
    if (head === -1) return -1;
    const body = expected(index);
    const bodyStart = head + HEAD_END.length;
    const end = bodyStart + body.length;
    if (end > received.length) return -1;
    const right =
      received.compare(OK, 0, OK.length, start, start + OK.length) === 0 &&
      received.compare(body, 0, body.length, bodyStart, end) === 0;
    if (!right) throw new WrongReply(requests[index] ?? '', received.subarray(start, end));
    return end;
  });
}
