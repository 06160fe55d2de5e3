# METADATA
# scope: package
# title: "Service that is a name outside of the cluster"
# description: "An ExternalName Service sends what trusts a name inside of the cluster to any host outside; network policies and mTLS do not apply to it, and an Ingress in front of it opens internal hosts."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/service/#externalname
# custom:
#   severity: medium
#   stage: 2
#   judges: [Service]
#   remediation: "Call the host by its own name and allow it in an egress policy, or describe it to the mesh as a ServiceEntry."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.21: D, A.8.12: J}
#     gdpr: {Art. 32(1)(b): J}
package policies.default_deny.external_name_service

findings contains {
	"path": ["spec", "externalName"],
	"message": $"the Service stands for {object.get(input.resource.spec, "externalName", "a host")}, outside of what policies hold",
} if {
	input.resource.spec.type == "ExternalName"
}
