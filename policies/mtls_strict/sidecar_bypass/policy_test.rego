package policies.mtls_strict.sidecar_bypass_test

import data.lib.words
import data.policies.mtls_strict.sidecar_bypass as policy

_pod(labels, annotations) := {
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {
		"metadataPath": ["spec", "template", "metadata"],
		"metadata": {"labels": labels, "annotations": annotations},
		"containers": [{"name": "app", "security": {"runAsUser": {"value": 1000, "path": ["spec", "runAsUser"]}}}],
	},
	"facts": {"mesh": {"workload": {"mesh": "istio"}}},
}

_exclude := "traffic.sidecar.istio.io/excludeInboundPorts"

test_excluded_ports_are_found if {
	policy.findings == {{
		"path": ["spec", "template", "metadata", "annotations", _exclude],
		"message": $"{words.subject}: 9090, 9091 taken out of the inbound ports that pass the sidecar",
		"fix": {"remove": true},
	}} with input as _pod({}, {_exclude: "9090, 9091"})
}

test_allowed_ports_are_silent if {
	parameters := {"mtls-strict/sidecar-bypass": {"allowedPorts": [9090], "allowedRanges": ["10.0.0.0/8"]}}
	count(policy.findings) == 0 with input as _pod({}, {_exclude: "9090"}) with data.parameters as parameters
	some finding in policy.findings with input as _pod({}, {_exclude: "9090,9091"}) with data.parameters as parameters
	contains(finding.message, ": 9091 taken")
}

test_narrowed_capture_is_found if {
	every value in ["", "8080", "10.0.0.0/8"] {
		count(policy.findings) == 1 with input as _pod({}, {"traffic.sidecar.istio.io/includeInboundPorts": value})
	}
}

test_full_capture_is_silent if {
	annotations := {_exclude: "", "traffic.sidecar.istio.io/includeOutboundIPRanges": "*", "sidecar.istio.io/interceptionMode": "REDIRECT"}
	count(policy.findings) == 0 with input as _pod({"security.istio.io/tlsMode": "istio"}, annotations)
}

test_other_ways_past_the_proxy_are_found if {
	count(policy.findings) == 1 with input as _pod({}, {"sidecar.istio.io/interceptionMode": "NONE"})
	count(policy.findings) == 1 with input as _pod({}, {"ambient.istio.io/bypass-inbound-capture": "true"})
	count(policy.findings) == 1 with input as _pod({"security.istio.io/tlsMode": "disabled"}, {})
}

_running_as(id) := object.union(_pod({}, {}), {"pod": {"containers": [{
	"name": "app",
	"security": {"runAsUser": {"value": id, "path": ["spec", "runAsUser"]}},
}]}})

test_the_proxys_own_user_is_found if {
	count(policy.findings) == 1 with input as _running_as(1337)
	count(policy.findings) == 0 with input as _running_as(2102)
}
