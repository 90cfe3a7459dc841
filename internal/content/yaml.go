package content

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseYAML reads front matter that begins on the second line of its file. The
// fields are in order, and may hold keys twice.
func parseYAML(src []byte) ([]field, *Problem) {
	root, err := decodeYAML(src)
	if err != nil {
		return nil, &Problem{
			Line:    1 + brokenLine(src),
			Message: "this is not YAML: " + yamlPrefix.ReplaceAllString(err.Error(), ""),
			Hint:    yamlHint(err.Error()),
		}
	}
	if root == nil {
		return nil, nil
	}
	return yamlFields(root, yamlDepth), nil
}

var yamlPrefix = regexp.MustCompile(`^yaml: (line \d+: )?`)

var errNotPairs = errors.New("front matter is made of lines like key: value")

// decodeYAML is the one mapping in src; nil if there is nothing.
func decodeYAML(src []byte) (*yaml.Node, error) {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(src))
	err := d.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is a second document after the first")
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil, nil
	}
	if root.Kind != yaml.MappingNode {
		return nil, errNotPairs
	}
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Kind != yaml.ScalarNode {
			return nil, errNotPairs
		}
	}
	return root, nil
}

// brokenLine is the line that spoils src: the first one from which on no
// beginning of src is YAML. The library's own line numbers are where it noticed,
// are one less in some errors, and missing in others.
func brokenLine(src []byte) int {
	lines := bytes.SplitAfter(src, []byte("\n"))
	const tooMuch = 1 << 20 // every try costs a reading
	if len(lines)*len(src) > tooMuch {
		return 1
	}
	broken := len(lines)
	for n := len(lines) - 1; n > 0; n-- {
		if _, err := decodeYAML(bytes.Join(lines[:n], nil)); err == nil {
			break
		}
		broken = n
	}
	return broken
}

func yamlHint(message string) string {
	switch {
	case strings.Contains(message, "mapping values are not allowed"):
		return "a value with a colon in it has to stand in quotes"
	case strings.Contains(message, "tab character"), strings.Contains(message, "cannot start any token"):
		return "indent with spaces, and put a value that begins with a special character in quotes"
	case strings.Contains(message, "unexpected end of stream"):
		return "close the quotes"
	}
	return ""
}

// yamlDepth is how deep lists and tables nest in what a key takes: event holds
// texts.
const yamlDepth = 2

// yamlValue is a node as a value, down to a depth.
func yamlValue(n *yaml.Node, depth int) value {
	if n.Kind == yaml.AliasNode {
		at := yamlPlace(n)
		n = n.Alias
		if n.Kind != yaml.ScalarNode {
			return value{shape: aTable, place: at, alias: true}
		}
	}
	v := value{place: yamlPlace(n), text: n.Value}
	switch {
	case n.Kind == yaml.SequenceNode:
		v.shape = aList
		for _, c := range n.Content {
			if depth > 1 {
				v.list = append(v.list, yamlValue(c, depth-1))
			}
		}
	case n.Kind != yaml.ScalarNode:
		v.shape = aTable
		if depth > 1 {
			v.table = yamlFields(n, depth-1)
		}
	default:
		v.shape = yamlShape(n.ShortTag())
		v.flag = strings.EqualFold(n.Value, "true")
	}
	return v
}

// yamlPlace is where a node is in the file, whose first line is not YAML.
func yamlPlace(n *yaml.Node) place { return place{1 + n.Line, n.Column} }

// yamlFields are the pairs of a mapping, in order; keys may be there twice. A key
// that is no text has no name.
func yamlFields(n *yaml.Node, depth int) []field {
	fields := make([]field, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		fields = append(fields, field{key: k.Value, place: yamlPlace(k), value: yamlValue(v, depth)})
	}
	return fields
}

func yamlShape(tag string) shape {
	switch tag {
	case "!!str":
		return aText
	case "!!bool":
		return aFlag
	case "!!int", "!!float":
		return aNumber
	case "!!timestamp":
		return aDate
	case "!!null":
		return aVoid
	}
	return aTable
}
