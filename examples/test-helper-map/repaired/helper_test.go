package account

import (
	"sync"
	"testing"
)

// made is there to find two tests that use the same owner. Tests run in
// parallel, so it comes with a lock.
var (
	mu   sync.Mutex
	made = make(map[string]string)
)

func newAccount(t *testing.T, owner string, balance int) *Account {
	t.Helper()
	mu.Lock()
	defer mu.Unlock()
	if test, ok := made[owner]; ok {
		t.Fatalf("%s has an account already, made by %s", owner, test)
	}
	made[owner] = t.Name()
	return &Account{Owner: owner, Balance: balance}
}
