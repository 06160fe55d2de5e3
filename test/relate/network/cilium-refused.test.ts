/** What Cilium refuses of a policy, rule by rule of Rule.Sanitize (cilium/pkg/policy/api/rule_validation.go). */
import { expect, test } from '@jest/globals'
import { load } from 'js-yaml'
import type { JsonObject } from '../../../src/model.js'
import { refusedByCilium } from '../../../src/relate/network/cilium-refused.js'

const refused = (spec: string): string | null =>
  refusedByCilium(load(`{endpointSelector: {}, ${spec}}`) as unknown as JsonObject)
const many = Array.from({ length: 41 }, (_, i) => `{port: "${i + 1}"}`).join(', ')

test.each([
  ['ingress: []', 'no rule'],
  ['nodeSelector: {}, ingress: [{}]', 'an endpointSelector and a nodeSelector'],
  ['ingress: [{fromEndpoints: [{}], fromEntities: [world]}]', 'fromEndpoints and fromEntities stand in one rule'],
  ['ingress: [{}], egressDeny: [{toCIDR: [192.0.2.1], toEntities: [world]}]', '(egressDeny, rule 1)'],
  ['egress: [{}, {toFQDNs: [{matchName: a}], toCIDRSet: [{cidr: 10.0.0.0/8}]}]', '(egress, rule 2)'],
  ['ingress: [{fromCIDR: [10.0.0.0/33]}]', '10.0.0.0/33 is no block'],
  ['ingress: [{fromCIDRSet: [{cidr: 10.0.0.1}]}]', '10.0.0.1 is no block'],
  ['ingress: [{fromCIDRSet: [{}]}]', 'not one of cidr'],
  ['ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef: a}]}]', 'not one of cidr'],
  ['ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [192.0.2.0/24]}]}]', '192.0.2.0/24 is no block within'],
  ['ingress: [{fromCIDRSet: [{cidr: "::/0", except: [10.0.0.0/8]}]}]', '10.0.0.0/8 is no block within'],
  ['ingress: [{fromEntities: [everybody]}]', '"everybody" is no entity'],
  ['ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: "80"}]}]}]', 'icmps and toPorts'],
  [`ingress: [{toPorts: [{ports: [${many}]}]}]`, 'more than 40 ports'],
  ['ingress: [{toPorts: [{ports: [{protocol: TCP}]}]}]', 'a port is not given'],
  ['ingress: [{toPorts: [{ports: [{port: "65536"}]}]}]', '65536 is no port'],
  ['ingress: [{toPorts: [{ports: [{port: a--b}]}]}]', 'a--b is no port'],
  ['ingress: [{toPorts: [{ports: [{port: "09"}]}]}]', '09 is no port'],
  ['ingress: [{toPorts: [{ports: [{port: "80", protocol: ICMP}]}]}]', 'ICMP is no protocol'],
  ['ingress: [{toPorts: [{ports: [{port: "80"}], rules: {http: [{}]}}]}]', 'http rules are for TCP alone'],
  ['ingress: [{toPorts: [{ports: [{port: "0", protocol: TCP}], rules: {http: [{}]}}]}]', 'not for every port'],
  ['ingress: [{toPorts: [{ports: [{port: "53"}], rules: {dns: [{}]}}]}]', 'dns rules are for egress alone'],
  ['egress: [{toPorts: [{ports: [{port: "53", endPort: 54}], rules: {dns: [{}]}}]}]', 'not for a range of ports'],
  ['egress: [{toPorts: [{rules: {dns: [{}]}}]}]', 'dns rules ask for a port'],
  ['egress: [{toPorts: [{ports: [{port: "53"}], rules: {dns: [{}], http: [{}]}}]}]', 'http and dns'],
  ['egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [""]}]}]', 'a server name is empty'],
  [
    'egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [a], rules: {http: [{}]}}]}]',
    'ask for terminatingTLS',
  ],
])('%s', (spec, reason) => expect(refused(spec)).toContain(reason))

test.each([
  'ingress: [{}]',
  'ingress: [{fromEndpoints: [{}], fromEntities: []}]',
  'ingress: [{fromCIDR: [10.0.0.1, "2001:db8::/32"]}]',
  'ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, {cidrGroupRef: partners}]}]',
  'ingress: [{fromEntities: [cluster-mesh]}]',
  'ingress: [{toPorts: [{ports: [{port: "010"}, {port: http}, {port: 0x50}, {port: "80", protocol: tcp}]}]}]',
  'ingress: [{toPorts: [{ports: [{protocol: VRRP}]}]}]',
  'ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET}]}}]}]',
  'egress: [{toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]}]',
  'egressDeny: [{toPorts: [{ports: [{port: "53", protocol: UDP}]}]}]',
])('%s is taken', (spec) => expect(refused(spec)).toBeNull())
