import { once } from 'node:events';
import { connect } from 'node:net';
import { useHub } from '../support/hub';

/** Something that a test holds back until it lets it go. */
function hold() {
  let letGo = () => {};
  let arrive = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return { arrive, arrived, letGo, released };
}

describe('a gateway that is closed', () => {
  let held: ReturnType<typeof hold> | null = null;
  const hub = useHub({
    through: (link) =>
      link.name !== 'registry'
        ? link
        : {
            name: link.name,
            isReady: () => link.isReady(),
            answerInternally: (path, body, headers) => link.answerInternally(path, body, headers),
            answer: async (body, headers) => {
              held?.arrive();
              await held?.released;
              return link.answer(body, headers);
            },
          },
  });
  const PLACE = '{ jurisdiction(code: "310118104") { name } }';
  const ANSWER = { status: 200, data: { jurisdiction: { name: '金泽镇' } } };

  it('answers the requests that it has, and takes no more', async () => {
    const gateway = await hub.openGateway();
    const request = hold();
    held = request;
    const asked = hub.sendAs(null, { gateway }, PLACE);
    await request.arrived;
    held = null;
    let isClosed = false;
    const closing = hub.closeGateway(gateway).then(() => {
      isClosed = true;
    });
    await expect(hub.sendAs(null, { gateway }, PLACE)).rejects.toThrow(/ECONN(REFUSED|RESET)/);
    expect(isClosed).toBe(false);
    request.letGo();
    expect(await asked).toEqual(ANSWER);
    await closing;
  });

  it('waits for no connection on which nothing is asked', async () => {
    const gateway = await hub.openGateway();
    expect(await hub.sendAs(null, { gateway }, PLACE)).toEqual(ANSWER);
    const { port, hostname } = new URL(gateway);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    const ended = once(idle, 'close');
    await hub.closeGateway(gateway);
    await ended;
  });

  it('leaves the others as they are', async () => {
    await hub.closeGateway(await hub.openGateway());
    expect(await hub.send(null, PLACE)).toEqual(ANSWER);
  });
});
