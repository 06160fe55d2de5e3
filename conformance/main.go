// Asks the originals. Reads one question a line of standard input, as JSON, and writes one answer a line, as JSON:
//
//	originals pods        a pod's metadata and spec → what each check of Pod Security says
//	originals rules       RBAC rules of owners and servants, and a request → what covers and allows what
//	originals selectors   a label selector and sets of labels → which it selects
//	originals calico      a selector of Calico and sets of labels → which it selects
//	originals documents   a text → what kubectl reads in it
//	originals audit       an audit policy and requests → the level of each, and the rules that match it
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

var answers = map[string]func(question []byte) (any, error){
	"pods":      checkPod,
	"rules":     answerRules,
	"selectors": selectLabels,
	"calico":    selectCalico,
	"documents": readDocuments,
	"audit":     auditRequests,
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 || answers[os.Args[1]] == nil {
		return fmt.Errorf("usage: originals pods|rules|selectors|calico|documents|audit")
	}
	answer := answers[os.Args[1]]
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for line := 1; ; line++ {
		question, err := in.ReadBytes('\n')
		if len(question) == 0 {
			return out.Flush()
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		result, err := answer(question)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if err := encoder.Encode(result); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}
