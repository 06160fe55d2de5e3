package policies.mtls_strict.mesh_bypass_configuration_test

import data.lib.words
import data.policies.mtls_strict.mesh_bypass_configuration as policy

_nothing := {"mesh": {"workload": null, "config": null}}

_filter(patches) := {"resource": {"kind": "EnvoyFilter", "metadata": {"name": "x"}, "spec": {"configPatches": patches}}, "pod": null, "facts": _nothing}

_matching(filter, operation) := {
	"applyTo": "HTTP_FILTER",
	"match": {"listener": {"filterChain": {"filter": {"name": "envoy.filters.network.http_connection_manager", "subFilter": {"name": filter}}}}},
	"patch": {"operation": operation},
}

_config(rest) := {
	"resource": {"kind": "ConfigMap", "metadata": {"name": "istio"}},
	"pod": null,
	"facts": {"mesh": {"workload": null, "config": object.union(
		{
			"path": ["data", "mesh"],
			"text": true,
			"unreadable": null,
			"outboundTrafficPolicy": null,
			"enableAutoMtls": null,
			"minProtocolVersion": null,
		},
		rest,
	)}},
}

_pod(annotations, config, unreadable) := {
	"resource": {"kind": "Deployment", "metadata": {"name": "cart"}},
	"pod": {"metadataPath": ["spec", "template", "metadata"], "metadata": {"annotations": annotations}},
	"facts": {"mesh": {"config": null, "workload": {"proxyConfig": {"value": config, "unreadable": unreadable}}}},
}

test_removed_protection_is_found if {
	every filter in ["envoy.filters.http.rbac", "envoy.filters.http.jwt_authn", "envoy.filters.http.ext_authz"] {
		some finding in policy.findings with input as _filter([_matching(filter, "REMOVE")])
		finding.path == ["spec", "configPatches", 0]
	}
}

test_changed_tls_is_found if {
	patch := {"applyTo": "FILTER_CHAIN", "patch": {"operation": "MERGE", "value": {"transport_socket": {"name": "envoy.transport_sockets.raw_buffer"}}}}
	policy.findings == {{
		"path": ["spec", "configPatches", 0],
		"message": $"{words.subject} changes the TLS context of every proxy it reaches",
	}} with input as _filter([patch])
}

test_added_filters_are_silent if {
	count(policy.findings) == 0 with input as _filter([_matching("envoy.filters.http.rbac", "INSERT_BEFORE")])
	count(policy.findings) == 0 with input as _filter([_matching("envoy.filters.http.router", "MERGE")])
}

_sidecar(mode) := {
	"resource": {"kind": "Sidecar", "metadata": {"name": "x"}, "spec": {"outboundTrafficPolicy": {"mode": mode}}},
	"pod": null,
	"facts": _nothing,
}

test_sidecar_outbound if {
	count(policy.findings) == 1 with input as _sidecar("ALLOW_ANY")
	count(policy.findings) == 0 with input as _sidecar("REGISTRY_ONLY")
}

test_mesh_config if {
	some text in policy.findings with input as _config({"enableAutoMtls": false})
	text.path == ["data", "mesh"]
	some field in policy.findings with input as _config({"path": ["spec", "meshConfig"], "text": false, "outboundTrafficPolicy": "ALLOW_ANY"})
	field.path == ["spec", "meshConfig", "outboundTrafficPolicy", "mode"]
	count(policy.findings) == 1 with input as _config({"minProtocolVersion": "TLSV1_1"})
	count(policy.findings) == 0 with input as _config({"minProtocolVersion": "TLSV1_3", "enableAutoMtls": true})
	count(policy.unknowns) == 1 with input as _config({"unreadable": "bad indentation"})
}

test_proxy_annotations if {
	count(policy.findings) == 1 with input as _pod({"sidecar.istio.io/bootstrapOverride": "mine"}, {}, null)
	some finding in policy.findings with input as _pod({}, {"interceptionMode": "NONE"}, null)
	finding.path == ["spec", "template", "metadata", "annotations", "proxy.istio.io/config"]
	count(policy.findings) == 0 with input as _pod({}, {"holdApplicationUntilProxyStarts": true, "interceptionMode": "REDIRECT"}, null)
	count(policy.unknowns) == 1 with input as _pod({}, {}, "bad indentation")
}
