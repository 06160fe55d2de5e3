package policies.mtls_strict.linkerd_skip_ports_test

import data.lib.words
import data.policies.mtls_strict.linkerd_skip_ports as policy

_inbound := "config.linkerd.io/skip-inbound-ports"

_pod(annotations) := {
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {"metadataPath": ["spec", "template", "metadata"], "metadata": {"annotations": annotations}},
}

test_skipped_ports_are_found if {
	policy.findings == {{
		"path": ["spec", "template", "metadata", "annotations", _inbound],
		"message": $"{words.subject}: 25, 587 inbound past the proxy",
		"fix": {"remove": true},
	}} with input as _pod({_inbound: "25,587"})
}

test_allowed_ports_are_silent if {
	parameters := {"mtls-strict/linkerd-skip-ports": {"allowedPorts": [25, "4567-4568"]}}
	count(policy.findings) == 0 with input as _pod({_inbound: "25, 4567-4568"}) with data.parameters as parameters
	count(policy.findings) == 1 with input as _pod({_inbound: "25,26"}) with data.parameters as parameters
}

test_namespace_is_found if {
	namespace := {"kind": "Namespace", "metadata": {"name": "shop", "annotations": {"config.linkerd.io/skip-subnets": "10.0.0.0/8"}}}
	some finding in policy.findings with input as {"resource": namespace, "pod": null}
	finding.path == ["metadata", "annotations", "config.linkerd.io/skip-subnets"]
}

test_opaque_and_empty_are_silent if {
	count(policy.findings) == 0 with input as _pod({"config.linkerd.io/opaque-ports": "3306", _inbound: " "})
}
