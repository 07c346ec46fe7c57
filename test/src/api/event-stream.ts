import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { waitUntil } from '../setup/wait-until.js';

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A reader of server-sent events, by the rules of the HTML standard as far as they are used. */
export class EventStream {
  readonly events: StreamedEvent[] = [];
  readonly response: IncomingMessage;
  lastEventId = '';
  comments = 0;
  retry: number | undefined;
  isOver = false;
  private text = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('close', () => {
      this.isOver = true;
    });
    response.on('error', () => undefined);
  }

  /** Resolves with the answer to the request; see `response.statusCode`. */
  static async open(
    url: string,
    path: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<EventStream> {
    const asked = request(new URL(path, url), { headers, agent: false, method });
    asked.on('error', () => undefined);
    asked.end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  /** Waits until the stream is attached: it then has a position to go on from. */
  async live(): Promise<this> {
    await waitUntil(() => this.lastEventId !== '', { what: 'the stream says where it stands' });
    return this;
  }

  /** Waits for so many events in all. */
  async count(count: number): Promise<StreamedEvent[]> {
    await waitUntil(() => this.events.length >= count, {
      what: `${count} events; there are ${this.events.length}`,
    });
    return this.events;
  }

  contractIds(): unknown[] {
    return this.events.map(({ data }) => data['contract_id']);
  }

  close(): void {
    this.response.destroy();
  }

  private take(chunk: string): void {
    this.text += chunk;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop() ?? '';
    blocks.forEach((block) => this.dispatch(block));
  }

  private dispatch(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
    this.comments += fields.has('') ? 1 : 0;
    this.lastEventId = fields.get('id') ?? this.lastEventId;
    this.retry = fields.has('retry') ? Number(fields.get('retry')) : this.retry;
    const data = fields.get('data');
    if (data !== undefined) {
      this.events.push({
        id: this.lastEventId,
        event: fields.get('event') ?? 'message',
        data: JSON.parse(data) as Record<string, unknown>,
      });
    }
  }
}
