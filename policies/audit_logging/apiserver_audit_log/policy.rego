# METADATA
# scope: package
# title: "API server without an audit log"
# description: "The audit log is the record of who did what to the cluster. Without a file to write to, or with one that is rotated away within days, an intrusion leaves nothing to follow."
# related_resources:
#   - https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
#   - https://www.cisecurity.org/benchmark/kubernetes
# custom:
#   severity: medium
#   stage: 4
#   judges: [pod, ClusterConfiguration.kubeadm.k8s.io, KubeadmControlPlane.controlplane.cluster.x-k8s.io, KubeadmControlPlaneTemplate.controlplane.cluster.x-k8s.io, KubeadmConfig.bootstrap.cluster.x-k8s.io, KubeadmConfigTemplate.bootstrap.cluster.x-k8s.io, RKE2ControlPlane.controlplane.cluster.x-k8s.io, RKE2ControlPlaneTemplate.controlplane.cluster.x-k8s.io, KThreesControlPlane.controlplane.cluster.x-k8s.io, KThreesControlPlaneTemplate.controlplane.cluster.x-k8s.io, K0sControlPlane.controlplane.cluster.x-k8s.io, Cluster.provisioning.cattle.io, Cluster.kops.k8s.io, Cluster.kind.x-k8s.io, APIServer.config.openshift.io, ClusterConfig.k0s.k0sproject.io, KubeAPIServerConfig, ClusterConfig.eksctl.io, AWSManagedControlPlane.controlplane.cluster.x-k8s.io, AWSManagedControlPlaneTemplate.controlplane.cluster.x-k8s.io, Cluster.eks.aws.upbound.io, Cluster.eks.services.k8s.aws, environment, untyped]
#   remediation: "Set --audit-log-path, --audit-log-maxage=30, --audit-log-maxbackup=10 and --audit-log-maxsize=100 on the API server, or more of each."
#   owner: platform
#   controls:
#     iso-27001-2022: {A.8.15: P, A.5.28: J, A.5.33: J}
#     gdpr: {Art. 5(2): J, Art. 32(1)(d): J, Art. 33: J}
#   parameters:
#     max-age:
#       type: number
#       default: 30
#       description: "Days that rotated audit logs are kept at least."
#     max-backup:
#       type: number
#       default: 10
#       description: "Rotated audit logs that are kept at least."
#     max-size:
#       type: number
#       default: 100
#       description: "Megabytes at least before an audit log is rotated."
package policies.audit_logging.apiserver_audit_log

applies if count(input.facts.platform.apiServers) > 0

applies if count(input.facts.platform.managedAudit) > 0

findings contains {
	"path": server.logPath.path,
	"message": $"{server.name} writes no audit log: audit-log-path is not set",
} if {
	some server in input.facts.platform.apiServers
	server.logPath.set == "no"
}

findings contains {
	"path": flag.path,
	"message": $"{server.name} does not set {limit.flag}",
} if {
	some server in input.facts.platform.apiServers
	some limit in _limits
	flag := server[limit.fact]
	flag.set == "no"
}

findings contains {
	"path": flag.path,
	"message": $"{server.name} sets {limit.flag} to {flag.value}, less than {limit.least}",
} if {
	some server in input.facts.platform.apiServers
	some limit in _limits
	flag := server[limit.fact]
	flag.number != null
	flag.number < limit.least
}

findings contains {
	"path": managed.path,
	"message": $"{managed.name} keeps no audit log: {managed.why}",
} if {
	some managed in input.facts.platform.managedAudit
	managed.on == "no"
}

findings contains {
	"path": [],
	"message": "no API server is configured here, so nothing tells whether an audit log is written",
	"elsewhere": true,
} if {
	input.facts.platform.environment.apiServer.answer == "no"
}

unknowns contains {
	"path": server.logPath.path,
	"message": $"whether {server.name} writes an audit log cannot be seen here: audit-log-path may be set elsewhere",
} if {
	some server in input.facts.platform.apiServers
	server.logPath.set == "unknown"
}

# Of a log that nobody here knows of, how long it is kept is no question of its own.
unknowns contains {
	"path": server[limit.fact].path,
	"message": $"{server.name} may set {limit.flag} where it cannot be seen",
} if {
	some server in input.facts.platform.apiServers
	server.logPath.set != "unknown"
	some limit in _limits
	server[limit.fact].set == "unknown"
}

unknowns contains {
	"path": flag.path,
	"message": $"{server.name} sets {limit.flag} to a value that cannot be read",
} if {
	some server in input.facts.platform.apiServers
	some limit in _limits
	flag := server[limit.fact]
	flag.set == "yes"
	flag.number == null
}

_limits := [
	{"fact": "maxAge", "flag": "audit-log-maxage", "least": _parameters["max-age"]},
	{"fact": "maxBackup", "flag": "audit-log-maxbackup", "least": _parameters["max-backup"]},
	{"fact": "maxSize", "flag": "audit-log-maxsize", "least": _parameters["max-size"]},
]

_parameters := data.parameters["audit-logging/apiserver-audit-log"]
