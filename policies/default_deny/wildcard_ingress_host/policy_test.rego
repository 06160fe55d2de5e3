package policies.default_deny.wildcard_ingress_host_test

import data.policies.default_deny.wildcard_ingress_host as policy

_found(kind, spec) := found if {
	found := {[finding.path, finding.message] | some finding in policy.findings} with input as {"resource": {
		"kind": kind,
		"spec": spec,
	}}
}

test_no_host_and_wildcards_are_found if {
	_found("Ingress", {"rules": [{}, {"host": ""}, {"host": "*.example.com"}, {"host": "shop.example.com"}]}) == {
		[["spec", "rules", 0, "host"], "the rule has no host, so it takes every host"],
		[["spec", "rules", 1, "host"], "the rule has no host, so it takes every host"],
		[["spec", "rules", 2, "host"], "host *.example.com is a wildcard"],
	}
}

test_a_default_backend_alone_is_found if {
	_found("Ingress", {"defaultBackend": {"service": {"name": "web"}}}) == {[["spec", "defaultBackend"], "without rules, it takes every host"]}
	count(_found("Ingress", {"defaultBackend": {}, "rules": [{"host": "shop.example.com"}]})) == 0
}

test_routes if {
	count(_found("Route", {"host": "shop.example.com", "wildcardPolicy": "None"})) == 0
	count(_found("Route", {"host": "shop.example.com", "wildcardPolicy": "Subdomain"})) == 1
}

_route(answer) := findings if {
	findings := [[finding.message, object.get(finding, "elsewhere", false)] | some finding in policy.findings] with input as _attached(answer)
}

_attached(answer) := {
	"resource": {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute"},
	"facts": {"network": {"route": {"path": ["spec", "hostnames"], "anyHost": {"answer": answer, "why": "w", "by": []}}}},
}

test_routes_of_gateways if {
	_route("yes") == [["w", false]]
	_route("unknown") == [["w", true]]
	_route("no") == []
}

_servers(servers, selector) := paths if {
	paths := {finding.path | some finding in policy.findings} with input as {"resource": {
		"apiVersion": "networking.istio.io/v1",
		"kind": "Gateway",
		"spec": {"selector": selector, "servers": servers},
	}}
}

test_gateways_of_istio if {
	every host in ["*", "*/*", "shop/*"] {
		_servers([{"port": {"number": 80}, "hosts": ["a.example.com", host]}], {"istio": "ingressgateway"}) == {["spec", "servers", 0, "hosts", 1]}
	}
	every host in ["shop.example.com", "*.example.com", "shop/shop.example.com"] {
		count(_servers([{"port": {"number": 80}, "hosts": [host]}], {"istio": "ingressgateway"})) == 0
	}
	count(_servers([{"port": {"number": 443}, "hosts": ["*"]}], {"istio": "egressgateway"})) == 0
	count(_servers([{"port": {"number": 443}, "tls": {"mode": "AUTO_PASSTHROUGH"}, "hosts": ["*"]}], {"istio": "eastwest"})) == 0
}
