package account_test

import (
	"context"
	"sync"

	"hamlet/internal/account"
)

// memory is an account.Store without a database. What SQLite and PostgreSQL do
// is tested in store; here only the rules above it are.
type memory struct {
	account.Store // what is not here is tested with the real one

	mu      sync.Mutex
	users   []account.User
	entries []account.Entry
	asked   []string // names looked for
	err     error    // answered to every call, if set
}

func (m *memory) AddUser(_ context.Context, u account.User, first bool, e account.Entry) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if first && len(m.users) > 0 {
		return 0, account.ErrSetupClosed
	}
	for _, old := range m.users {
		if account.Fold(old.Name) == account.Fold(u.Name) {
			return 0, account.ErrNameTaken
		}
	}
	u.ID = int64(len(m.users) + 1)
	m.users, m.entries = append(m.users, u), append(m.entries, e)
	return u.ID, m.err
}

func (m *memory) SetPassword(_ context.Context, id int64, hash string, e account.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.users[id-1].PasswordHash = hash
	m.users[id-1].Epoch++
	m.entries = append(m.entries, e)
	return m.err
}

func (m *memory) ChangeUser(
	_ context.Context, id int64, change func(account.User, int) (account.User, account.Entry, error),
) (account.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	owners := 0
	for _, u := range m.users {
		if u.Role == account.Owner {
			owners++
		}
	}
	u, e, err := change(m.users[id-1], owners)
	if err != nil {
		return account.User{}, err
	}
	m.users[id-1], m.entries = u, append(m.entries, e)
	return u, m.err
}

func (m *memory) UserByName(_ context.Context, name string) (account.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, name)
	for _, u := range m.users {
		if account.Fold(u.Name) == account.Fold(name) {
			return u, m.err
		}
	}
	return account.User{}, account.ErrNotFound
}

func (m *memory) UserByID(_ context.Context, id int64) (account.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id < 1 || id > int64(len(m.users)) {
		return account.User{}, account.ErrNotFound
	}
	return m.users[id-1], m.err
}

func (m *memory) Users(context.Context) ([]account.User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]account.User(nil), m.users...), m.err
}
