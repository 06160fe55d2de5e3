# METADATA
# scope: package
# title: "Certificate renewal"
# description: "A certificate that lives long, is renewed too late, or keeps its private key gives whoever steals the key as much time; one that is renewed in time with a fresh key limits what a theft is worth."
# related_resources:
#   - https://cert-manager.io/docs/usage/certificate/
#   - https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificatePrivateKey
#   - https://kyverno.io/policies/cert-manager/limit-duration/limit-duration/
# custom:
#   severity: medium
#   stage: 3
#   judges: [Certificate.cert-manager.io, Issuer.cert-manager.io, ClusterIssuer.cert-manager.io]
#   remediation: "Let certificates live no longer than 100 days, renew them with a third of that left, rotate the private key (rotationPolicy: Always), and use RSA of 2048 bits or more, ECDSA or Ed25519."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.24: J}
#     gdpr: {Art. 32(1)(a): J}
#   parameters:
#     maxDurationHours: {type: number, default: 2400, description: "The longest a certificate may live, in hours; certificate authorities are left out."}
#     minRenewPercentage: {type: number, default: 10, description: "How much of its life must be left when it is renewed, in percent."}
package policies.mtls_strict.certificate_renewal

findings contains {
	"path": ["spec", "privateKey", "rotationPolicy"],
	"message": "rotationPolicy Never keeps the same private key at every renewal",
	"fix": {"set": "Always"},
} if {
	_spec.privateKey.rotationPolicy == "Never"
}

findings contains {
	"path": ["spec", "renewal", "policy"],
	"message": "renewal policy Disabled: the certificate is never renewed",
} if {
	object.get(_spec, "isCA", false) != true
	_spec.renewal.policy == "Disabled"
}

findings contains {
	"path": ["spec", "duration"],
	"message": $"the certificate lives {_life} hours, more than {_parameters.maxDurationHours}",
} if {
	object.get(_spec, "isCA", false) != true
	_life > _parameters.maxDurationHours
}

findings contains {
	"path": ["spec", "renewBefore"],
	"message": $"renewBefore {_spec.renewBefore} is not shorter than the certificate's life of {_life} hours",
} if {
	_renewed >= _life
}

findings contains {
	"path": ["spec", "renewBefore"],
	"message": $"renewBefore {_spec.renewBefore} leaves less than {_parameters.minRenewPercentage}% of the certificate's life to renew it",
} if {
	_renewed * 100 < _life * _parameters.minRenewPercentage
}

findings contains {
	"path": ["spec", "renewBeforePercentage"],
	"message": $"renewBeforePercentage {_spec.renewBeforePercentage} is less than {_parameters.minRenewPercentage}",
} if {
	_spec.renewBeforePercentage < _parameters.minRenewPercentage
}

findings contains {
	"path": ["spec", "privateKey", "size"],
	"message": $"an RSA key of {_spec.privateKey.size} bits is too short",
	"fix": {"set": 2048},
} if {
	object.get(_spec, ["privateKey", "algorithm"], "RSA") == "RSA"
	_spec.privateKey.size < 2048
}

findings contains {
	"path": ["spec", "signatureAlgorithm"],
	"message": $"{_spec.signatureAlgorithm} rests on SHA-1",
} if {
	contains(_spec.signatureAlgorithm, "SHA1")
}

unknowns contains {
	"path": ["spec", field],
	"message": $"{field} {_spec[field]} cannot be read as a duration",
} if {
	some field in _certificate.unreadable
}

findings contains {
	"path": ["spec", "acme", "skipTLSVerify"],
	"message": "the ACME server's certificate is not verified",
	"fix": {"set": false},
} if {
	_spec.acme.skipTLSVerify == true
}

findings contains {
	"path": ["spec", kind, field],
	"message": $"the issuer is reached in plain text: {url}",
} if {
	some kind, field in {"acme": "server", "vault": "server"}
	url := _spec[kind][field]
	startswith(lower(url), "http://")
}

_spec := input.resource.spec

_certificate := input.facts.mesh.certificate

# Undefined where the certificate does not say, or says what cannot be read.
_life := _certificate.durationHours if is_number(_certificate.durationHours)

_renewed := _certificate.renewBeforeHours if is_number(_certificate.renewBeforeHours)

_parameters := data.parameters["mtls-strict/certificate-renewal"]
