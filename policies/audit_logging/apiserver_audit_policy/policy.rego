# METADATA
# scope: package
# title: "API server without an audit policy"
# description: "Without a policy file the API server audits nothing at all, whatever path its log has."
# related_resources:
#   - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#audit-policy
#   - https://www.cisecurity.org/benchmark/kubernetes
# custom:
#   severity: high
#   stage: 4
#   judges: [pod, ClusterConfiguration.kubeadm.k8s.io, KubeadmControlPlane.controlplane.cluster.x-k8s.io, KubeadmControlPlaneTemplate.controlplane.cluster.x-k8s.io, KubeadmConfig.bootstrap.cluster.x-k8s.io, KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io, RKE2ControlPlane.controlplane.cluster.x-k8s.io, RKE2ControlPlaneTemplate.controlplane.cluster.x-k8s.io, KThreesControlPlane.controlplane.cluster.x-k8s.io, KThreesControlPlaneTemplate.controlplane.cluster.x-k8s.io, K0sControlPlane.controlplane.cluster.x-k8s.io, Cluster.provisioning.cattle.io, Cluster.kops.k8s.io, Cluster.kind.x-k8s.io, APIServer.config.openshift.io, ClusterConfig.k0s.k0sproject.io, KubeAPIServerConfig, environment, untyped]
#   remediation: "Write an audit policy and name it with --audit-policy-file."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.5.28: J}
#     gdpr: {Art. 5(2): J, Art. 32(1)(d): J, Art. 33: J}
package policies.audit_logging.apiserver_audit_policy

applies if count(input.facts.platform.apiServers) > 0

findings contains {
	"path": server.policyFile.path,
	"message": $"{server.name} audits nothing: audit-policy-file is not set",
} if {
	some server in input.facts.platform.apiServers
	server.policyFile.set == "no"
}

findings contains {
	"path": [],
	"message": "no API server is configured here, so nothing tells whether it has an audit policy",
	"elsewhere": true,
} if {
	input.facts.platform.environment.apiServer.answer == "no"
}

unknowns contains {
	"path": server.policyFile.path,
	"message": $"{server.name} may set audit-policy-file where it cannot be seen",
} if {
	some server in input.facts.platform.apiServers
	server.policyFile.set == "unknown"
}
