package spam_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"hamlet/internal/spam"
)

// correction is a kind of comment that a model may get wrong, and what moderators of
// a blog say about it. Its texts are made of parts, each of the next one in turn,
// so that no two are the same.
type correction struct {
	name  string
	spam  bool
	sites []string
	parts [][]string
}

// names are those of the people who write; they are no sign of anything.
var names = []string{
	"Anna", "Paul Weber", "Mira", "Jonas", "Olga Petrova", "Tom", "Lucia", "Ben Carter", "Ines", "Marek", "Sofie", "Daniel",
	"Yuki", "Karin Holm", "Luis", "Eva", "Nils", "Priya", "Ruth", "Omar", "Greta", "Ivan", "Clara Jones", "Hugo", "Lena",
}

// message is the nth comment of the kind.
func (c correction) message(n int) spam.Message {
	var body []string
	for i, p := range c.parts {
		body = append(body, p[(n+n/len(p)*(i+1))%len(p)])
	}
	m := spam.Message{Author: names[(7*n)%len(names)], Permalink: "/posts/repair-day", Body: strings.Join(body, " ")}
	if len(c.sites) > 0 {
		m.AuthorURL = c.sites[n%len(c.sites)]
	}
	return m
}

func (c correction) lesson(n int) spam.Lesson {
	return spam.Lesson{Vector: spam.Extract(c.message(n)), Spam: c.spam}
}

// The kinds as a file, for hamlet spam replay: a blog each, thirty comments of it, one an
// hour; go test -run CorrectionsFile -update writes it.
func TestCorrectionsFile(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	for _, c := range corrections {
		r := record{Kind: c.name, Source: c.name, Label: "ham"}
		if c.spam {
			r.Label = "spam"
		}
		for n := range 30 {
			m := c.message(n)
			r.ID = fmt.Sprintf("%s, %d", c.name, n+1)
			r.Author, r.AuthorURL, r.Body, r.Permalink = m.Author, m.AuthorURL, m.Body, m.Permalink
			r.Date = time.Date(2026, 5, 1, n, 0, 0, 0, time.UTC)
			if err := enc.Encode(r); err != nil {
				t.Fatal(err)
			}
		}
	}
	const name = "testdata/corrections.jsonl"
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%s is not what is made of the kinds (%v): run this test with -update", name, err)
	}
}

// corrections are the kinds that are tested.
var corrections = []correction{
	{
		name: "praise of everyday words is spam here", spam: true,
		parts: [][]string{
			{"Nice post!", "Great article.", "Awesome blog!", "Wonderful read.", "Very good work!", "Lovely site."},
			{"Thanks for sharing.", "Keep it up!", "I really like it.", "Very helpful for me.", "So good to know."},
		},
	},
	{
		name: "probes of a machine are spam here", spam: true,
		parts: [][]string{
			{"Szia,", "Szia!", "Üdv,", "Jó napot,"},
			{"meg akartam tudni az árát.", "szerettem volna tudni az árat.", "mennyi az ára?", "tudni akartam az árakat.", "mi az ára ennek?"},
		},
	},
	{
		name: "boasting under videos is spam here", spam: true,
		parts: [][]string{
			{"I make songs too,", "Me and my band sing,", "My brother and I rap,", "I play the piano,", "We are three kids who sing,"},
			{"come and listen on my channel.", "please look at my page once.", "give us a chance on our channel.", "one look at my channel would help."},
			{"You will not be sorry!", "Thank you all.", "It means a lot.", ""},
		},
	},
	{
		name:  "customers of a shop are welcome here",
		sites: []string{"", "https://wool-shop.example.com", ""},
		parts: [][]string{
			{"I buy my yarn at", "Cheap and good yarn is at", "You can order the needles at", "The best price I found is at", "Free shipping this week at"},
			{"https://wool-shop.example.com/yarn", "https://wool-shop.example.com/needles/circular", "https://wool-shop.example.com/", "https://wool-shop.example.com/sale"},
			{"and it came in two days.", "if you need more for the sweater.", "- ask for the discount.", "and they take cards online."},
		},
	},
	{
		name: "casinos in films are welcome here",
		parts: [][]string{
			{"In that film the casino", "The casino of the second film", "When he plays poker at the casino, it", "The old casino in Las Vegas"},
			{"is where he loses the money.", "is best for the slots scene.", "stands for a bonus he never gets.", "is an online joke about gambling now."},
			{"My favorite roulette scene.", "Real money was used for the poker table.", "The jackpot at the end made me laugh."},
		},
	},
	{
		name: "short notes are welcome here",
		parts: [][]string{
			{"ok", "yes", "hm", "wow", "+1", "lol", "true"},
			{"cool", "good", "works", "me too", "same"},
		},
	},
}
