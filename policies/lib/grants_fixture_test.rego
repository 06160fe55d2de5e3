# What tests of RBAC policies share: roles and bindings as `relate` gives them.
package lib.grants_fixture_test

_facts := {
	"powers": [],
	"own": "",
	"subjects": [],
	"role": null,
	"holders": "",
	"stock": false,
	"complete": {"answer": "yes", "why": "", "by": []},
	"access": null,
}

# A power as a rule grants it: its name, verbs and resources, and whatever else of it differs.
power(name, verbs, resources, rest) := object.union(
	{
		"power": name,
		"path": ["rules", 0, "resources", 0],
		"rule": 0,
		"rules": [0],
		"verbs": verbs,
		"resources": resources,
		"groups": [],
		"names": [],
		"wildcard": false,
		"effective": true,
		"scope": "",
		"through": "ClusterRole operator",
		"leads": "",
		"by": [],
	},
	rest,
)

# A cluster role with one rule that grants these powers.
role(powers, rest) := {
	"resource": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "ClusterRole",
		"metadata": {"name": "operator"},
		"rules": [{"apiGroups": ["a"], "resources": ["b"], "verbs": ["c"]}],
	},
	"namespace": null,
	"facts": {"grants": object.union(object.union(_facts, {"powers": powers, "own": "ClusterRole/operator"}), rest)},
}

# A role binding of it in namespace shop, to these subjects.
binding(powers, subjects, rest) := {
	"resource": {
		"apiVersion": "rbac.authorization.k8s.io/v1",
		"kind": "RoleBinding",
		"metadata": {"name": "operator", "namespace": "shop"},
		"roleRef": {"kind": "ClusterRole", "name": "operator"},
	},
	"namespace": "shop",
	"facts": {"grants": object.union(
		object.union(_facts, {
			"powers": [object.union(power, {"path": ["roleRef", "name"], "scope": "shop"}) | some power in powers],
			"own": "RoleBinding/shop/operator",
			"subjects": subjects,
			"role": {"kind": "ClusterRole", "name": "operator", "path": ["roleRef", "name"], "found": "yes", "why": ""},
		}),
		rest,
	)},
}

# The subject at this position.
subject(kind, namespace, name, at) := {
	"kind": kind,
	"namespace": namespace,
	"name": name,
	"text": concat(" ", [kind, concat("/", [part | some part in [namespace, name]; part != null])]),
	"path": ["subjects", at],
	"declared": "yes",
	"stock": false,
}

operator := subject("ServiceAccount", "shop", "operator", 0)
