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
