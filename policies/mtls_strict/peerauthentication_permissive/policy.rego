# METADATA
# scope: package
# title: "PeerAuthentication that weakens mTLS"
# description: "PERMISSIVE lets plain text in beside mutual TLS, and DISABLE turns mutual TLS off: whoever reaches the port is let in without an identity."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/security/peer_authentication/
#   - https://kyverno.io/policies/istio/enforce-strict-mtls/enforce-strict-mtls/
# custom:
#   severity: high
#   stage: 3
#   judges: [PeerAuthentication.security.istio.io]
#   remediation: "Set the mode to STRICT, or leave it UNSET where a broader PeerAuthentication sets STRICT."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.21: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.mtls_strict.peerauthentication_permissive

findings contains {
	"path": ["spec", "mtls", "mode"],
	"message": $"{_what[mode]} for {_whom}",
	"fix": {"set": "STRICT"},
} if {
	input.facts.mesh.peer.applies
	mode := input.resource.spec.mtls.mode
	mode in object.keys(_what)
}

findings contains {
	"path": ["spec", "portLevelMtls", port, "mode"],
	"message": $"{_what[mtls.mode]} on port {port} of {_whom}",
	"fix": {"set": "STRICT"},
} if {
	input.facts.mesh.peer.applies
	input.facts.mesh.peer.portsApply
	some port, mtls in input.resource.spec.portLevelMtls
	mtls.mode in object.keys(_what)
}

_what := {
	"PERMISSIVE": "mode PERMISSIVE lets plain text in",
	"DISABLE": "mode DISABLE turns mTLS off",
}

_selector := object.get(input.resource, ["spec", "selector", "matchLabels"], {})

_whom := "every workload it covers" if count(_selector) == 0

_whom := $"workloads with {_pairs}" if count(_selector) > 0

_pairs := concat(",", sort([$"{key}={value}" | some key, value in _selector]))
