/** Promtail (https://grafana.com/docs/loki/latest/send-data/promtail/configuration/). */
import { isObject } from '../../world.js'
import { hasKey, listOf, objectOf, textOf, textsOf } from '../text.js'
import { given, hasUserInfo, type LogOutput, output, schemeOf, type ShipperConfig, switchOf } from './config.js'

type Settings = { readonly [key: string]: unknown }

export function isPromtail(text: string): boolean {
  return hasKey(text, 'clients?') && hasKey(text, 'positions', 'scrape_configs')
}

export function readPromtail(value: unknown): ShipperConfig {
  const config = objectOf(value)
  const jobs = listOf(config['scrape_configs']).filter(isObject)
  const clients = [...listOf(config['clients']), config['client']].filter(isObject)
  return {
    files: jobs.flatMap((job) =>
      listOf(job['static_configs']).flatMap((item) => textsOf(objectOf(objectOf(item)['labels'])['__path__'])),
    ),
    containers: jobs.some((job) => Array.isArray(job['kubernetes_sd_configs'])) ? 'files' : null,
    outputs: clients.map(lokiClient),
  }
}

/** A Prometheus-style HTTP client, as Promtail and Alloy share it. */
export function lokiClient(client: Settings): LogOutput {
  const url = textsOf(client['url'])
  const tls = objectOf(client['tls_config'])
  return output('loki', url, {
    tls: schemeOf(url, 'no'),
    verified: switchOf(tls['insecure_skip_verify'], 'no') === 'yes' ? 'no' : 'yes',
    authenticated: hasUserInfo(url)
      ? 'yes'
      : given(
          client['basic_auth'],
          client['bearer_token'],
          client['bearer_token_file'],
          client['authorization'],
          client['oauth2'],
          textOf(tls['cert_file']),
          textOf(tls['cert_pem']),
        ),
  })
}
