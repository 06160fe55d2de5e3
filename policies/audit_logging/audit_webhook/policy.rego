# METADATA
# scope: package
# title: "Audit webhook that is open or in the way"
# description: "An audit webhook carries every event of the API server. Without TLS and a checked certificate anybody on the way reads or drops them; in a blocking mode a slow receiver slows every request."
# related_resources:
#   - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend
# custom:
#   severity: medium
#   stage: 4
#   judges: [pod, ClusterConfiguration.kubeadm.k8s.io, KubeadmControlPlane.controlplane.cluster.x-k8s.io, KubeadmControlPlaneTemplate.controlplane.cluster.x-k8s.io, KubeadmConfig.bootstrap.cluster.x-k8s.io, KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io, RKE2ControlPlane.controlplane.cluster.x-k8s.io, RKE2ControlPlaneTemplate.controlplane.cluster.x-k8s.io, KThreesControlPlane.controlplane.cluster.x-k8s.io, KThreesControlPlaneTemplate.controlplane.cluster.x-k8s.io, K0sControlPlane.controlplane.cluster.x-k8s.io, Cluster.provisioning.cattle.io, Cluster.kops.k8s.io, Cluster.kind.x-k8s.io, ClusterConfig.k0s.k0sproject.io, KubeAPIServerConfig, Config, ConfigMap, Secret, AuditSink.auditregistration.k8s.io, untyped]
#   remediation: "Give the webhook an https address with its certificate authority and a credential, and leave --audit-webhook-mode at batch."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.8.24: J, A.5.14: J, A.5.33: J}
#     gdpr: {Art. 32(1)(a): J, Art. 5(1)(f): J}
package policies.audit_logging.audit_webhook

applies if count(input.facts.platform.auditWebhooks) > 0

applies if {
	some server in input.facts.platform.apiServers
	server.webhookConfig.set == "yes"
}

findings contains {
	"path": webhook.path,
	"message": $"audit events go to {webhook.name} without TLS",
} if {
	some webhook in input.facts.platform.auditWebhooks
	webhook.tls == "no"
}

findings contains {
	"path": webhook.path,
	"message": $"audit events go to {webhook.name} without a check of its certificate",
} if {
	some webhook in input.facts.platform.auditWebhooks
	webhook.tls != "no"
	webhook.verified == "no"
}

findings contains {
	"path": webhook.path,
	"message": $"audit events go to {webhook.name} without authentication",
} if {
	some webhook in input.facts.platform.auditWebhooks
	webhook.authenticated == "no"
}

unknowns contains {
	"path": webhook.path,
	"message": $"how audit events go to {webhook.name} cannot be told",
} if {
	some webhook in input.facts.platform.auditWebhooks
	webhook.tls == "unknown"
}

# The server has not served this kind since 1.19.
findings contains {
	"path": ["kind"],
	"message": "AuditSink is served by no supported release, so its webhook is never called",
} if {
	input.resource.kind == "AuditSink"
}

findings contains {
	"path": server.webhookMode.path,
	"message": $"{server.name} waits for the audit webhook on every request: audit-webhook-mode is {server.webhookMode.value}",
} if {
	some server in input.facts.platform.apiServers
	server.webhookConfig.set == "yes"
	server.webhookMode.value in {"blocking", "blocking-strict"}
}
