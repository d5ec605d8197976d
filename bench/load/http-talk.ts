import { talkOf, WrongReply, type Talk } from './talk.ts';

const HEADERS_END = '\r\n\r\n';
const SUCCESS = Buffer.from('HTTP/1.1 2');

/** A request of HTTP/1.1 with a body. */
export function httpRequest(method: string, path: string, type: string, body: string): string {
  const headers = ['Host: localhost', `Content-Type: ${type}`, `Content-Length: ${body.length}`];
  return `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}${HEADERS_END}${body}`;
}

/** Requests over one connection, each of which is to be answered with success; a body says how long it is. */
export function httpTalk(requests: readonly string[]): Talk {
  return talkOf(requests, (received, start, index) => {
    const headersEnd = received.indexOf(HEADERS_END, start, 'latin1');
    if (headersEnd === -1) return -1;
    const headers = received.toString('latin1', start, headersEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1];
    if (received.compare(SUCCESS, 0, SUCCESS.length, start, start + SUCCESS.length) !== 0) {
      throw new WrongReply(requests[index] ?? '', received.subarray(start));
    }
    const end = headersEnd + HEADERS_END.length + Number(length ?? 0);
    return end > received.length ? -1 : end;
  });
}
