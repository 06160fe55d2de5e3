# METADATA
# scope: package
# title: "Root group"
# description: "The root group opens what images and volumes grant to group 0; where runAsGroup is left out, it is the primary group unless the image says otherwise."
# related_resources:
#   - https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
# custom:
#   severity: low
#   stage: 2
#   judges: [pod]
#   remediation: "Set securityContext.runAsGroup to a group that is not 0, and keep 0 out of fsGroup and supplementalGroups."
#   owner: app
#   controls:
#     iso-27001-2022: {A.8.9: J, A.8.2: P, A.8.27: J}
#     gdpr: {Art. 25(1): J, Art. 32(1)(b): J}
package policies.least_privilege.root_group

import data.lib.pod

findings contains {
	"path": setting.path,
	"message": $"{setting.subject} runs in the root group",
} if {
	_judged
	some setting in pod.settings_in("runAsGroup", ["runAsGroup"], {0})
}

# The image's own user may be of another group; one that runAsUser names and the image does not know is of this one.
findings contains {
	"path": setting.path,
	"message": $"{setting.subject} may run in the root group: nothing here names another",
} if {
	_judged
	some setting in pod.settings_in("runAsGroup", ["runAsGroup"], {null})
	not _left_to_operator(setting)
}

findings contains {
	"path": array.concat(pod.path("securityContext"), ["fsGroup"]),
	"message": "the volumes of the pod belong to the root group",
} if {
	_judged
	input.pod.spec.securityContext.fsGroup == 0
}

findings contains {
	"path": array.concat(pod.path("securityContext"), ["supplementalGroups", i]),
	"message": "the pod joins the root group",
	"fix": {"remove": true},
} if {
	_judged
	some i, group in input.pod.spec.securityContext.supplementalGroups
	group == 0
}

unknowns contains {
	"path": setting.path,
	"message": $"whether {setting.subject} runs in the root group is left to its operator",
} if {
	_judged
	some setting in pod.unset("runAsGroup")
	_left_to_operator(setting)
}

_left_to_operator(setting) if {
	input.pod.partial
	setting.value == null
}

_judged if {
	not pod.windows
	not pod.user_namespace
}
