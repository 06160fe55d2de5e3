# METADATA
# scope: package
# title: "Unsafe sysctls"
# description: "A sysctl outside the safe set is shared with the node or not kept apart between pods: one pod changes it for all."
# related_resources:
#   - https://kubernetes.io/docs/concepts/security/pod-security-standards/
#   - https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
# custom:
#   severity: medium
#   stage: 1
#   judges: [pod]
#   remediation: "Remove the sysctl, or set it on the nodes that need it."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.sysctls

import data.lib.pod

findings contains {
	"path": array.concat(pod.path("securityContext"), ["sysctls", i, "name"]),
	"message": $"the pod sets sysctl {name}",
} if {
	some i, sysctl in input.pod.spec.securityContext.sysctls
	name := object.get(sysctl, "name", "")
	not name in _safe
}

_safe := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_notsent_lowat",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_slow_start_after_idle",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.tcp_wmem",
}
