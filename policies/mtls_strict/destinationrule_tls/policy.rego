# METADATA
# scope: package
# title: "DestinationRule TLS"
# description: "A DestinationRule decides how clients speak to a host: DISABLE sends plain text though the server takes mutual TLS, and SIMPLE or MUTUAL without a CA checks names inside of the cluster against public CAs, which vouch for none of them, or, before Istio 1.21, not at all."
# related_resources:
#   - https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
#   - https://istio.io/latest/docs/reference/config/analysis/ist0128/
#   - https://istio.io/latest/docs/reference/config/analysis/ist0129/
# custom:
#   severity: high
#   stage: 3
#   judges: [DestinationRule.networking.istio.io]
#   remediation: "Use ISTIO_MUTUAL inside the mesh, or leave tls out and let auto mTLS decide; to outside hosts use SIMPLE or MUTUAL, with caCertificates and subjectAltNames where their CA is no public one."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J, A.5.14: J, A.8.5: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
#   parameters:
#     requireSubjectAltNames: {type: boolean, default: false, description: "Whether SIMPLE and MUTUAL must also name the subjectAltNames they accept."}
package policies.mtls_strict.destinationrule_tls

findings contains {
	"path": array.concat(tls.path, ["mode"]),
	"message": $"clients send plain text to {_target(tls)}: {_disabled(tls)}{_conflict(tls)}",
	"related": tls.conflicts.by,
} if {
	some tls in _settings
	tls.mode == "DISABLE"
}

findings contains {
	"path": array.concat(tls.path, ["caCertificates"]),
	"message": $"mode {tls.mode} to {_target(tls)} names no caCertificates to verify the server against{_ignored(tls)}",
} if {
	some tls in _settings
	_originates(tls)
	not tls.verified
}

findings contains {
	"path": array.concat(tls.path, ["insecureSkipVerify"]),
	"message": $"the certificate of {_target(tls)} is not verified: insecureSkipVerify is true",
	"fix": {"set": false},
} if {
	some tls in _settings
	tls.insecureSkipVerify
}

findings contains {
	"path": array.concat(tls.path, ["mode"]),
	"message": $"mode {tls.mode} to {_target(tls)} is not the mesh's own: {tls.conflicts.why}",
	"related": tls.conflicts.by,
} if {
	some tls in _settings
	_originates(tls)
	tls.conflicts.answer == "yes"
}

findings contains {
	"path": array.concat(tls.path, ["subjectAltNames"]),
	"message": $"mode {tls.mode} to {_target(tls)} names no subjectAltNames, so any certificate of the CA will do",
} if {
	data.parameters["mtls-strict/destinationrule-tls"].requireSubjectAltNames
	some tls in _settings
	_originates(tls)
	not tls.subjectAltNames
}

_settings := input.facts.mesh.destination.tls

_originates(tls) if tls.mode in {"SIMPLE", "MUTUAL"}

_target(tls) := input.facts.mesh.destination.host if tls.scope == ""

_target(tls) := $"{input.facts.mesh.destination.host} ({tls.scope})" if tls.scope != ""

_disabled(tls) := "mode is DISABLE" if tls.modeStated

_disabled(tls) := "a tls block without a mode is DISABLE" if not tls.modeStated

_conflict(tls) := $", while {tls.conflicts.why}" if tls.conflicts.answer == "yes"

_conflict(tls) := "" if tls.conflicts.answer != "yes"

_ignored(tls) := ", and without a workloadSelector its credentialName is read at gateways alone" if tls.credentialIgnored

_ignored(tls) := "" if not tls.credentialIgnored
