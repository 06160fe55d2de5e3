# METADATA
# scope: package
# title: "Exposed outside of the cluster"
# description: "What is reachable from outside is attacked from outside. Every entrance is a decision that somebody takes and can be asked about, not a default that slips in."
# related_resources:
#   - https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
#   - https://kubernetes.io/docs/concepts/services-networking/service/#external-ips
#   - https://gateway-api.sigs.k8s.io/api-types/gateway/
# custom:
#   severity: medium
#   stage: 2
#   judges: [Service, Gateway.gateway.networking.k8s.io]
#   remediation: "Use a ClusterIP Service behind the shared Ingress or Gateway; where the entrance is meant, allow it by name."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.20: D, A.8.21: D, A.8.26: D}
#     gdpr: {Art. 25(2): J, Art. 32(1)(b): J}
#   parameters:
#     allowed:
#       type: array
#       default: []
#       description: "Entrances that are meant, as Kind/namespace/name; * stands for any characters but a slash."
#     internalClasses:
#       type: array
#       default: [istio-waypoint, gke-l7-rilb, gke-l7-rilb-mc, gke-l7-cross-regional-internal-managed-mc]
#       description: "Classes of Gateways that nothing outside of the private network reaches."
#     internalAnnotations:
#       type: object
#       default:
#         service.beta.kubernetes.io/aws-load-balancer-internal: "^(true|0\\.0\\.0\\.0/0)$"
#         service.beta.kubernetes.io/aws-load-balancer-scheme: "^internal$"
#         service.beta.kubernetes.io/azure-load-balancer-internal: "^true$"
#         networking.gke.io/load-balancer-type: "^Internal$"
#         cloud.google.com/load-balancer-type: "^Internal$"
#         service.beta.kubernetes.io/openstack-internal-load-balancer: "^true$"
#         service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type: "^private$"
#         service.beta.kubernetes.io/oci-load-balancer-internal: "^true$"
#         service.kubernetes.io/qcloud-loadbalancer-internal-subnetid: "."
#       description: "Annotations, and patterns for their values, that keep a load balancer inside the private network."
package policies.default_deny.external_exposure

findings contains {
	"path": ["spec", "type"],
	"message": "the Service is exposed through a load balancer",
} if {
	input.resource.kind == "Service"
	input.resource.spec.type == "LoadBalancer"
	not _internal
	not _allowed
}

findings contains {
	"path": ["spec", "type"],
	"message": "the Service is exposed on a port of every node",
} if {
	input.resource.kind == "Service"
	input.resource.spec.type == "NodePort"
	not _allowed
}

# Anyone who may create Services takes over traffic to any address with it (CVE-2020-8554).
findings contains {
	"path": ["spec", "externalIPs", i],
	"message": $"the Service takes traffic for the external address {ip}",
} if {
	input.resource.kind == "Service"
	some i, ip in input.resource.spec.externalIPs
	not _allowed
}

# A waypoint stands between workloads of the mesh, and a Gateway may keep its Service inside the cluster.
findings contains {
	"path": ["spec", "gatewayClassName"],
	"message": $"the Gateway is an entrance to the cluster on port {concat(", ", ports)}",
} if {
	input.resource.kind == "Gateway"
	not _inside
	ports := [$"{listener.port}" | some listener in input.resource.spec.listeners]
	not _allowed
}

_inside if {
	input.resource.spec.gatewayClassName in data.parameters["default-deny/external-exposure"].internalClasses
}

_inside if input.resource.metadata.annotations["networking.istio.io/service-type"] == "ClusterIP"

_inside if input.resource.spec.infrastructure.annotations["networking.istio.io/service-type"] == "ClusterIP"

_internal if {
	some annotation, value in data.parameters["default-deny/external-exposure"].internalAnnotations
	regex.match(value, input.resource.metadata.annotations[annotation])
}

_allowed if {
	some pattern in data.parameters["default-deny/external-exposure"].allowed
	glob.match(pattern, ["/"], $"{input.resource.kind}/{_namespace}/{input.resource.metadata.name}")
}

default _namespace := "*"

_namespace := input.namespace if input.namespace != null
