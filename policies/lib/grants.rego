# What the policies on RBAC share: the powers that a role grants or a binding hands out, and how they are told.
package lib.grants

import data.lib.words

# The powers by this name that somebody wrote down in so many words: what takes a `*` is told once, by
# least-privilege/rbac-wildcard. What Kubernetes itself ships is not held against a repository.
named(name) := {power |
	input.facts.grants.stock == false
	some power in input.facts.grants.powers
	power.power == name
	power.wildcard == false
}

# Those that are not confined to single objects by name.
unconfined(name) := {power |
	some power in named(name)
	count(power.names) == 0
}

# Whether the policy's parameter `allowed` names the role, the binding, the role that it hands out, or each of its
# subjects: `ClusterRole/cert-manager-*`, `ServiceAccount/kube-system/*`, `Group/platform-admins`.
allowed(policy) if _matches(policy, input.facts.grants.own)

allowed(policy) if {
	role := input.facts.grants.role
	_matches(policy, $"{role.kind}/{role.name}")
}

allowed(policy) if {
	count(input.facts.grants.subjects) > 0
	every subject in input.facts.grants.subjects {
		allowed_subject(policy, subject)
	}
}

# Whether the parameter names this subject.
allowed_subject(policy, subject) if _matches(policy, replace(subject.text, " ", "/"))

# A finding about one power: at the rule of a role, at the role that a binding names.
finding(power) := {
	"path": power.path,
	"message": _message(power),
	"related": power.by,
	"restates": _restates(power),
	"value": _value(power),
}

# A binding says what the finding at the rule of its role says, where what it hands out leads no further.
_restates(power) := power.leads == "" if power.path[0] == "roleRef"

_restates(power) := false if power.path[0] != "roleRef"

_message(power) := $"rule {power.rule + 1} allows {_what(power)}{_held}{_idle(power)}{_leads(power)}" if {
	power.path[0] == "rules"
}

_message(power) := $"it is made of {power.through}, which allows {_what(power)}{_held}" if power.path[0] == "aggregationRule"

_message(power) := $"gives {subjects} {_what(power)} {_where(power)}, through {power.through}{_rule(power)}{_leads(power)}" if {
	power.path[0] == "roleRef"
}

# Who a binding hands its role to; of many the first three.
subjects := concat(", ", texts) if count(texts) <= 3

subjects := $"{concat(", ", array.slice(texts, 0, 3))} and {count(texts) - 3} more" if count(texts) > 3

texts := [subject.text | some subject in input.facts.grants.subjects]

# A change to any part of the rule, or to who gets the role, makes another finding of it.
_value(power) := input.resource.rules[power.rule] if power.path[0] == "rules"

_value(power) := {"through": power.through, "verbs": power.verbs, "resources": power.resources} if power.path[0] == "aggregationRule"

_value(power) := {"role": input.resource.roleRef, "subjects": texts, "verbs": power.verbs, "resources": power.resources} if {
	power.path[0] == "roleRef"
}

_what(power) := "everything" if power.power == "everything"

_what(power) := $"{_verbs(power)} on {_resources(power)}{_names(power.names)}" if power.power != "everything"

_verbs(power) := "every verb" if "*" in power.verbs

_verbs(power) := concat(", ", power.verbs) if not "*" in power.verbs

_resources(power) := words.listed(power.resources) if not "*" in power.resources

_resources(power) := "every path" if {
	"*" in power.resources
	_paths(power)
}

_resources(power) := $"every resource{_of(power.groups)}" if {
	"*" in power.resources
	not _paths(power)
}

_of(groups) := "" if count(groups) == 0

_of(groups) := "" if "*" in groups

_of(groups) := $" of {concat(", ", [_group(group) | some group in groups])}" if {
	count(groups) > 0
	not "*" in groups
}

_group("") := "the core group"

_group(group) := group if group != ""

# Whether its rule speaks of paths of the API server and of no resource.
_paths(power) if {
	power.path[0] == "rules"
	not input.resource.rules[power.rule].resources[0]
}

_names([]) := ""

_names(names) := $" named {words.listed(names)}" if count(names) > 0

_held := "" if input.facts.grants.holders == ""

_held := $" (held by {input.facts.grants.holders})" if input.facts.grants.holders != ""

_idle(power) := "" if power.effective

_idle(power) := ", although a Role cannot grant what lies in no namespace" if not power.effective

_where(power) := "in the whole cluster" if power.scope == "cluster"

_where(power) := "in its namespace" if power.scope == ""

_where(power) := $"in namespace {power.scope}" if not power.scope in {"", "cluster"}

_rule(power) := "" if power.power == "everything"

_rule(power) := $", rule {power.rule + 1}" if {
	power.power != "everything"
	count(power.rules) == 1
}

_rule(power) := $", rules {concat(", ", [$"{rule + 1}" | some rule in sort(power.rules)])}" if {
	power.power != "everything"
	count(power.rules) > 1
}

_leads(power) := "" if power.leads == ""

_leads(power) := $"; {power.leads}" if power.leads != ""

_matches(policy, text) if {
	some pattern in data.parameters[policy].allowed
	glob.match(pattern, ["/"], text)
}
