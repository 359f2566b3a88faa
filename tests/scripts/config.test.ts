import { readConfig } from '../../scripts/config';

describe('PUBLIC_URL', () => {
  const of = (text?: string) => readConfig({ PUBLIC_URL: text }, []).publicAddress;

  it('is where people reach the hub, without a slash at its end', () => {
    expect([of(), of(''), of('https://hub.example'), of('https://hub.example/delta//')]).toEqual([
      ...[null, null, 'https://hub.example', 'https://hub.example/delta'],
    ]);
  });

  it.each([
    'hub.example',
    'ftp://hub.example',
    'https://',
    'https://hub.example?x=1',
    'https://user@hub.example',
  ])('is not %s', (text) => {
    expect(() => of(text)).toThrow(
      `PUBLIC_URL is "${text}"; it must be the address by which people reach the hub, like https://hub.example.`,
    );
  });
});

describe('traces', () => {
  const of = (environment: Record<string, string>) => readConfig(environment, []).tracing;
  const TO = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

  it('go nowhere unless it is said where, or where they are turned off', () => {
    expect([
      of({ OTEL_SERVICE_NAME: 'hub', OTEL_TRACES_SAMPLER: 'nonsense' }),
      of({ ...TO, OTEL_SDK_DISABLED: 'true' }),
      of({ ...TO, OTEL_TRACES_EXPORTER: 'none' }),
      of({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }),
    ]).toEqual([null, null, null, null]);
  });

  it('go where the variables of OpenTelemetry say, as they say', () => {
    expect(of(TO)).toEqual({
      url: 'http://collector:4318/v1/traces',
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: {},
      delayMs: 5_000,
      queueSize: 2_048,
      batchSize: 512,
    });
    expect(
      of({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://elsewhere',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/traces',
        OTEL_SERVICE_NAME: 'hub',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other, deployment.environment.name=%E6%B5%8B%E8%AF%95',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        OTEL_BSP_SCHEDULE_DELAY: '100',
      }),
    ).toMatchObject({
      url: 'https://collector/traces',
      sampler: 'parentbased_traceidratio',
      ratio: 0.25,
      resource: { 'service.name': 'hub', 'deployment.environment.name': '测试' },
      delayMs: 100,
    });
  });

  it.each([
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
      'OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318"; it must be an address like http://127.0.0.1:4318.',
    ],
    [
      { ...TO, OTEL_TRACES_SAMPLER: 'often' },
      'OTEL_TRACES_SAMPLER is "often"; here it may be "always_on" or "always_off" or "traceidratio" or "parentbased_always_on" or "parentbased_always_off" or "parentbased_traceidratio".',
    ],
    [
      { ...TO, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '10%' },
      'OTEL_TRACES_SAMPLER_ARG is "10%"; it must be the part of traces to record, from 0 to 1.',
    ],
    [
      { ...TO, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; here it may be "http/json".',
    ],
    [
      { ...TO, OTEL_EXPORTER_OTLP_HEADERS: 'secret' },
      'OTEL_EXPORTER_OTLP_HEADERS must be pairs like name=value, separated by commas, the values percent-encoded.',
    ],
    [
      { ...TO, OTEL_BSP_SCHEDULE_DELAY: 'soon' },
      'OTEL_BSP_SCHEDULE_DELAY is "soon"; it must be a whole number above 0.',
    ],
    [{ ...TO, HUB_TRUST_TRACEPARENT: 'yes' }, 'HUB_TRUST_TRACEPARENT is "yes"; it must be "on" or "off".'],
  ])('are refused that make no sense: %j', (environment, sentence) => {
    expect(() => of(environment)).toThrow(sentence);
  });
});
