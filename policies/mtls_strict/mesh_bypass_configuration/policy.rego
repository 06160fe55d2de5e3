# METADATA
# scope: package
# title: "Configuration that undoes the mesh"
# description: "An EnvoyFilter, a proxy's own configuration or the mesh's settings can switch off what PeerAuthentication and AuthorizationPolicy promise, without a trace in either."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/networking/envoy-filter/
#   - https://istio.io/latest/docs/reference/config/annotations/
#   - https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
# custom:
#   severity: high
#   stage: 3
#   judges: [pod, EnvoyFilter.networking.istio.io, Sidecar.networking.istio.io, ConfigMap, IstioOperator.install.istio.io, Istio.sailoperator.io, IstioRevision.sailoperator.io]
#   remediation: "Use the mesh's own kinds in place of an EnvoyFilter on TLS and RBAC filters, set outboundTrafficPolicy to REGISTRY_ONLY, and leave the proxy's bootstrap, image and interception to the mesh."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.8.9: J, A.8.21: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.mtls_strict.mesh_bypass_configuration

import data.lib.words

applies if "istio" in input.facts.mesh.meshes

findings contains {
	"path": ["spec", "configPatches", i],
	"message": $"{words.subject} {what} of {_whom}",
} if {
	input.resource.kind == "EnvoyFilter"
	some i, patch in input.resource.spec.configPatches
	some what in _touches(patch)
}

findings contains {
	"path": ["spec", "outboundTrafficPolicy", "mode"],
	"message": "outbound mode ALLOW_ANY lets workloads reach any address, past every ServiceEntry",
	"fix": {"set": "REGISTRY_ONLY"},
} if {
	input.resource.kind == "Sidecar"
	input.resource.spec.outboundTrafficPolicy.mode == "ALLOW_ANY"
}

findings contains {
	"path": _path(["outboundTrafficPolicy", "mode"]),
	"message": "the mesh's outbound mode ALLOW_ANY lets workloads reach any address, past every ServiceEntry",
} if {
	_config.outboundTrafficPolicy == "ALLOW_ANY"
}

findings contains {
	"path": _path(["enableAutoMtls"]),
	"message": "enableAutoMtls is false: clients send plain text wherever no DestinationRule says otherwise",
} if {
	_config.enableAutoMtls == false
}

findings contains {
	"path": _path(["meshMTLS", "minProtocolVersion"]),
	"message": $"the mesh accepts {_config.minProtocolVersion}",
} if {
	_config.minProtocolVersion in {"TLSV1_0", "TLSV1_1"}
}

unknowns contains {
	"path": _config.path,
	"message": $"the mesh's configuration cannot be read: {_config.unreadable}",
} if {
	_config.unreadable != null
}

findings contains {
	"path": _annotation(name),
	"message": $"{words.subject}: {name} replaces {what}",
} if {
	some name, what in {
		"sidecar.istio.io/bootstrapOverride": "the proxy's bootstrap by one of its own",
		"sidecar.istio.io/discoveryAddress": "the control plane that configures its proxy",
		"proxy.istio.io/overrides": "parts of the injected proxy",
		"sidecar.istio.io/proxyImage": "the proxy's image by another one",
	}
	input.pod.metadata.annotations[name]
}

findings contains {
	"path": _annotation("proxy.istio.io/config"),
	"message": $"{words.subject}: proxy.istio.io/config {what}",
} if {
	some what in _proxy_config
}

unknowns contains {
	"path": _annotation("proxy.istio.io/config"),
	"message": $"proxy.istio.io/config cannot be read: {reason}",
} if {
	reason := input.facts.mesh.workload.proxyConfig.unreadable
	reason != null
}

_proxy := input.facts.mesh.workload.proxyConfig.value

_proxy_config contains "sets interceptionMode NONE, so that no traffic is redirected to the proxy" if _proxy.interceptionMode == "NONE"

_proxy_config contains "sets controlPlaneAuthPolicy NONE, so that the proxy does not authenticate its control plane" if _proxy.controlPlaneAuthPolicy == "NONE"

_proxy_config contains $"takes its configuration from {_proxy.discoveryAddress}" if _proxy.discoveryAddress

_proxy_config contains "replaces the proxy's bootstrap" if _proxy.customConfigFile

_proxy_config contains $"replaces the proxy's binary by {_proxy.binaryPath}" if _proxy.binaryPath

_config := input.facts.mesh.config

# Below a text there are no paths: the text itself is where it stands.
_path(_) := _config.path if _config.text

_path(keys) := array.concat(_config.path, keys) if not _config.text

_annotation(name) := array.concat(input.pod.metadataPath, ["annotations", name])

_whom := "every proxy it reaches" if object.get(input.resource, ["spec", "workloadSelector"], null) == null

_whom := "the workloads it selects" if object.get(input.resource, ["spec", "workloadSelector"], null) != null

# What a patch puts in adds to the proxy; what it changes or takes away may be what protects.
_changes(patch) if patch.patch.operation in {"MERGE", "REPLACE", "REMOVE"}

# The filters that a patch matches, and what it puts in their place.
_names(patch) := {name |
	walk(patch, [path, name])
	path[count(path) - 1] in {"name", "@type"}
	is_string(name)
}

_touches(patch) := {what |
	_changes(patch)
	some what, pattern in _sensitive
	some name in _names(patch)
	regex.match(pattern, name)
} | {"changes the TLS context" |
	_changes(patch)
	walk(patch, [path, _])
	path[count(path) - 1] in {"transport_socket", "transportSocket", "tls_context", "transport_socket_matches", "require_client_certificate"}
}

_sensitive := {
	"changes the RBAC filter": `(?i)(filters\.(http|network)\.rbac|RBAC$)`,
	"changes the JWT filter": `(?i)(jwt_authn|istio_authn|JwtAuthentication)`,
	"changes the external authorization filter": `(?i)(ext_authz|ExtAuthz)`,
	"changes the TLS context": `(?i)(transport_sockets\.(tls|raw_buffer)|(up|down)streamtlscontext|tls_inspector)`,
}
